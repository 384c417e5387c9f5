import type { Clock } from '@/lib/clock'
import { judgeSignature, trustKey, type AuditKey } from './checkpoint.ts'
import { hashesIn, rootOf, sameHash } from './merkle.ts'
import { ALARM_SECONDS } from './seal'
import type { SealStatusStore } from './seal-status-store'

/** How many unsealed lines are counted at most. */
export const MOST_COUNTED = 10_000

export type SealStatus = {
  /**
   * `behind`: no checkpoint for too long. `not-ours`: the newest one is not signed with the key that signs now, which is so for
   * a moment after the key was changed. `broken`: it is not what it says it is.
   */
  readonly state: 'never' | 'sealed' | 'behind' | 'not-ours' | 'broken'
  readonly checkpoint: { readonly number: number; readonly size: number; readonly at: Date } | null
  /** Lines that have no place in the tree yet; MOST_COUNTED means that many or more. */
  readonly unsealed: number
}

type Deps = { readonly clock: Clock; readonly sealStatus: SealStatusStore; readonly auditKey: AuditKey }

/**
 * How the sealing of the log stands: the newest checkpoint's signature and root are checked. That the lines are what was
 * sealed is not: that takes the whole log, and somebody else's copy of the checkpoints (npm run verify-audit).
 */
export async function readSealStatus({ clock, sealStatus, auditKey }: Deps): Promise<SealStatus> {
  const { newest, unsealed } = await sealStatus.read(MOST_COUNTED)
  if (!newest) return { state: 'never', checkpoint: null, unsealed }
  const signed = judgeSignature(newest, [trustKey(auditKey.publicJwk.x)])
  const leads = sameHash(rootOf({ size: newest.size, hashes: hashesIn(newest.frontier) }), newest.root)
  const late = clock.now().getTime() - newest.at.getTime() > ALARM_SECONDS * 1000
  const state = signed === 'forged' || !leads ? 'broken' : signed === 'unknown-key' ? 'not-ours' : late ? 'behind' : 'sealed'
  return { state, checkpoint: { number: newest.number, size: newest.size, at: newest.at }, unsealed }
}
