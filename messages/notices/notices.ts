import type { Locale } from '../locales'
import { notice202611 } from './2026-11'
import { notice20261121 } from './2026-11-21'

/** The words of one version in one language, as they stood on the consent page. */
export type Notice = (typeof notice202611)['nb'] & { readonly help?: (typeof notice20261121)['nb']['help'] }

const notices: Readonly<Record<string, Readonly<Record<Locale, Notice>>>> = { '2026-11': notice202611, '2026-11-21': notice20261121 }

/** The words that a version had; null for a version we never showed. */
export const noticeWords = (version: string, locale: Locale): Notice | null => notices[version]?.[locale] ?? null

export const noticeVersions = Object.keys(notices)

type Filled = { readonly bank: string; /** The day the consent ends, in words. */ readonly date: string; readonly adviserSharing: boolean; /** Who helps the bank, when the page named somebody. */ readonly supplier: string | null }

/** The page as it was read, from its title to its two buttons: each heading with what stood under it. */
export function noticeAsShown(notice: Notice, { bank, date, adviserSharing, supplier }: Filled): { readonly title: string; readonly answers: readonly (readonly [term: string, text: string | readonly string[]])[]; readonly freedom: string; readonly buttons: readonly string[] } {
  const fill = (text: string) => text.replaceAll('{bank}', bank).replaceAll('{date}', date).replaceAll('{supplier}', supplier ?? '')
  const { what, who, help, why, howLong, stop, steps } = notice
  return {
    title: fill(notice.title),
    answers: [
      [what.term, fill(what.text)],
      [who.term, fill(adviserSharing ? who.adviser : who.you)],
      ...(help && supplier !== null ? [[help.term, fill(help.text)] as const] : []),
      [why.term, fill(why.text)],
      [howLong.term, fill(howLong.text)],
      [stop.term, fill(stop.text)],
      [steps.term, [steps.go, steps.answer, steps.return].map(fill)],
    ],
    freedom: fill(notice.freedom),
    buttons: [notice.start, notice.decline],
  }
}
