import { getLocale, getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { receiptSheet } from '@/components/my-data/receipt-sheet'
import type { Sheet } from '@/components/sheet/sheet'
import { makeReceipt, type Receipt } from '@/lib/subject/receipt'
import { correlationId } from './correlation-id'
import { services } from './services'
import type { Applicant } from './session'

/** Where the public keys are that signed receipts are checked with. */
const keysAddress = (origin: string) => `${origin}/.well-known/saldosyn-receipt-keys.json`

/** The receipt that an address names, if it is this person's. */
export async function receiptFor({ session }: Applicant, id: string): Promise<Receipt | null> {
  const parsed = z.uuid().safeParse(id)
  return makeReceipt(await services(), { consentId: parsed.success ? parsed.data : null, subjectRef: session.subjectRef, correlationId: await correlationId() })
}

/** Its words, in the person's language. */
export async function sheetOf(receipt: Receipt): Promise<Sheet> {
  const { BANK_NAME, APP_URL } = (await services()).config
  return receiptSheet(receipt, { t: await getTranslations(), locale: await getLocale(), bankName: BANK_NAME, keysAddress: keysAddress(APP_URL) })
}
