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

/** `14:05`, as it is in Oslo. */
export const formatTime = inOslo({ timeStyle: 'short' })

/** `januar 2026`, as it is in Oslo. */
export const formatMonth = inOslo({ month: 'long', year: 'numeric' })

/** `2026-01-15`, as it is in Oslo. */
export const dayInFileName = (at: Date): string => new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: 'Europe/Oslo' }).format(at)

/** `2026-01-15 14:05:09`, as it is in Oslo: for lists that are read by the second. */
export const formatSecond = (at: Date): string => new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: 'Europe/Oslo' }).format(at)

/** When a day (`2026-01-15`) begins in Oslo; null when there is no such day. */
export function startOfDay(day: string): Date | null {
  const utc = /^\d{4}-\d\d-\d\d$/.test(day) ? new Date(`${day}T00:00:00Z`) : null
  if (!utc || Number.isNaN(utc.getTime()) || utc.toISOString().slice(0, 10) !== day) return null
  // Oslo is one hour ahead of UTC, or two: of the two instants the one counts at which it is midnight there.
  const midnight = [2, 1].map((hours) => new Date(utc.getTime() - hours * 3_600_000)).find((at) => formatSecond(at) === `${day} 00:00:00`)
  return midnight ?? null
}
