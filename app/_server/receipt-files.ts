import { getLocale, getTranslations } from 'next-intl/server'
import { noticeRead } from '@/components/my-data/notice-words'
import { documentOf } from '@/lib/receipt/receipt-document'
import { signReceipt } from '@/lib/receipt/signed-receipt'
import type { Receipt } from '@/lib/subject/receipt'
import type { JWK } from 'jose'
import { services } from './services'
import { sheetOf } from './receipt'
import { sheetPdf } from './sheet-pdf'

/** The receipt as PDF: the same sheet as its page. */
export async function receiptPdf(receipt: Receipt): Promise<Uint8Array<ArrayBuffer>> {
  const t = await getTranslations()
  return sheetPdf(await sheetOf(receipt), (page, pages) => t('receipt.page', { page: String(page), pages: String(pages) }))
}

/** The receipt as signed JSON-LD. Null when we no longer have the words that were read. */
export async function receiptJsonLd(receipt: Receipt): Promise<string | null> {
  const { config } = await services()
  const bank = receipt.consent.coveredByName ?? config.BANK_NAME
  const read = noticeRead({ ...receipt.notice, bank, validTo: receipt.consent.validTo }, await getLocale())
  if (!read) return null
  const { what, why, who } = read.notice
  const whole = [read.shown.title, ...read.shown.answers.map(([term, words]) => `${term}: ${typeof words === 'string' ? words : words.join(' ')}`), read.shown.freedom, ...read.shown.buttons].join('\n')
  const document = documentOf(receipt, {
    bankName: config.BANK_NAME,
    appUrl: config.APP_URL,
    altinnUrl: config.ALTINN_CONSENT_PAGE_ORIGIN,
    notice: { language: read.lang, data: what.text, purpose: why.text, recipients: receipt.notice.adviserSharing ? who.adviser.replaceAll('{bank}', bank) : who.you, whole },
  })
  const { kid, jwk } = config.RECEIPT_SIGNING_KEY
  return `${JSON.stringify(await signReceipt(document, { kid, jwk: JSON.parse(jwk.reveal()) as JWK }), null, 2)}\n`
}
