import en from './en.json'
import type { Locale } from './locales'
import nb from './nb.json'
import nn from './nn.json'

/** Bokmål is the measure: what it says, the others say. */
export type Messages = typeof nb

export const messages: Record<Locale, Messages> = { nb, nn, en }

// The other way round as well, so that a key only nynorsk or English has does not compile either.
void (nb satisfies typeof nn & typeof en)

declare module 'next-intl' {
  interface AppConfig {
    Locale: Locale
    Messages: Messages
  }
}
