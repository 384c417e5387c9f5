'use client'
import { useEffect } from 'react'

/** A page that the browser brings back from its memory is loaded anew, so that Back shows nothing after log-out. */
export function BackGuard() {
  useEffect(() => {
    const reload = ({ persisted }: PageTransitionEvent) => persisted && location.reload()
    addEventListener('pageshow', reload)
    return () => removeEventListener('pageshow', reload)
  }, [])
  return null
}
