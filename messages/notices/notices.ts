import type { Locale } from '../locales'
import { notice202611 } from './2026-11'

/** The words of one version in one language, as they stood on the consent page. */
export type Notice = (typeof notice202611)['nb']

const notices: Readonly<Record<string, Readonly<Record<Locale, Notice>>>> = { '2026-11': notice202611 }

/** The words that a version had; null for a version we never showed. */
export const noticeWords = (version: string, locale: Locale): Notice | null => notices[version]?.[locale] ?? null

export const noticeVersions = Object.keys(notices)

type Filled = { readonly bank: string; /** The day the consent ends, in words. */ readonly date: string; readonly adviserSharing: boolean }

/** The page as it was read, from its title to its two buttons: each heading with what stood under it. */
export function noticeAsShown(notice: Notice, { bank, date, adviserSharing }: Filled): { readonly title: string; readonly answers: readonly (readonly [term: string, text: string | readonly string[]])[]; readonly freedom: string; readonly buttons: readonly string[] } {
  const fill = (text: string) => text.replaceAll('{bank}', bank).replaceAll('{date}', date)
  const { what, who, why, howLong, stop, steps } = notice
  return {
    title: fill(notice.title),
    answers: [
      [what.term, fill(what.text)],
      [who.term, fill(adviserSharing ? who.adviser : who.you)],
      [why.term, fill(why.text)],
      [howLong.term, fill(howLong.text)],
      [stop.term, fill(stop.text)],
      [steps.term, [steps.go, steps.answer, steps.return].map(fill)],
    ],
    freedom: fill(notice.freedom),
    buttons: [notice.start, notice.decline],
  }
}
