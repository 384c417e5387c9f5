import { isUnanswered, moveTo, type Consent } from './consent'
import { settleConsent, type SettleConsentDeps } from './settle-consent'

export type ExpireDeps = SettleConsentDeps

/**
 * Closes what has run out: accepted consents at their end, and requests that nobody answered for a day, which Altinn is
 * asked about first, since somebody may have answered and never come back. How many were closed.
 */
export async function expireConsents(deps: ExpireDeps, correlationId: string): Promise<number> {
  let closed = 0
  for (const due of await deps.consents.due(deps.clock.now())) if (await expire(deps, due, correlationId)) closed++
  return closed
}

async function expire(deps: ExpireDeps, due: Consent, correlationId: string): Promise<boolean> {
  const now = deps.clock.now()
  const isOver = due.validTo <= now
  let consent = due
  if (due.status === 'requested' && !isOver) {
    if (isUnanswered(due, now)) return false
    const asked = await settleConsent(deps, { consent: due, actor: 'system', correlationId })
    if (!asked.ok) return false
    consent = asked.value
    if (consent.status !== 'requested') return false
  }
  const moved = moveTo(consent, 'expired', now)
  if (!moved.ok) return false
  const type = consent.status === 'accepted' ? 'consent.closed' : 'consent.settled'
  const saved = await deps.consents.settle(moved.value, consent.status, { type, at: now, actor: 'system', correlationId, subjectRef: consent.subjectRef, consentId: consent.id, outcome: 'expired' })
  return saved.ok
}
