import { createTranslator } from 'next-intl'
import { NextResponse } from 'next/server'
import { defaultLocale, isLocale } from '@/messages/locales'
import { messages } from '@/messages/messages'

type About = {
  /** The person's cookie for the language, if they have one. */
  readonly locale: string | undefined
  readonly reference: string
}

/** 503 while the database is away: in plain words, and drawn without anything that might be down too. */
export function unavailablePage(about: About): NextResponse {
  return page(about, 'unavailable', (t) => `<p><a href="">${t('unavailable.retry')}</a></p>`, { status: 503, headers: { 'retry-after': '10' } })
}

/** 421 (RFC 9110 §15.5.20) at a host that is no bank's: no name, no look, nothing of any bank. */
export function misdirectedPage(about: About): NextResponse {
  return page(about, 'misdirected', () => '', { status: 421 })
}

type Words = ReturnType<typeof wordsIn>
const wordsIn = (locale: keyof typeof messages) => createTranslator({ locale, messages: messages[locale] })

function page({ locale: chosen, reference }: About, what: 'unavailable' | 'misdirected', more: (t: Words) => string, { status, headers }: { status: number; headers?: Record<string, string> }): NextResponse {
  const locale = isLocale(chosen) ? chosen : defaultLocale
  const t = wordsIn(locale)
  const html = `<!doctype html>
<html lang="${locale}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${t(`${what}.title`)}</title>
<main>
<h1>${t(`${what}.title`)}</h1>
<p role="alert">${t(`${what}.body`)}</p>
${more(t)}
<p>${t('reference', { id: reference })}</p>
</main>
</html>`
  return new NextResponse(html, { status, headers: { 'content-type': 'text/html; charset=utf-8', ...headers } })
}
