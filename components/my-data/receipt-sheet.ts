import { isMigrated } from '@/lib/consent/consent'
import type { Receipt } from '@/lib/subject/receipt'
import type { Locale } from '@/messages/locales'
import { noticeWords } from '@/messages/notices/notices'
import { formatDate, formatDateTime } from '../dates'
import { facts, text, type Section, type Sheet, type Words } from '../sheet/sheet'
import { noticeQuote, noticeRead } from './notice-words'

export type ReceiptSetting = {
  readonly t: Words
  readonly locale: Locale
  /** The bank as it is called now; a consent knows what it was called then. */
  readonly bankName: string
  /** Where the keys are that the signed file is checked with. */
  readonly keysAddress: string
}

/** A receipt in the person's language: what its page and its PDF draw. */
export function receiptSheet(receipt: Receipt, setting: ReceiptSetting): Sheet {
  const { t, locale } = setting
  const { consent, answer } = receipt
  const bank = consent.coveredByName ?? setting.bankName
  const read = noticeRead({ ...receipt.notice, bank, validTo: consent.validTo }, locale)
  return {
    title: t(`receipt.titles.${answer}`),
    lang: locale,
    lead: [whatWasAnswered(receipt, setting, bank), howItStands(receipt, setting)],
    sections: [
      { heading: t('receipt.answer.title'), blocks: [facts(...answerFacts(receipt, setting, bank))] },
      { heading: t('receipt.about.title'), blocks: [facts(...aboutFacts(receipt, setting, bank))] },
      wordsSection(receipt, setting, read),
      { heading: t('receipt.stop.title'), blocks: [text(t(answer === 'given' ? 'receipt.stop.text' : 'receipt.stop.refused'))] },
      { heading: t('receipt.details.title'), blocks: [facts(...details(receipt, setting)), text(t('receipt.details.nothing')), ...(read ? [text(t('receipt.details.check', { address: setting.keysAddress }))] : [])] },
    ],
  }
}

function whatWasAnswered({ answer, answeredAt, consent }: Receipt, { t, locale }: ReceiptSetting, bank: string): string {
  if (isMigrated(consent)) return t('receipt.gaveInAltinn2', { bank, time: formatDateTime(consent.requestedAt, locale) })
  const time = answeredAt && formatDateTime(answeredAt, locale)
  if (!time) return t('receipt.gaveUnknown', { bank })
  return answer === 'given' ? t('receipt.gave', { bank, time }) : t('receipt.refusedAt', { bank, time })
}

function howItStands({ state, consent, endedAt }: Receipt, { t, locale }: ReceiptSetting): string {
  const end = formatDate(consent.validTo, locale)
  return t(`receipt.now.${state}`, { date: endedAt ? formatDate(endedAt, locale) : end, end })
}

type Facts = readonly (readonly [string, string | null])[]

function answerFacts({ consent, state, answer, answeredAt, endedAt }: Receipt, { t, locale }: ReceiptSetting, bank: string): Facts {
  const at = endedAt ?? answeredAt
  // When it was answered in Altinn 2 we were not told: what we know is when Altinn confirmed it to us.
  const migrated = isMigrated(consent)
  return [
    [t('receipt.answer.status'), t(`myData.consents.states.${state}`, { date: formatDate(state === 'active' ? consent.validTo : (at ?? consent.validTo), locale) })],
    [migrated ? t('myData.consents.broughtOver') : t('receipt.answer.asked'), formatDateTime(consent.requestedAt, locale)],
    [t('receipt.answer.answered'), migrated ? null : answeredAt ? formatDateTime(answeredAt, locale) : t('receipt.answer.unknown')],
    [t(answer === 'given' ? 'receipt.answer.until' : 'receipt.answer.askedUntil'), formatDateTime(consent.validTo, locale)],
    [t('receipt.answer.ended'), endedAt && formatDateTime(endedAt, locale)],
    [t('receipt.answer.where'), migrated ? t('myData.consents.readInAltinn2') : t('receipt.answer.altinn', { bank })],
  ]
}

/** In the receipt's own language; the words as they were read are quoted below. */
function aboutFacts({ consent, notice }: Receipt, { t, locale }: ReceiptSetting, bank: string): Facts {
  const words = noticeWords(notice.words, locale)
  const about = (key: 'data' | 'purpose' | 'source' | 'controller' | 'recipients' | 'basis' | 'storage') => t(`receipt.about.${key}`)
  return [
    [about('data'), words && words.what.text],
    [about('purpose'), words && words.why.text],
    [about('source'), t('receipt.about.sourceName')],
    [about('controller'), t('receipt.about.organisation', { name: bank, number: consent.coveredBy })],
    [t('exported.consents.handledBy'), consent.handledBy && (consent.handledByName ? t('receipt.about.organisation', { name: consent.handledByName, number: consent.handledBy }) : consent.handledBy)],
    [about('recipients'), words && (notice.adviserSharing ? words.who.adviser.replaceAll('{bank}', bank) : words.who.you)],
    [about('basis'), t('receipt.about.basisText')],
    [about('storage'), t('receipt.about.storageText')],
  ]
}

function wordsSection({ consent }: Receipt, { t }: ReceiptSetting, read: ReturnType<typeof noticeRead>): Section {
  const heading = t('receipt.words.title')
  const version = consent.noticeVersion
  if (isMigrated(consent)) return { heading, blocks: [text(t('myData.consents.readInAltinn2'))] }
  if (!read) return { heading, blocks: [text(t('myData.consents.version', { version })), text(t('myData.consents.wordsLost'))] }
  const which = read.known ? t('myData.consents.versionIn', { version, language: t(`myData.consents.languages.${read.lang}`) }) : t('myData.consents.version', { version })
  const lead = [text(`${which}. ${t('receipt.words.lead')}`), ...(read.known ? [] : [text(t('myData.consents.languageUnknown'))])]
  return { heading, blocks: [...lead, noticeQuote(read)] }
}

function details({ id, issuedAt, consent }: Receipt, { t, locale }: ReceiptSetting): Facts {
  return [
    [t('receipt.details.made'), formatDateTime(issuedAt, locale)],
    [t('receipt.details.receiptId'), id],
    [t('receipt.details.consentId'), consent.id],
    [t('receipt.details.person'), consent.subjectRef],
  ]
}
