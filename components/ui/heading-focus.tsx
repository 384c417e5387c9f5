'use client'
import { useEffect } from 'react'

/** Moves focus to the page's heading when the person comes to a new step. */
export function HeadingFocus({ step }: { readonly step: string }) {
  useEffect(() => document.querySelector('h1')?.focus(), [step])
  return null
}
