import { randomBytes } from 'node:crypto'
import type { Clock } from '@/lib/clock'
import { fail, ok, type Result } from '@/lib/result'
import { idleSince, type SessionLimits } from '@/lib/session/session'
import { sealForAnother } from '@/lib/sources/held-reading'
import { hasRole } from '@/lib/staff/staff-session'
import type { Adviser } from './adviser'
import { handleOf, isTheCode, openCode, parseOneTimeCode } from './one-time-code'
import type { OpenShareStore, TriedShare } from './open-share-store'
import { readErrand, type Errand } from './share'

export type OpenShareDeps = {
  readonly clock: Clock
  readonly sessionLimits: SessionLimits
  readonly openShares: OpenShareStore
  readonly shareCodeKey: Uint8Array
  /** Which errands the bank has listed. */
  readonly purposes: readonly string[]
}
type Input = {
  readonly adviser: Adviser
  /** Derived from the adviser's cookie: what the figures' key is sealed under from now on. */
  readonly readerKey: Uint8Array
  readonly code: string
  /** What the adviser wrote; null when the code is said to answer an invitation, which holds it. */
  readonly errand: { readonly purpose: string; readonly otherPurpose: string; readonly caseNumber: string } | null
  /** Keyed hash of the address that the adviser calls from. */
  readonly address: string
  readonly correlationId: string
}
export type OpenRefusal = 'not-an-adviser' | 'no-purpose' | 'no-case' | 'looks-personal' | 'no-errand' | 'wrong-code' | 'too-many-tries' | 'own' | 'protected' | 'over'

/** Tries of one adviser, and from one address (a branch may share one), in so many minutes. Right ones count too. */
export const LIMITS = { adviser: 20, address: 100, minutes: 15 } as const

/**
 * Opens what a customer shows, for this adviser's log-in: with the customer's code, and an errand that is recorded before
 * there is anything to see. Answers the share's id. Takes about half a second, however wrong the code is.
 */
export async function openShare(deps: OpenShareDeps, { adviser, readerKey, code: typed, errand: written, address, correlationId }: Input): Promise<Result<string, OpenRefusal>> {
  const { clock, openShares, shareCodeKey, sessionLimits, purposes } = deps
  const at = clock.now()
  const refuse = async (why: 'not-an-adviser' | 'too-many-tries' | 'own' | 'protected' | 'no-errand', tried: TriedShare | null = null) => {
    await openShares.refuse(tried, why, { at: clock.now(), correlationId, by: adviser })
    return fail(why)
  }
  if (!hasRole(adviser, 'adviser')) return refuse('not-an-adviser')
  const errand = written && readErrand(written, purposes)
  if (errand && !errand.ok) return errand
  if (!(await openShares.count([{ name: `adviser:${adviser.staffRef}`, most: LIMITS.adviser }, { name: `address:${address}`, most: LIMITS.address }], at, LIMITS.minutes))) return refuse('too-many-tries')

  const code = parseOneTimeCode(typed)
  const tried = code && (await openShares.try(handleOf(code), at))
  const opened = code && (await openCode(code, tried?.salt ?? randomBytes(16), shareCodeKey))
  if (!tried || !opened || !isTheCode(opened, tried.verifier) || isAnothers(tried, adviser)) {
    await openShares.wrong(tried, { at: clock.now(), correlationId, by: adviser })
    return fail('wrong-code')
  }
  const stated: Errand | null = tried.invitation ?? (errand ? errand.value : null)
  if (!stated) return refuse('no-errand', tried)
  const forbidden = await openShares.guard(adviser, tried.subjectRef)
  if (forbidden) return refuse(forbidden, tried)

  const sealedKey = sealForAnother(tried.sealedKey, tried.readingId, opened.key, readerKey)
  const now = clock.now()
  const stands = await openShares.open(tried, { ...adviser, errand: { purpose: stated.purpose, caseNumber: stated.caseNumber }, sealedKey }, { at: now, idleSince: idleSince(sessionLimits, now), correlationId })
  return stands ? ok(tried.shareId) : fail('over')
}

/** A customer who answers an invitation shows their figures to the adviser who sent it, and to nobody else. */
const isAnothers = ({ invitation }: TriedShare, { staffRef }: Adviser): boolean => invitation !== null && invitation.staffRef !== staffRef
