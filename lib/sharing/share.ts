import type { ConsentStatus } from '@/lib/consent/consent'
import { NationalId } from '@/lib/national-id'
import { fail, ok, type Result } from '@/lib/result'
import { endedBy, type Session, type SessionLimits } from '@/lib/session/session'
import { checkDue, hasRole, type StaffSession } from '@/lib/staff/staff-session'

/** Why a share is over. The adviser's page says it, and so does the customer's. */
export const shareEnds = [
  /** The customer pressed stop, or began another share. */
  'stopped',
  'replaced',
  /** The customer logged out, or their session ran out. */
  'logged-out',
  'timed-out',
  /** The consent ended: withdrawn in Altinn, its year was over, or the customer stopped our use of it. */
  'consent-revoked',
  'consent-expired',
  'consent-stopped-here',
  /** The adviser closed the view, or is no longer logged in as an adviser. */
  'adviser-left',
  /** Nobody used the code in time, or it was tried wrongly too often. */
  'code-unused',
  'code-dead',
  /** What was held is gone and nobody ended it: the database was started anew after a crash. */
  'lost',
] as const
export type ShareEnd = (typeof shareEnds)[number]

/** A customer's figures, shown to one adviser for as long as the customer's log-in lasts. Holds no amount and no key. */
export type Share = {
  readonly id: string
  readonly subjectRef: string
  readonly consentId: string
  readonly createdAt: Date
  /** The code opens nothing from this instant on. */
  readonly codeUntil: Date
  /** When an adviser opened it; from then on the code is used. */
  readonly openedAt: Date | null
  /** The adviser who opened it, where, and what for. */
  readonly staffRef: string | null
  readonly unit: string | null
  readonly purpose: string | null
  readonly caseNumber: string | null
  readonly endedAt: Date | null
  readonly end: ShareEnd | null
}

/** What a share stands on. It is over when one of them is, though nobody has written that down yet. */
export type ShareGround = {
  /** Its seal is there. */
  readonly sealed: boolean
  /** The customer's log-in; null when it is gone. */
  readonly session: Pick<Session, 'lastSeenAt' | 'expiresAt'> | null
  readonly consent: { readonly status: ConsentStatus; readonly validTo: Date }
  /** The log-in of the adviser who opened it; null when it is gone, or while nobody has. */
  readonly adviser: Pick<StaffSession, 'roles' | 'lastSeenAt' | 'expiresAt' | 'checkedAt'> | null
}
export type StandingShare = Share & ShareGround

export type ShareState = 'waiting' | 'open' | 'ended'

/** Minutes a code may be used. */
export const CODE_MINUTES = 10
/** Wrong tries after which a code is dead. */
export const TRIES = 5

export const codeValidUntil = (createdAt: Date): Date => new Date(createdAt.getTime() + CODE_MINUTES * 60_000)

/** Why a share is over, or null while it is not. What has run out is over at that very instant; staff and customers are idle alike. */
export function endOf(share: StandingShare, limits: SessionLimits, now: Date): ShareEnd | null {
  const { end, sealed, session, consent, adviser, openedAt, codeUntil } = share
  if (end) return end
  if (consent.status === 'accepted' && now >= consent.validTo) return 'consent-expired'
  if (session && endedBy(session, limits, now)) return 'timed-out'
  if (!openedAt && now >= codeUntil) return 'code-unused'
  if (openedAt && !isHere(adviser, limits, now)) return 'adviser-left'
  return sealed && session && consent.status === 'accepted' ? null : 'lost'
}

/** An employee who is logged in, and whose role the bank's provider has confirmed of late. */
const isHere = (adviser: ShareGround['adviser'], limits: SessionLimits, now: Date): boolean =>
  adviser !== null && hasRole(adviser, 'adviser') && endedBy(adviser, limits, now) === null && checkDue(adviser, now) !== 'overdue'

export const stateOf = (share: StandingShare, limits: SessionLimits, now: Date): ShareState => (endOf(share, limits, now) ? 'ended' : share.openedAt ? 'open' : 'waiting')

/** What an adviser must say before they see anything. */
export type Errand = { readonly purpose: string; readonly caseNumber: string }

const CASE = /^[\p{L}\p{N}][\p{L}\p{N} ./-]{0,38}[\p{L}\p{N}]$|^[\p{L}\p{N}]$/u

/**
 * The errand as it is recorded. The purpose is one that the bank has listed, or in the adviser's own words; neither it nor
 * the case number may hold what looks like a national id, for both stay in the log for years.
 */
export function readErrand(given: { purpose: string; otherPurpose: string; caseNumber: string }, listed: readonly string[]): Result<Errand, 'no-purpose' | 'no-case' | 'looks-personal'> {
  const own = given.otherPurpose.normalize('NFC').replace(/\s+/g, ' ').trim()
  const purpose = listed.includes(given.purpose) ? given.purpose : given.purpose === 'other' && own.length >= 3 && own.length <= 120 && !UNSEEN.test(own) ? own : null
  if (purpose === null) return fail('no-purpose')
  const caseNumber = given.caseNumber.normalize('NFC').trim()
  if (!CASE.test(caseNumber)) return fail('no-case')
  if (looksPersonal(own) || looksPersonal(caseNumber)) return fail('looks-personal')
  return ok({ purpose, caseNumber })
}

/** Signs that nobody sees: a NUL, which no database takes, and those that turn a line round for whoever reads it. */
const UNSEEN = /\p{C}/u

/** Eleven digits in a row, of whichever script, and however they are set apart; by a slash, as years and numbers of cases are, only where they are a national id. */
const looksPersonal = (text: string): boolean => {
  const joined = text.replace(/(?<=\p{Nd})[\s.\p{Pd}]+(?=\p{Nd})/gu, '')
  return /\p{Nd}{11}/u.test(joined) || (joined.replace(/(?<=\d)\/(?=\d)/g, '').match(/(?<!\d)\d{11}(?!\d)/g) ?? []).some((digits) => NationalId.parse(digits, { synthetic: true }) !== null)
}
