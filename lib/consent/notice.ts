/**
 * Which words our own consent page shows. They are kept for good in messages/notices, a file for each version, so that a
 * receipt made years later has the words that were read. A test fails when the page's words change and this does not.
 */
export const NEWEST_NOTICE = '2026-11'

/** In place of a version: the person read no page of ours, but Altinn 2's, and the consent was brought here from there. */
export const MIGRATED = 'migrated'

const WITH_ADVISER = '.adviser'

/** The version as a consent's row has it: the words, and whether they told of an adviser who may be shown the balance. */
export const noticeVersion = ({ adviserSharing }: { adviserSharing: boolean }): string => `${NEWEST_NOTICE}${adviserSharing ? WITH_ADVISER : ''}`

/** The version taken apart again. */
export const readNoticeVersion = (version: string): { readonly words: string; readonly adviserSharing: boolean } =>
  version.endsWith(WITH_ADVISER) ? { words: version.slice(0, -WITH_ADVISER.length), adviserSharing: true } : { words: version, adviserSharing: false }
