import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '@/lib/clock'
import type { OrgNumber } from '@/lib/org-number'
import { GIVEN_UP } from '@/lib/policies'
import { fail, ok, type Result } from '@/lib/result'
import type { Secret } from '@/lib/secret'
import type { SubjectStore } from '@/lib/subject/subject-store'
import { isNamed, type Consent, type ProviderId } from './consent'
import type { ConsentStore } from './consent-store'
import type { ConsentProvider, ProviderFailure } from './provider'
import type { ReturnRefs } from './return-ref'
import { settleAs } from './settle-consent'

export type AskProviderDeps = {
  readonly clock: Clock
  readonly consents: ConsentStore
  readonly subjects: SubjectStore
  readonly providers: Record<ProviderId, ConsentProvider>
  readonly returnRefs: ReturnRefs
  readonly policy: { readonly coveredBy: OrgNumber; readonly coveredByName: string; readonly returnUrl: string }
}
type Request = {
  readonly consent: Consent
  /** This is the one that made the row. */
  readonly mine: boolean
  readonly lastName: Secret | null
  readonly language: string | undefined
  readonly correlationId: string
  readonly signal: AbortSignal | undefined
}

/** Asks the provider for a consent whose row is committed, and says where the person goes. */
export async function askProvider(deps: AskProviderDeps, { consent, mine, lastName, language, correlationId, signal }: Request): Promise<Result<{ readonly kind: 'asked'; readonly consentUrl: string }, ProviderFailure | 'name-refused'>> {
  const { clock, consents, policy } = deps
  const provider = deps.providers[consent.provider]
  const ask = async (reference: string | null) =>
    provider.requestConsent(
      {
        id: consent.id,
        offeredBy: await deps.subjects.nationalIdOf(consent.subjectRef),
        coveredBy: policy.coveredBy,
        coveredByName: policy.coveredByName,
        resource: consent.resource,
        validTo: consent.validTo,
        redirectUrl: `${policy.returnUrl}?s=${deps.returnRefs.of(consent.id)}`,
        ...(reference !== null && { reference }),
        ...(lastName && { lastName }),
        ...(language !== undefined && { language }),
      },
      signal,
    )
  const shown = (asked: Awaited<ReturnType<typeof ask>>) => (asked.ok ? ok({ kind: 'asked' as const, consentUrl: asked.value.consentUrl }) : asked)
  if (!provider.traits.namesRequests) return shown(await ask(null))
  if (isNamed(consent)) return shown(await ask(consent.reference))
  if (!mine) {
    const named = await nameOf(deps, consent, signal)
    return named ? shown(await ask(named)) : fail('provider-unavailable', 'the request made at the same moment has no name yet')
  }

  const by = { actor: 'applicant', correlationId } as const
  const asked = await ask(null)
  if (asked.ok && (await consents.name(consent, asked.value.reference, { ...by, type: 'consent.named', at: clock.now(), subjectRef: consent.subjectRef, consentId: consent.id, outcome: null }))) return shown(asked)
  // Whatever came of it, this row gets no answer any more: the next try makes another.
  await settleAs(deps, 'expired', { consent, ...by })
  return asked.ok ? fail('provider-unavailable', 'the request was given up before its name came') : asked
}

/** The name that whoever made the row gets for it; null when it does not come. */
async function nameOf({ consents }: AskProviderDeps, consent: Consent, signal = AbortSignal.timeout(GIVEN_UP)): Promise<string | null> {
  for (let row: Consent | null = consent; row?.status === 'requested' && !signal.aborted; row = await consents.find(consent.id)) {
    if (isNamed(row)) return row.reference
    await pause(100, undefined, { signal }).catch(() => undefined)
  }
  return null
}
