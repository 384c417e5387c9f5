import type { Clock } from '@/lib/clock'
import { fail, ok, type Result } from '@/lib/result'
import { moveTo } from './consent'
import type { ConsentStore } from './consent-store'

type Deps = { readonly clock: Clock; readonly consents: ConsentStore }
type Input = { readonly consentId: string; readonly subjectRef: string; readonly correlationId: string }

/**
 * Ends our use of a consent at once, at the person's word: what was held on it is gone in the same transaction. In
 * Altinn it stands until they withdraw it there.
 */
export async function stopHere({ clock, consents }: Deps, { consentId, subjectRef, correlationId }: Input): Promise<Result<void, 'not-found' | 'not-open'>> {
  const consent = await consents.find(consentId)
  if (consent?.subjectRef !== subjectRef) return fail('not-found')
  const now = clock.now()
  const moved = moveTo({ ...consent, stoppedHereAt: now }, 'revoked', now)
  if (!moved.ok) return fail('not-open')
  const saved = await consents.settle(moved.value, consent.status, { type: 'consent.closed', at: now, actor: 'applicant', correlationId, subjectRef, consentId, outcome: 'stopped-here' })
  return saved.ok ? ok(undefined) : fail('not-open')
}
