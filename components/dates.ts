import type { Locale } from '@/messages/locales'

const language: Record<Locale, string> = { nb: 'nb-NO', nn: 'nn-NO', en: 'en-GB' }

/** The day stays on the line of its month. */
const together = (text: string) => text.replace(' ', '\u00a0')

/** `15. januar 2026`, as it is in Oslo. */
export const formatDate = (at: Date, locale: Locale): string =>
  together(new Intl.DateTimeFormat(language[locale], { dateStyle: 'long', timeZone: 'Europe/Oslo' }).format(at))

/** `15. januar 2026 kl. 14:05`, as it is in Oslo. */
export const formatDateTime = (at: Date, locale: Locale): string =>
  together(new Intl.DateTimeFormat(language[locale], { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Oslo' }).format(at))
