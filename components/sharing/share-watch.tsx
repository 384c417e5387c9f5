'use client'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { follow } from './follow'

type Props = {
  readonly address: string
  /** How the share stood when the page was drawn. */
  readonly word: string
  readonly ask: () => Promise<string>
}

/** Draws the customer's page anew when their share has changed: an adviser has come or left, or another tab has stopped it. */
export function ShareWatch({ address, word, ask }: Props) {
  const { refresh } = useRouter()
  useEffect(() => {
    let told = word
    return follow({
      address,
      ask,
      hear: (heard) => {
        if (heard === told) return
        told = heard
        refresh()
      },
    })
  }, [address, word, ask, refresh])
  return null
}
