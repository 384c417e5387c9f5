'use client'
import { createContext, useContext, type ReactNode } from 'react'
import type { Messages } from '@/messages/messages'
import { Notice } from './notice'

export type ErrorWords = Messages['error']

const Words = createContext<ErrorWords | null>(null)

/** The layout puts the words here, in the person's language: an error boundary gets none from the server. */
export const ErrorWordsProvider = ({ words, children }: { readonly words: ErrorWords; readonly children: ReactNode }) => <Words value={words}>{children}</Words>

type Props = {
  /** Next's digest of the error: the same as in the server's log. */
  readonly reference: string | undefined
  readonly retry: () => void
}

/** What a person sees when a page threw. */
export function ErrorPage({ reference, retry }: Props) {
  const words = useContext(Words)
  if (!words) return null
  return (
    <main id="content" className="mx-auto flex max-w-2xl flex-col items-start gap-6 p-6">
      <h1 className="ds-heading text-balance" data-size="md">
        {words.title}
      </h1>
      <Notice tone="danger">
        <p>{words.body}</p>
      </Notice>
      <p>{words.next}</p>
      <button className="ds-button" type="button" onClick={retry}>
        {words.retry}
      </button>
      {reference && (
        <p className="text-base text-muted">
          {words.reference} {reference}
        </p>
      )}
    </main>
  )
}
