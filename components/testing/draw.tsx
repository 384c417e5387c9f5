import { NextIntlClientProvider } from 'next-intl'
import type { ReactElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import type { Locale } from '@/messages/locales'
import { messages } from '@/messages/messages'

/** The HTML that a person without JavaScript gets. A word that is missing or does not format fails the test. */
export const htmlOf = (element: ReactElement, locale: Locale = 'nb'): string =>
  renderToStaticMarkup(
    <NextIntlClientProvider
      locale={locale}
      messages={messages[locale]}
      timeZone="Europe/Oslo"
      onError={(error) => {
        throw error
      }}
    >
      {element}
    </NextIntlClientProvider>,
  )

/** What stands on the screen, with plain spaces and a plain minus. */
export const textOf = (element: ReactElement, locale: Locale = 'nb'): string =>
  htmlOf(element, locale)
    .replace(/<script>.*?<\/script>|<[^>]*>/gs, ' ')
    .replaceAll('−', '-')
    .replace(/\s+/g, ' ')
    .replace(/ ([.,?])/g, '$1')
    .trim()

/** An action that nobody presses in a drawing. */
export const noAction = (): void => undefined
