import { createTranslator } from 'next-intl'
import { describe, expect, test } from 'vitest'
import { locales, type Locale } from './locales'
import { messages } from './messages'

/** Every message by its path: `start.title` and so on. */
const flat = (branch: object, path: readonly string[] = []): [path: string, text: string][] =>
  Object.entries(branch).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null ? flat(value, [...path, key]) : [[[...path, key].join('.'), String(value)]],
  )

/** The arguments (`{bank}`, `{n, plural, …}`) and tags (`<site>`) of a message. */
const slots = (text: string) => [...new Set(Array.from(text.matchAll(/\{(\w+)[,}]|<(\w+)>/g), ([, argument, tag]) => argument ?? `<${tag}>`))].sort()

const bokmal = new Map(flat(messages.nb))
const valueOf = (slot: string): [string, number | typeof String] => (slot.startsWith('<') ? [slot.slice(1, -1), String] : [slot, 2])
const values = Object.fromEntries([...bokmal.values()].flatMap(slots).map(valueOf))

/** One word for one thing. Both may be right in the language; these are not ours. */
const notOurs: Record<Locale, RegExp> = {
  nb: /\b[Ff]ila\b/,
  nn: /rådgjev|øremål|\bblei\b|augneblink|\bhenne\b|\bsvara\b|\b[Gg]jeve\b|\bdifor\b/i,
  en: /\blogins?\b|\banew\b|\brun out\b/i,
}

describe.each(locales)('%s', (locale) => {
  const all = flat(messages[locale])

  test('says something for every message', () => {
    expect(all.filter(([, text]) => text.trim() === '')).toEqual([])
  })

  test('takes the same arguments as bokmål', () => {
    expect(Object.fromEntries(all.map(([path, text]) => [path, slots(text)]))).toEqual(Object.fromEntries([...bokmal].map(([path, text]) => [path, slots(text)])))
  })

  test('formats every message', () => {
    const fail = (error: Error) => {
      throw error
    }
    const t = createTranslator({ locale, messages: messages[locale], onError: fail })
    for (const [path] of all) expect(t.markup(path as Parameters<typeof t.markup>[0], values)).not.toMatch(/[{}<>]/)
  })

  test('calls one thing by one word', () => {
    expect(all.filter(([, text]) => notOurs[locale].test(text))).toEqual([])
  })

  test('calls nobody De, and never says "Oops"', () => {
    expect(all.filter(([, text]) => /\b(?:Dere?s|Dykk|Oops|Ups)\b/.test(text))).toEqual([])
  })
})
