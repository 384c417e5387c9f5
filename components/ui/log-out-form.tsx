import type { ReactNode } from 'react'
import { doors, type Whose } from './doors'

type Props = { readonly children: ReactNode; readonly variant?: 'primary' | 'secondary'; readonly size?: 'sm'; readonly whose?: Whose }

/** A plain POST, so that the whole document goes away with the session. */
export function LogOutForm({ children, variant = 'secondary', size, whose = 'applicant' }: Props) {
  return (
    <form method="post" action={doors[whose].logOut}>
      <button className="ds-button" data-variant={variant} data-size={size} type="submit">
        {children}
      </button>
    </form>
  )
}
