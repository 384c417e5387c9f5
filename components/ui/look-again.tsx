'use client'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** Draws the page anew every so often until it says something else. Unlike a refresh in the markup it takes nobody's place or focus. */
export function LookAgain({ seconds }: { readonly seconds: number }) {
  const { refresh } = useRouter()
  useEffect(() => {
    const timer = setInterval(refresh, seconds * 1000)
    return () => clearInterval(timer)
  }, [refresh, seconds])
  return null
}
