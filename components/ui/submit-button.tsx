'use client'
import type { ReactNode } from 'react'
import { useFormStatus } from 'react-dom'

type Props = {
  readonly children: ReactNode
  /** Said to a screen reader while the answer is on its way. */
  readonly pending: string
  readonly variant?: 'primary' | 'secondary'
}

/** A button that says it is working and sends once. Never disabled: it keeps its focus and its place. */
export function SubmitButton({ children, pending, variant = 'primary' }: Props) {
  const { pending: working } = useFormStatus()
  return (
    <>
      <button className="ds-button" data-variant={variant} type="submit" aria-busy={working} onClick={(event) => working && event.preventDefault()}>
        {children}
      </button>
      <span className="ds-sr-only" role="status">
        {working ? pending : ''}
      </span>
    </>
  )
}
