import type { Clock } from '@/lib/clock'
import type { Log } from '@/lib/log'
import type { AuditKey } from './checkpoint.ts'
import type { Publish } from './publish-checkpoint'
import type { SealedKind, SealStore } from './seal-store'

/** Is told of what a turn has sealed: each event once, by whoever sealed it. */
export type Counted = (kind: SealedKind) => void

export type SealDeps = { readonly clock: Clock; readonly seals: SealStore; readonly auditKey: AuditKey; readonly publish: Publish; readonly log: Log; readonly counted: Counted }

/** Seconds after each whole minute at which the log is sealed: two turns may fail, and still nothing is unsealed for a minute. */
export const sealAgainAfter = [20, 40] as const
/** A checkpoint is signed at least this often, also when nothing happens. */
export const IDLE_SECONDS = 50
/** Longer than this without a checkpoint is told of: somebody should know that the log was not being sealed. */
export const ALARM_SECONDS = 120
const BATCH = 2_000
/** At most so many batches in one go: the job queue is not held for ever, and the next turn goes on. */
const BATCHES = 500

/**
 * Gives new events of the log their place in the Merkle tree, signs how it stands, and publishes that. Takes no lock that
 * anybody who writes to the log waits for. Any number of instances may call it at once: one does it. Killed at any point it
 * leaves what was committed; what was not yet published is published by the next turn.
 */
export async function sealAudit({ clock, seals, auditKey, publish, log, counted }: SealDeps, correlationId: string, most = BATCH): Promise<number> {
  let sealed = 0
  for (let batch = 0; batch < BATCHES; batch++) {
    const now = clock.now()
    const turn = await seals.sealNext({ now, most, key: auditKey, idleSeconds: IDLE_SECONDS })
    if (turn === 'busy') return sealed
    if (turn.before) {
      const seconds = Math.round((now.getTime() - turn.before.at.getTime()) / 1000)
      if (seconds > ALARM_SECONDS) log.error('The audit log had not been sealed for a while', { seconds, correlationId })
      await publish(turn.before)
    }
    if (turn.unguarded) log.error('The audit log’s triggers are switched off in the database', { correlationId })
    for (const kind of turn.kinds) counted(kind)
    if (turn.made) await publish(turn.made)
    sealed += turn.sealed
    if (!turn.more) return sealed
  }
  return sealed
}
