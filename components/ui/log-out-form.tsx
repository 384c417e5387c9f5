import type { ReactNode } from 'react'

type Props = { readonly children: ReactNode; readonly variant?: 'primary' | 'secondary'; readonly size?: 'sm' }

/** A plain POST, so that the whole document goes away with the session. */
export function LogOutForm({ children, variant = 'secondary', size }: Props) {
  return (
    <form method="post" action="/api/auth/logout">
      <button className="ds-button" data-variant={variant} data-size={size} type="submit">
        {children}
      </button>
    </form>
  )
}
