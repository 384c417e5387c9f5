'use client'
import { useEffect } from 'react'

/** Moves focus to the page's heading when the person comes to a new step, and leaves the page where they have scrolled it. */
export function HeadingFocus({ step }: { readonly step: string }) {
  useEffect(() => document.querySelector('h1')?.focus({ preventScroll: true }), [step])
  return null
}
