'use client'
import { useEffect } from 'react'

/** Whether a heading of this document has had its turn: what is focused after that is what a step was left with. */
let begun = false

/** Moves focus to the page's heading when the person comes to a new step. Who has tabbed on a page whose scripts came late keeps their place, and how far it is scrolled stays. */
export function HeadingFocus({ step }: { readonly step: string }) {
  useEffect(() => {
    const hasTabbed = !begun && document.activeElement !== document.body
    begun = true
    if (!hasTabbed) document.querySelector('h1')?.focus({ preventScroll: true })
  }, [step])
  return null
}
