import type { Actor } from '@/lib/audit/audit-event'
import type { Clock } from '@/lib/clock'
import { fail, ok, type Result } from '@/lib/result'
import { moveTo, type Consent, type ConsentStatus, type ProviderId } from './consent'
import type { ConsentStore } from './consent-store'
import type { ConsentProvider, ProviderFailure } from './provider'

type WriteDeps = { readonly clock: Clock; readonly consents: ConsentStore }
export type SettleConsentDeps = WriteDeps & { readonly providers: Record<ProviderId, ConsentProvider> }
type Input = { readonly consent: Consent; readonly actor: Actor; readonly correlationId: string }
type NotSettled = 'not-allowed' | 'changed-meanwhile'

/**
 * Brings our record in line with the provider's. The redirect's own Status parameter is never believed; we ask. An
 * accepted consent that has been withdrawn or run out is closed, and what was held on it is gone with that.
 */
export async function settleConsent(deps: SettleConsentDeps, { consent, signal, ...by }: Input & { readonly signal?: AbortSignal }): Promise<Result<Consent, ProviderFailure | NotSettled>> {
  const status = await deps.providers[consent.provider].getStatus(consent, signal)
  return status.ok ? settleAs(deps, status.value, { consent, ...by }) : status
}

/** Writes what the provider has said already. */
export async function settleAs({ clock, consents }: WriteDeps, status: ConsentStatus, { consent, actor, correlationId }: Input): Promise<Result<Consent, NotSettled>> {
  if (status === consent.status) return ok(consent)
  const now = clock.now()
  const steps = status === 'revoked' && consent.status === 'requested' ? (['accepted', 'revoked'] as const) : [status]
  let settled = consent
  for (const step of steps) {
    const moved = moveTo(settled, step, now)
    if (!moved.ok) return moved
    const type = settled.status === 'accepted' ? 'consent.closed' : 'consent.settled'
    const saved = await consents.settle(moved.value, settled.status, { type, at: now, actor, correlationId, subjectRef: consent.subjectRef, consentId: consent.id, outcome: step })
    if (!saved.ok) return fail(saved.reason)
    settled = moved.value
  }
  return ok(settled)
}
