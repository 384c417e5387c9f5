import type { Clock } from '@/lib/clock'
import type { Consent } from '@/lib/consent/consent'
import { exchangeStanding, isStuck } from '@/lib/consent/exchange'
import { findUsableConsent, type FindConsentDeps } from '@/lib/consent/find-usable-consent'
import type { Session } from '@/lib/session/session'
import type { UpstreamGate } from '@/lib/upstream-gate'
import type { ReadFailure } from './read-source'

export type WhyNoReading =
  | { readonly why: 'no-consent' | 'underway' | 'not-read' | 'read-and-gone' }
  | { readonly why: 'consent-closed'; readonly consent: Consent }
  /** `until`: when the source may be asked again, if it has said. */
  | { readonly why: Exclude<ReadFailure, 'consent-ended'>; readonly until: Date | null }

type Deps = FindConsentDeps & { readonly clock: Clock; readonly gates: UpstreamGate }

/** Why this log-in has no reading to show, from what is recorded; asks no upstream. */
export async function whyNoReading(deps: Deps, session: Session): Promise<WhyNoReading> {
  const now = deps.clock.now()
  const { usable, newest } = await findUsableConsent(deps, session.subjectRef)
  if (!usable) return newest && isClosed(newest, now) ? { why: 'consent-closed', consent: newest } : { why: 'no-consent' }
  if (session.readAt) return { why: 'read-and-gone' }
  if (session.readingUntil && session.readingUntil > now) return { why: 'underway' }
  const failure = session.readFailure
  if (failure === null || !isTold(failure)) return isStuck(usable, now) ? { why: exchangeStanding(usable, now) === 'token-spent' ? 'token-spent' : 'exchange-unknown', until: null } : { why: 'not-read' }
  return { why: failure, until: failure === 'source-busy' ? ((await deps.gates.closed('lanekassen', now))?.until ?? null) : null }
}

/** The failures a page tells of; every other word in the row means that nothing has been tried. */
const told: Record<Exclude<ReadFailure, 'consent-ended'>, true> = {
  'provider-unavailable': true, 'provider-refused': true, 'credentials-unavailable': true, misconfigured: true, 'source-unavailable': true,
  'source-busy': true, 'not-a-customer': true, 'consent-refused': true, 'unexpected-answer': true, 'exchange-unknown': true, 'token-spent': true,
}
const isTold = (failure: string): failure is keyof typeof told => Object.hasOwn(told, failure)

const isClosed = ({ status, validTo }: Consent, now: Date): boolean => status === 'revoked' || (validTo <= now && (status === 'accepted' || status === 'expired'))
