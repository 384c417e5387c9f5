import type { useTranslations } from 'next-intl'
import type { Locale } from '@/messages/locales'

/** Words in the person's language, from any message. */
export type Words = ReturnType<typeof useTranslations<never>>

/** A document as its content alone: the page, the PDF and the file to keep are three drawings of the same. */
export type Sheet = {
  readonly title: string
  readonly lang: Locale
  readonly lead: readonly string[]
  readonly sections: readonly Section[]
}
export type Section = { readonly heading: string; readonly blocks: readonly Block[] }
export type Fact = readonly [term: string, text: string]
export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'subheading'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'steps'; readonly steps: readonly string[] }
  /** What was said elsewhere, in its own language. */
  | { readonly kind: 'quote'; readonly lang: Locale; readonly blocks: readonly Block[] }
  | { readonly kind: 'table'; readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] }

export const text = (words: string): Block => ({ kind: 'text', text: words })
export const subheading = (words: string): Block => ({ kind: 'subheading', text: words })
/** Facts that are known; those without a text are left out. */
export const facts = (...given: readonly (readonly [term: string, text: string | null])[]): Block => ({ kind: 'facts', facts: given.flatMap(([term, words]) => (words === null ? [] : [[term, words] as const])) })
