import { staffActor } from '@/lib/audit/audit-event'
import type { AuditLog } from '@/lib/audit/audit-log'
import type { Clock } from '@/lib/clock'
import type { SessionLimits } from '@/lib/session/session'
import type { Adviser } from './adviser'
import type { OpenShareStore } from './open-share-store'
import { endOf, type Share, type ShareEnd } from './share'
import type { ShareStore } from './share-store'

type Deps = { readonly clock: Clock; readonly sessionLimits: SessionLimits; readonly shares: Pick<ShareStore, 'find'>; readonly openShares: Pick<OpenShareStore, 'guard'>; readonly audit: Pick<AuditLog, 'append'> }

/** Why an adviser sees nothing of a share that they have opened. `elsewhere`: it was in another log-in of theirs. */
export type ViewEnd = ShareEnd | 'elsewhere' | 'own' | 'protected'

/** A share that this adviser has opened, and why they see nothing of it, if so; null when it is not theirs, which is told. Holds no amount. */
export async function adviserShare({ clock, sessionLimits, shares, openShares, audit }: Deps, { id, adviser, correlationId }: { readonly id: string; readonly adviser: Adviser; readonly correlationId: string }): Promise<{ readonly share: Share; readonly end: ViewEnd | null } | null> {
  const share = await shares.find(id)
  if (!share || share.staffRef !== adviser.staffRef) {
    await audit.append({ type: 'access.refused', at: clock.now(), actor: staffActor(adviser.staffRef), correlationId, subjectRef: null, consentId: null, outcome: 'share' })
    return null
  }
  const end = endOf(share, sessionLimits, clock.now())
  if (end) return { share, end }
  if (!share.staffHash || !Buffer.from(share.staffHash).equals(adviser.tokenHash)) return { share, end: 'elsewhere' }
  return { share, end: await openShares.guard(adviser, share.subjectRef) }
}
