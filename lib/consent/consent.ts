import { fail, ok, type Result } from '@/lib/result'
import { MIGRATED } from './notice'

export type ConsentStatus = 'requested' | 'accepted' | 'rejected' | 'revoked' | 'expired'
export const providerIds = ['altinn3', 'altinn2'] as const
export type ProviderId = (typeof providerIds)[number]

/**
 * A consent that is exchanged for a token once (transport altinn3-both): `begun` is committed before the first byte, `given`
 * when a token came, `used` when the source has answered on it. `lost` is an answer that never came, `spent` a token that
 * the source never answered on.
 */
export type ExchangeMark = 'begun' | 'given' | 'used' | 'lost' | 'spent'

/** A consent request and what became of it. Party names are Altinn's own: coveredBy receives, handledBy is its supplier. */
export type Consent = {
  readonly id: string
  readonly provider: ProviderId
  /**
   * What the provider calls it. Altinn 3 takes the id that we choose, so it equals `id`. Altinn 2 chooses an authorization
   * code itself: until that is known, this equals `id` too.
   */
  readonly reference: string
  readonly resource: string
  /** The person who gives (offeredBy), by our random subject reference. */
  readonly subjectRef: string
  readonly coveredBy: string
  readonly handledBy: string | null
  readonly status: ConsentStatus
  readonly validTo: Date
  readonly requestedAt: Date
  readonly settledAt: Date | null
  /** When the source first answered 200 on this consent: from then on it may know it by itself. */
  readonly sourceKnowsSince: Date | null
  /** The transport by which it came to know: another one starts anew. */
  readonly sourceKnowsVia: string | null
  /** Where the one exchange of the consent stands, and since when it was begun; null where there was none. */
  readonly exchange: ExchangeMark | null
  readonly exchangeAt: Date | null
  readonly lastReadAt: Date | null
  /** Which version of our own consent page the person read. */
  readonly noticeVersion: string
  /** In which language they read it, and the bank's name as they met it; null for a consent older than the record of it. */
  readonly noticeLanguage: string | null
  readonly coveredByName: string | null
  readonly handledByName: string | null
  /** When the person ended our use of it here; in Altinn it may still stand. */
  readonly stoppedHereAt: Date | null
}

type NothingYet = 'status' | 'settledAt' | 'sourceKnowsSince' | 'sourceKnowsVia' | 'exchange' | 'exchangeAt' | 'lastReadAt' | 'stoppedHereAt'

/** A request of which nothing has come yet. */
export const newRequest = (asked: Omit<Consent, NothingYet>): Consent => ({
  ...asked, status: 'requested', settledAt: null, sourceKnowsSince: null, sourceKnowsVia: null, exchange: null, exchangeAt: null, lastReadAt: null, stoppedHereAt: null,
})

/** Forward only: nothing comes back from rejected, revoked or expired. */
const allowed: Record<ConsentStatus, readonly ConsentStatus[]> = {
  requested: ['accepted', 'rejected', 'expired'],
  accepted: ['revoked', 'expired'],
  rejected: [],
  revoked: [],
  expired: [],
}

/** The consent as it is after the step, settled `now`; `not-allowed` for a step back. Keeping it and logging it is the caller's. */
export function moveTo(consent: Consent, status: ConsentStatus, now: Date): Result<Consent, 'not-allowed'> {
  if (!allowed[consent.status].includes(status)) return fail('not-allowed', `${consent.status} → ${status}`)
  return ok({ ...consent, status, settledAt: now })
}

/** Accepted, and not at its end yet: at the very instant of `validTo` it is over. */
export const isUsable = (consent: Pick<Consent, 'status' | 'validTo'>, now: Date): boolean => consent.status === 'accepted' && now < consent.validTo

const day = 86_400_000

/** For how many milliseconds a request waits for its answer. */
export const UNANSWERED_FOR = day

/** Given in Altinn 2 and imported. Until Altinn has been asked about it, it is `requested`: so it is used by nobody. */
export const isMigrated = ({ noticeVersion }: Pick<Consent, 'noticeVersion'>): boolean => noticeVersion === MIGRATED

/** An unanswered request is taken up again for a day; after that it counts as expired. */
export const isUnanswered = (consent: Consent, now: Date): boolean =>
  consent.status === 'requested' && !isMigrated(consent) && now < consent.validTo && now.getTime() - consent.requestedAt.getTime() < UNANSWERED_FOR

/** From 30 days before its end a person is told that the consent runs out, and may renew it. */
export const isRunningOut = (consent: Pick<Consent, 'validTo'>, now: Date): boolean => consent.validTo.getTime() - now.getTime() <= 30 * day

/** The provider's own name for a request is known, where it is not ours. */
export const isNamed = ({ id, reference }: Pick<Consent, 'id' | 'reference'>): boolean => reference !== id

/** The source knows a consent that it has answered on, by the transport in use. */
export const sourceKnows = (consent: Consent, transport: string): boolean => consent.sourceKnowsSince !== null && consent.sourceKnowsVia === transport

/**
 * The end of a consent asked for now: `days` on, and never past one calendar year less a day (terms of use of
 * Saldo på studielån; the day's margin keeps summer time and a fast clock from making it "more than a year").
 */
export function consentValidTo(now: Date, days: number): Date {
  const year = new Date(now)
  year.setUTCFullYear(year.getUTCFullYear() + 1)
  if (year.getUTCMonth() !== now.getUTCMonth()) year.setUTCDate(0) // 29 February: a year on is the 28th
  return new Date(Math.min(now.getTime() + days * day, year.getTime() - day))
}
