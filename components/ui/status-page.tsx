import type { ReactNode } from 'react'
import { Notice, type NoticeTone } from './notice'
import { PageHeading } from './page-heading'
import { Reference } from './reference'

type Props = {
  /** What happened. */
  readonly title: string
  /** Whose side it is on. */
  readonly body: ReactNode
  /** What to do. */
  readonly next?: ReactNode
  /** Null when nothing is wrong. */
  readonly tone: NoticeTone | null
  /** The buttons of the next step. */
  readonly children?: ReactNode
  /** For a fault: what the person reads out when they ask about it. */
  readonly reference?: string | null
}

/** A page that says one thing and offers what to do about it. */
export function StatusPage({ title, body, next, tone, children, reference }: Props) {
  return (
    <>
      <PageHeading>{title}</PageHeading>
      {tone ? (
        <Notice tone={tone}>
          <p>{body}</p>
          {next && <p>{next}</p>}
        </Notice>
      ) : (
        <>
          <p className="text-xl">{body}</p>
          {next && <p>{next}</p>}
        </>
      )}
      {children && <div className="flex flex-wrap gap-4">{children}</div>}
      {reference && <Reference id={reference} />}
    </>
  )
}
