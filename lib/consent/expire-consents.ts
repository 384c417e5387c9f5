import { isUnanswered, type Consent } from './consent'
import { settleAs, settleConsent, type SettleConsentDeps } from './settle-consent'

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
  const by = { actor: 'system', correlationId } as const
  if (due.status === 'requested' && now < due.validTo) {
    if (isUnanswered(due, now)) return false
    const asked = await settleConsent(deps, { consent: due, ...by })
    if (!asked.ok || asked.value.status !== 'requested') return false
  }
  return (await settleAs(deps, 'expired', { consent: due, ...by })).ok
}
