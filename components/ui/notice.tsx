import type { ReactNode } from 'react'

export type NoticeTone = 'info' | 'success' | 'warning' | 'danger'

type Props = { readonly tone: NoticeTone; readonly title?: string; readonly children: ReactNode }

/** A message that stands out. A danger interrupts a screen reader; the others wait for their turn. */
export function Notice({ tone, title, children }: Props) {
  return (
    <div className="ds-alert space-y-2" data-color={tone} role={tone === 'danger' ? 'alert' : 'status'}>
      {title && (
        <h2 className="ds-heading font-semibold" data-size="2xs">
          {title}
        </h2>
      )}
      {children}
    </div>
  )
}
