'use client'
import { useEffect, useState } from 'react'

type Props = {
  /** Seconds that were left when the page was drawn: a length, since the clock over here may be wrong. */
  readonly seconds: number
  /** What to say when so many whole minutes are left: the first is for under one. */
  readonly words: readonly string[]
}

/** How long a code is good for, as it runs out. Not read aloud by itself: the end of it is told beside. */
export function MinutesLeft({ seconds, words }: Props) {
  const [gone, setGone] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setGone((before) => before + 5), 5_000)
    return () => clearInterval(timer)
  }, [])
  const minutes = Math.max(0, Math.floor((seconds - gone) / 60))
  return <span aria-live="off">{words[Math.min(minutes, words.length - 1)]}</span>
}
