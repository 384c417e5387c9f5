/** The languages a person may choose, in the order they stand on the screen. */
export const locales = ['nb', 'nn', 'en'] as const
export type Locale = (typeof locales)[number]

/** Used until the person has chosen. */
export const defaultLocale: Locale = 'nb'

/** The cookie that remembers the choice. */
export const localeCookie = 'locale'

/** Each language by its own name: the same words whichever language the page is in. */
export const localeNames: Record<Locale, string> = { nb: 'Bokmål', nn: 'Nynorsk', en: 'English' }

export const isLocale = (value: unknown): value is Locale => locales.some((locale) => locale === value)
