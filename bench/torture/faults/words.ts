import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../../cli/run.mjs'

/** Where in messages/ the words of a page stand. */
export type Page = 'consent.failures' | 'outcome' | 'noBalance' | 'start.problems' | 'loggedOut' | 'error' | 'unavailable'

const languages = ['nb', 'nn', 'en'] as const
const messages = languages.map((name) => [name, JSON.parse(readFileSync(join(ROOT, `messages/${name}.json`), 'utf8')) as unknown] as const)

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner !== null && typeof inner === 'object' ? (inner as Record<string, unknown>)[key] : undefined), value)
}

/**
 * Whether the page has words for this reason in every language: what it is, and what to do. Null when it has; else what is
 * missing. A page that has but one set of words is asked with the reason ''.
 */
export function missingWords(page: Page, reason: string): string | null {
  const lacking = messages.flatMap(([language, all]) => {
    const words = at(all, [...page.split('.'), ...(reason === '' ? [] : [reason])])
    const has = (key: string) => typeof at(words, [key]) === 'string' && (at(words, [key]) as string).trim() !== ''
    return has('title') && (has('next') || has('body')) ? [] : [language]
  })
  return lacking.length === 0 ? null : `${page}.${reason} has no words in ${lacking.join(', ')}`
}
