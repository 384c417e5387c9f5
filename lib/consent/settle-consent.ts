import type { Actor } from '@/lib/audit/audit-event'
import type { Clock } from '@/lib/clock'
import { fail, ok, type Result } from '@/lib/result'
import { moveTo, type Consent, type ProviderId } from './consent'
import type { ConsentStore } from './consent-store'
import type { ConsentProvider, ProviderFailure } from './provider'

export type SettleConsentDeps = { readonly clock: Clock; readonly consents: ConsentStore; readonly providers: Record<ProviderId, ConsentProvider> }
type Input = { readonly consent: Consent; readonly actor: Actor; readonly correlationId: string; readonly signal?: AbortSignal }

/**
 * Brings our record in line with the provider's. The redirect's own Status parameter is never believed; we ask. An
 * accepted consent that has been withdrawn or run out is closed, and what was held on it is gone with that.
 */
export async function settleConsent(deps: SettleConsentDeps, { consent, actor, correlationId, signal }: Input): Promise<Result<Consent, ProviderFailure | 'not-allowed' | 'changed-meanwhile'>> {
  const status = await deps.providers[consent.provider].getStatus(consent, signal)
  if (!status.ok) return status
  if (status.value === consent.status) return ok(consent)

  const now = deps.clock.now()
  const steps = status.value === 'revoked' && consent.status === 'requested' ? (['accepted', 'revoked'] as const) : [status.value]
  let settled = consent
  for (const step of steps) {
    const moved = moveTo(settled, step, now)
    if (!moved.ok) return moved
    const type = settled.status === 'accepted' ? 'consent.closed' : 'consent.settled'
    const saved = await deps.consents.settle(moved.value, settled.status, { type, at: now, actor, correlationId, subjectRef: consent.subjectRef, consentId: consent.id, outcome: step })
    if (!saved.ok) return fail(saved.reason)
    settled = moved.value
  }
  return ok(settled)
}
