import type { Actor } from '@/lib/audit/audit-event'
import type { Clock } from '@/lib/clock'
import { fail, ok, type Result } from '@/lib/result'
import type { SubjectStore } from '@/lib/subject/subject-store'
import { isMigrated, moveTo, type Consent, type ConsentStatus, type ProviderId } from './consent'
import type { ConsentStore } from './consent-store'
import type { ConsentProvider, NotThisConsent, ProviderFailure } from './provider'

type WriteDeps = { readonly clock: Clock; readonly consents: ConsentStore }
export type SettleConsentDeps = WriteDeps & { readonly providers: Record<ProviderId, ConsentProvider>; readonly subjects: Pick<SubjectStore, 'nationalIdOf'> }
type Input = { readonly consent: Consent; readonly actor: Actor; readonly correlationId: string }
type NotSettled = 'not-allowed' | 'changed-meanwhile'

/**
 * Brings our record in line with the provider's. The redirect's own Status parameter is never believed; we ask. An
 * accepted consent that has been withdrawn or run out is closed, and what was held on it is gone with that. One that was
 * imported is looked at more closely, and closed when it is not what we were told.
 */
export async function settleConsent(deps: SettleConsentDeps, { consent, signal, ...by }: Input & { readonly signal?: AbortSignal }): Promise<Result<Consent, ProviderFailure | NotSettled>> {
  if (consent.status === 'requested' && isMigrated(consent)) return settleMigrated(deps, { consent, ...by }, signal)
  const status = await deps.providers[consent.provider].getStatus(consent, signal)
  return status.ok ? settleAs(deps, status.value, { consent, ...by }) : status
}

async function settleMigrated(deps: SettleConsentDeps, { consent, ...by }: Input, signal?: AbortSignal): Promise<Result<Consent, ProviderFailure | NotSettled>> {
  const provider = deps.providers[consent.provider]
  const status = (await provider.checkMigrated?.(consent, await deps.subjects.nationalIdOf(consent.subjectRef), signal)) ?? fail('misconfigured', 'this provider has no imported consents')
  if (status.ok) return settleAs(deps, status.value, { consent, ...by })
  if (!isNotThis(status.reason)) return fail(status.reason, status.detail)
  const now = deps.clock.now()
  const moved = moveTo(consent, 'expired', now)
  if (!moved.ok) return moved
  const saved = await deps.consents.settle(moved.value, consent.status, { ...by, type: 'consent.settled', at: now, subjectRef: consent.subjectRef, consentId: consent.id, outcome: status.reason })
  return saved.ok ? moved : fail(saved.reason)
}
const notThis: Record<NotThisConsent, true> = { 'unknown-to-altinn': true, 'not-given': true, 'other-person': true, 'other-bank': true, 'other-resource': true, 'other-end': true }
const isNotThis = (reason: ProviderFailure | NotThisConsent): reason is NotThisConsent => Object.hasOwn(notThis, reason)

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
