import type { Clock } from '@/lib/clock'
import type { AuditLog } from '@/lib/audit/audit-log'
import type { AuditTrail } from '@/lib/audit/audit-trail-store'
import type { Consent } from '@/lib/consent/consent'
import { consentState, isAnswered } from '@/lib/consent/consent-state'
import type { ConsentStore } from '@/lib/consent/consent-store'
import { findOwnConsent } from '@/lib/consent/find-own-consent'
import { noticeOf, type NoticeOf } from '@/lib/consent/notice'

/** What was answered, how it stands, and when: the facts of a receipt. No national id and no amount. */
export type Receipt = {
  /** Each one made has its own name; the consent's is `consent.id`. */
  readonly id: string
  readonly issuedAt: Date
  readonly consent: Consent
  readonly answer: 'given' | 'refused'
  readonly state: 'active' | 'refused' | 'expired' | 'withdrawn' | 'stopped-here'
  /** Null when the log of that time is no longer kept. */
  readonly answeredAt: Date | null
  /** When a consent that was given ended; null while it stands. */
  readonly endedAt: Date | null
  /** The words that were read. */
  readonly notice: NoticeOf & { readonly language: string | null }
}

type Deps = { readonly clock: Clock; readonly newId: () => string; readonly consents: ConsentStore; readonly trail: AuditTrail; readonly audit: AuditLog }
type Input = { readonly consentId: string | null; readonly subjectRef: string; readonly correlationId: string }

/** The receipt of an answer that this person gave; null, and a line in the log, when there is none of theirs by that id. */
export async function makeReceipt({ clock, newId, consents, trail, audit }: Deps, { consentId, subjectRef, correlationId }: Input): Promise<Receipt | null> {
  const now = clock.now()
  const consent = await findOwnConsent({ clock, consents, audit }, { consentId, subjectRef, correlationId, what: 'receipt-of-another' })
  if (!consent || !isAnswered(consent, now)) return null
  const lines = await trail.ofSubject(subjectRef, { types: ['consent.settled'], before: null, take: 1_000 })
  const accepted = lines.find((line) => line.consentId === consent.id && line.outcome === 'accepted')
  const state = consentState(consent, now) as Receipt['state']
  const answer = state === 'refused' ? 'refused' : 'given'
  return {
    id: newId(),
    issuedAt: now,
    consent,
    answer,
    state,
    answeredAt: answer === 'refused' || consent.status === 'accepted' ? consent.settledAt : (accepted?.at ?? null),
    endedAt: state === 'expired' ? consent.validTo : state === 'withdrawn' || state === 'stopped-here' ? consent.settledAt : null,
    notice: { ...noticeOf(consent), language: consent.noticeLanguage },
  }
}
