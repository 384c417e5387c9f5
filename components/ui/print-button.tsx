'use client'
import { useSyncExternalStore, type ReactNode } from 'react'

const never = () => () => undefined

/** Prints the page. It is only there where JavaScript is: without it the browser's own menu prints. */
export function PrintButton({ children }: { readonly children: ReactNode }) {
  const runs = useSyncExternalStore(never, () => true, () => false)
  if (!runs) return null
  return (
    <button className="ds-button" data-variant="secondary" type="button" onClick={() => print()}>
      {children}
    </button>
  )
}
