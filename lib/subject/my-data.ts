import type { Clock } from '@/lib/clock'
import type { AuditPlace } from '@/lib/audit/audit-place'
import type { AuditTrail } from '@/lib/audit/audit-trail-store'
import type { Consent } from '@/lib/consent/consent'
import { consentState, isAnswered, isOpen, type ConsentState } from '@/lib/consent/consent-state'
import type { ConsentStore } from '@/lib/consent/consent-store'
import { noticeOf, type NoticeOf } from '@/lib/consent/notice'
import type { ConsentPolicy } from '@/lib/consent/start-consent'
import type { AdviserNames } from '@/lib/sharing/adviser'
import type { ShareStore } from '@/lib/sharing/share-store'
import { whoHasSeen, type SeenPage } from './who-has-seen'

type Deps = { readonly clock: Clock; readonly consents: ConsentStore; readonly trail: AuditTrail; readonly shares: Pick<ShareStore, 'openedOf'>; readonly adviserNames: AdviserNames; readonly policy: Pick<ConsentPolicy, 'coveredBy'> }

export type OwnConsent = { readonly consent: Consent; readonly state: ConsentState; readonly hasReceipt: boolean; readonly notice: NoticeOf }
export type MyData = {
  /** Newest first. */
  readonly consents: readonly OwnConsent[]
  readonly seen: SeenPage
  /** Nothing is at work or may come to be: who the person is may be erased now. */
  readonly erasable: boolean
}

/** What the person's own page shows: everything they have been asked, and who has seen what. */
export async function myData(deps: Deps, { subjectRef, before }: { readonly subjectRef: string; readonly before: AuditPlace | null }): Promise<MyData> {
  const now = deps.clock.now()
  const [all, seen] = await Promise.all([deps.consents.allOf(subjectRef, deps.policy.coveredBy), whoHasSeen(deps, { subjectRef, before })])
  const consents = all.map((consent) => ({ consent, state: consentState(consent, now), hasReceipt: isAnswered(consent, now), notice: noticeOf(consent) }))
  return { consents, seen, erasable: !all.some((consent) => isOpen(consent, now)) }
}
