import type { OrgNumber } from '@/lib/org-number'
import { GIVEN_UP } from '@/lib/policies'
import { fail, ok, type Result } from '@/lib/result'
import type { Secret } from '@/lib/secret'
import { consentValidTo, isNamed, isRunningOut, isUnanswered, isUsable, newRequest, type Consent, type ProviderId } from './consent'
import { askProvider, type AskProviderDeps } from './ask-provider'
import { isStuck } from './exchange'
import type { ConsentProvider, ProviderFailure } from './provider'
import { returnRefHash } from './return-ref'
import { settleAs, settleConsent } from './settle-consent'

export type ConsentPolicy = {
  readonly provider: ProviderId
  readonly resource: string
  readonly coveredBy: OrgNumber
  readonly coveredByName: string
  readonly handledBy: OrgNumber | null
  /** As people know the supplier; null when there is none, or nobody has said. */
  readonly handledByName: string | null
  readonly days: number
  /** The version of our own page about the consent: which words the person read. */
  readonly noticeVersion: string
  readonly returnUrl: string
  /** How a consent reaches the source (a setting). */
  readonly transport: string
}

export type StartConsentDeps = AskProviderDeps & { readonly newId: () => string; readonly policy: ConsentPolicy }
type Input = {
  readonly subjectRef: string
  /** The person asks for a new consent although theirs still stands: only when it runs out soon. */
  readonly renew?: boolean
  /** As the person wrote it, for a provider that wants it. */
  readonly lastName?: Secret | null
  /** The language of the page they read. */
  readonly noticeLanguage?: string
  readonly correlationId: string
  readonly signal?: AbortSignal
}
/** `name-needed`: the person must be asked for their last name first. `name-refused`: it is not the one in the register. */
export type NotStarted = ProviderFailure | 'name-needed' | 'name-refused'
export type StartedConsent = { readonly kind: 'usable'; readonly consent: Consent } | { readonly kind: 'asked'; readonly consentUrl: string }

/**
 * Gets the person to a consent: the usable one they have, the unanswered one, or a new one. The row is committed before
 * the provider is asked. Asking again repeats the same request; a provider that names requests itself is asked once, and a
 * request of which it was not heard again is given up.
 */
export async function startConsent(deps: StartConsentDeps, { subjectRef, renew = false, lastName = null, noticeLanguage, correlationId, signal }: Input): Promise<Result<StartedConsent, NotStarted>> {
  const { clock, consents, policy } = deps
  const now = clock.now()
  const known = await consents.ofSubject(subjectRef, policy.resource, policy.coveredBy)
  const usable = known.find((consent) => isUsable(consent, now) && !isStuck(consent, now) && consent.provider === policy.provider)
  if (usable && !(renew && isRunningOut(usable, now))) return ok({ kind: 'usable', consent: usable })

  // A request that is too old to take up again may have been answered by somebody who never came back.
  for (const late of known.filter((it) => it.status === 'requested' && it.provider === policy.provider && !isUnanswered(it, now))) {
    const settled = await settleConsent(deps, { consent: late, actor: 'applicant', correlationId, ...(signal && { signal }) })
    if (settled.ok && isUsable(settled.value, now)) return ok({ kind: 'usable', consent: settled.value })
    if (!settled.ok && settled.reason !== 'not-allowed' && settled.reason !== 'changed-meanwhile') return fail(settled.reason, settled.detail)
  }

  const provider = deps.providers[policy.provider]
  const open = known.find((it) => isUnanswered(it, now) && it.provider === policy.provider && !isLost(provider, it, now)) ?? null
  if (!open && provider.traits.asksLastName && !lastName) return fail('name-needed')
  const request = open ? { consent: open, mine: false } : await addRequest(deps, { subjectRef, noticeLanguage: noticeLanguage ?? null, correlationId, now, known })
  if (!request) return fail('provider-unavailable', 'another request was made at the same moment')
  return askProvider(deps, { ...request, lastName, language: noticeLanguage, correlationId, signal })
}

/** A request that its provider was to name, and of which nobody has heard: it cannot be answered, nor asked for again. */
const isLost = ({ traits }: ConsentProvider, consent: Consent, now: Date): boolean =>
  traits.namesRequests && !isNamed(consent) && now.getTime() - consent.requestedAt.getTime() >= GIVEN_UP

type NewRequest = { subjectRef: string; noticeLanguage: string | null; correlationId: string; now: Date; known: readonly Consent[] }

/** The new row; the one that a second click made meanwhile; null when even that is gone again. */
async function addRequest(deps: StartConsentDeps, { subjectRef, noticeLanguage, correlationId, now, known }: NewRequest): Promise<{ consent: Consent; mine: boolean } | null> {
  const { consents, policy } = deps
  for (const stale of known.filter(({ status }) => status === 'requested')) await settleAs(deps, 'expired', { consent: stale, actor: 'applicant', correlationId })
  const id = deps.newId()
  const { provider, resource, coveredBy, handledBy, noticeVersion, coveredByName, handledByName } = policy
  const consent = newRequest({ id, provider, reference: id, resource, subjectRef, coveredBy, handledBy, validTo: consentValidTo(now, policy.days), requestedAt: now, noticeVersion, noticeLanguage, coveredByName, handledByName })
  const added = await consents.add(consent, returnRefHash(deps.returnRefs.of(id)), { type: 'consent.requested', at: now, actor: 'applicant', correlationId, subjectRef, consentId: id, outcome: null })
  if (added.ok) return { consent, mine: true }
  const theirs = (await consents.ofSubject(subjectRef, policy.resource, policy.coveredBy)).find((it) => isUnanswered(it, now))
  return theirs ? { consent: theirs, mine: false } : null
}
