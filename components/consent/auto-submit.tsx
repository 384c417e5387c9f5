'use client'
import { useEffect, useRef, useState } from 'react'

type Props = {
  /** Said when the answer lets itself be waited for. */
  readonly slow: string
}

/** Sends the form it stands in, once, and says so when that takes more than five seconds. */
export function AutoSubmit({ slow }: Props) {
  const here = useRef<HTMLParagraphElement>(null)
  const sent = useRef(false)
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!sent.current) here.current?.closest('form')?.requestSubmit()
    sent.current = true
    const timer = setTimeout(() => setLate(true), 5000)
    return () => clearTimeout(timer)
  }, [])
  return (
    <p ref={here} role="status" className="mb-4 min-h-lh">
      {late ? slow : ''}
    </p>
  )
}
