import type { AuditLog } from '@/lib/audit/audit-log'
import { readSource, type ReadSourceDeps } from '@/lib/sources/read-source'
import type { DataSource } from '@/lib/sources/source'
import type { Secret } from '@/lib/secret'
import type { Session } from '@/lib/session/session'
import type { Consent } from './consent'
import { wasAnswered } from './consent-state'
import { findUsableConsent, usableOf, type FindConsentDeps } from './find-usable-consent'
import type { ProviderFailure } from './provider'
import { isReturnRef, returnRefHash } from './return-ref'
import { settleConsent } from './settle-consent'

export type ContinueDeps = ReadSourceDeps & FindConsentDeps & { readonly audit: AuditLog }
type Input<T> = {
  readonly source: DataSource<T>
  readonly session: Session
  readonly token: Secret
  /** The reference from Altinn's redirect, if the person came that way: it finds a request and proves nothing. */
  readonly returnRef: string | null
  readonly correlationId: string
}

/** Where the person goes next; a page then tells the rest from what is recorded. */
export type NextStep =
  | { readonly to: 'balance' }
  | { readonly to: 'invitation' }
  /** `trouble`: why Altinn's answer is not known, when it could not be asked. */
  | { readonly to: 'consent'; readonly consentId: string; readonly trouble: ProviderFailure | null }
  | { readonly to: 'wrong-person' }

/**
 * Takes up where the person is, once they are logged in: asks Altinn about unanswered requests, and reads the source
 * when there is a usable consent and this log-in has not read yet. Safe to do twice; the second time finds it done.
 */
export async function continueConsent<T>(deps: ContinueDeps, { source, session, token, returnRef, correlationId }: Input<T>): Promise<NextStep> {
  const { subjectRef } = session
  const returned = isReturnRef(returnRef) ? await deps.consents.findByReturnRef(returnRefHash(returnRef)) : null
  if (returned && returned.subjectRef !== subjectRef) {
    await deps.audit.append({ type: 'consent.wrong-person', at: deps.clock.now(), actor: 'applicant', correlationId, subjectRef, consentId: returned.id, outcome: null })
    return { to: 'wrong-person' }
  }

  const signal = AbortSignal.timeout(4_000)
  let trouble: ProviderFailure | null = null
  const known = await deps.consents.ofSubject(subjectRef, deps.policy.resource, deps.policy.coveredBy)
  // What was asked of a provider that is not in use any more is answered by nobody.
  const unanswered = known.filter(({ status, provider }) => status === 'requested' && provider === deps.policy.provider)
  for (const consent of unanswered) {
    const settled = await settleConsent(deps, { consent, actor: 'applicant', correlationId, signal })
    if (!settled.ok && settled.reason !== 'not-allowed' && settled.reason !== 'changed-meanwhile') {
      trouble = settled.reason
      deps.log.warn('An answer could not be had', { correlationId, reason: settled.reason, detail: settled.detail ?? '', consentId: consent.id })
    }
  }

  const { usable, newest } = unanswered.length > 0 ? await findUsableConsent(deps, subjectRef) : usableOf(known, deps.policy, deps.clock.now())
  if (!usable) return newest && newest.provider === deps.policy.provider && tellsSomething(newest) ? { to: 'consent', consentId: newest.id, trouble } : { to: 'invitation' }
  const reading = await readSource(deps, { source, consent: usable, session, token, correlationId })
  if (!reading.ok && reading.reason === 'consent-ended') return { to: 'consent', consentId: usable.id, trouble: null }
  return { to: 'balance' }
}

/** A request that ran out unanswered leaves nothing to tell; everything else the person should hear of before they are asked anew. */
const tellsSomething = (consent: Consent): boolean => consent.status !== 'expired' || wasAnswered(consent)
