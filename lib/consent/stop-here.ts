import type { AuditLog } from '@/lib/audit/audit-log'
import type { Clock } from '@/lib/clock'
import { fail, ok, type Result } from '@/lib/result'
import { moveTo } from './consent'
import type { ConsentStore } from './consent-store'
import { findOwnConsent } from './find-own-consent'

type Deps = { readonly clock: Clock; readonly consents: ConsentStore; readonly audit: Pick<AuditLog, 'append'> }
type Input = { readonly consentId: string; readonly subjectRef: string; readonly correlationId: string }

/**
 * Ends our use of a consent at once, at the person's word, and of an older one that it renewed: what was held on them is
 * gone in the same transaction. In Altinn they stand until they are withdrawn there.
 */
export async function stopHere({ clock, consents, audit }: Deps, { consentId, subjectRef, correlationId }: Input): Promise<Result<void, 'not-found' | 'not-open'>> {
  const consent = await findOwnConsent({ clock, consents, audit }, { consentId, subjectRef, correlationId, what: 'consent-of-another' })
  if (!consent) return fail('not-found')
  if (consent.status !== 'accepted') return fail('not-open')
  const now = clock.now()
  const known = await consents.ofSubject(subjectRef, consent.resource, consent.coveredBy)
  const renewed = known.filter(({ id, status }) => id !== consentId && status === 'accepted')
  let stopped = false
  for (const standing of [consent, ...renewed]) {
    const moved = moveTo({ ...standing, stoppedHereAt: now }, 'revoked', now)
    const event = { type: 'consent.closed', at: now, actor: 'applicant', correlationId, subjectRef, consentId: standing.id, outcome: 'stopped-here' } as const
    if (moved.ok && (await consents.settle(moved.value, standing.status, event)).ok) stopped = true
  }
  return stopped ? ok(undefined) : fail('not-open')
}
