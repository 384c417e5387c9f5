import './globals.css'
import type { Metadata, Viewport } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { ErrorWordsProvider } from '@/components/ui/error-page'
import { messages } from '@/messages/messages'

export const generateMetadata = async (): Promise<Metadata> => ({
  title: (await getTranslations('titles'))('start'),
  icons: '/favicon.svg',
  formatDetection: { telephone: false, date: false, address: false, email: false },
})
export const viewport: Viewport = { colorScheme: 'light dark' }

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const locale = await getLocale()
  return (
    <html lang={locale} data-color-scheme="auto">
      <body>
        <ErrorWordsProvider words={messages[locale].error}>{children}</ErrorWordsProvider>
      </body>
    </html>
  )
}
