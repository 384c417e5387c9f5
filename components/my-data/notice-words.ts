import type { NoticeOf } from '@/lib/consent/notice'
import { defaultLocale, isLocale, type Locale } from '@/messages/locales'
import { noticeAsShown, noticeWords } from '@/messages/notices/notices'
import { formatDate } from '../dates'
import { subheading, text, type Block } from '../sheet/sheet'

/** What a consent's row says of the page that was read. */
export type NoticeRead = NoticeOf & { readonly language: string | null; readonly bank: string; readonly validTo: Date }

/** The page as it was read; in the language it was read in, or in the reader's where nobody recorded that. Null for words we do not have. */
export function noticeRead({ words, adviserSharing, supplier, language, bank, validTo }: NoticeRead, reader: Locale) {
  const lang = isLocale(language) ? language : reader
  const notice = noticeWords(words, lang)
  if (!notice) return null
  return { lang, known: isLocale(language), notice, shown: noticeAsShown(notice, { bank, date: formatDate(validTo, lang), adviserSharing, supplier }) }
}

/** We have the words that were read: a signed receipt is of them. */
export const areKept = ({ words }: Pick<NoticeOf, 'words'>): boolean => noticeWords(words, defaultLocale) !== null

/** The words as a quotation: its title, each heading with what stood under it, and the two buttons. */
export function noticeQuote({ shown, lang }: NonNullable<ReturnType<typeof noticeRead>>): Block {
  const answers = shown.answers.flatMap(([term, words]): Block[] => [subheading(term), typeof words === 'string' ? text(words) : { kind: 'steps', steps: words }])
  return { kind: 'quote', lang, blocks: [subheading(shown.title), ...answers, text(shown.freedom), text(shown.buttons.map((button) => `[ ${button} ]`).join(' '))] }
}
