import './globals.css'
import type { Metadata, Viewport } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { ErrorWordsProvider } from '@/components/ui/error-page'
import { lookAddress } from './_server/appearance'
import { services } from './_server/services'
import { messages } from '@/messages/messages'

export const generateMetadata = async (): Promise<Metadata> => ({
  title: (await getTranslations('titles'))('start'),
  icons: '/favicon.svg',
  formatDetection: { telephone: false, date: false, address: false, email: false },
})
export const viewport: Viewport = { colorScheme: 'light dark' }

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const locale = await getLocale()
  const look = lookAddress(await (await services()).appearance())
  return (
    <html lang={locale} data-color-scheme="auto">
      {look !== null && (
        <head>
          <link rel="stylesheet" href={look} />
        </head>
      )}
      <body>
        <ErrorWordsProvider words={messages[locale].error}>{children}</ErrorWordsProvider>
      </body>
    </html>
  )
}
