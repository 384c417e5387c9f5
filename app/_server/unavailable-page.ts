import { createTranslator } from 'next-intl'
import { NextResponse } from 'next/server'
import { defaultLocale, isLocale } from '@/messages/locales'
import { messages } from '@/messages/messages'

/** 503 in plain words, drawn without anything that might be down too. */
export function unavailablePage(chosen: string | undefined, reference: string): NextResponse {
  const locale = isLocale(chosen) ? chosen : defaultLocale
  const t = createTranslator({ locale, messages: messages[locale] })
  const html = `<!doctype html>
<html lang="${locale}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${t('unavailable.title')}</title>
<main>
<h1>${t('unavailable.title')}</h1>
<p role="alert">${t('unavailable.body')}</p>
<p><a href="">${t('unavailable.retry')}</a></p>
<p>${t('reference', { id: reference })}</p>
</main>
</html>`
  return new NextResponse(html, { status: 503, headers: { 'content-type': 'text/html; charset=utf-8', 'retry-after': '10' } })
}
