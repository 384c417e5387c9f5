import type { Locale } from '@/messages/locales'

const language: Record<Locale, string> = { nb: 'nb-NO', nn: 'nn-NO', en: 'en-GB' }

/** The day stays on the line of its month. */
const together = (text: string) => text.replace(' ', '\u00a0')

/** Dates in Oslo time. A format is made once for each language: making one costs more than a hundred uses. */
function inOslo(options: Intl.DateTimeFormatOptions): (at: Date, locale: Locale) => string {
  const made = new Map<Locale, Intl.DateTimeFormat>()
  return (at, locale) => {
    let format = made.get(locale)
    if (!format) made.set(locale, (format = new Intl.DateTimeFormat(language[locale], { ...options, timeZone: 'Europe/Oslo' })))
    return together(format.format(at))
  }
}

/** `15. januar 2026`, as it is in Oslo. */
export const formatDate = inOslo({ dateStyle: 'long' })

/** `15. januar 2026 kl. 14:05`, as it is in Oslo. */
export const formatDateTime = inOslo({ dateStyle: 'long', timeStyle: 'short' })

/** `januar 2026`, as it is in Oslo. */
export const formatMonth = inOslo({ month: 'long', year: 'numeric' })

/** `2026-01-15`, as it is in Oslo. */
export const dayInFileName = (at: Date): string => new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: 'Europe/Oslo' }).format(at)
