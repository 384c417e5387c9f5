/**
 * Which words our own consent page shows. They are kept for good in messages/notices, a file for each version, so that a
 * receipt made years later has the words that were read. A test fails when the page's words change and this does not.
 */
export const NEWEST_NOTICE = '2026-11-21'

/** In place of a version: the person read no page of ours, but Altinn 2's, and the consent was brought here from there. */
export const MIGRATED = 'migrated'

/** What the words told of, where the bank has it: an adviser who may be shown the balance, and a supplier who fetches it. */
type Told = { readonly adviserSharing: boolean; readonly supplier: boolean }

/** The version as a consent's row has it: the words, and what they told of. */
export const noticeVersion = ({ adviserSharing, supplier }: Told): string => [NEWEST_NOTICE, ...(adviserSharing ? ['adviser'] : []), ...(supplier ? ['supplier'] : [])].join('.')

/** The version taken apart again. */
export function readNoticeVersion(version: string): Told & { readonly words: string } {
  const [words = '', ...told] = version.split('.')
  return { words, adviserSharing: told.includes('adviser'), supplier: told.includes('supplier') }
}

/** The words that were read before a consent: their version, whether they told of an adviser, and the supplier that they named. */
export type NoticeOf = { readonly words: string; readonly adviserSharing: boolean; readonly supplier: string | null }
export function noticeOf({ noticeVersion, handledByName }: { readonly noticeVersion: string; readonly handledByName: string | null }): NoticeOf {
  const { supplier, ...read } = readNoticeVersion(noticeVersion)
  return { ...read, supplier: supplier ? handledByName : null }
}
