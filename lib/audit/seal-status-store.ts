import type { Database } from '@/lib/db'
import type { StoredCheckpoint } from './log-rows.ts'
import { newestCheckpoint } from './newest-checkpoint.ts'

export type SealRows = {
  /** Null in a log that was never sealed. */
  readonly newest: StoredCheckpoint | null
  /** Lines without a place in the tree, counted up to `most`. */
  readonly unsealed: number
}

export type SealStatusStore = { read(most: number): Promise<SealRows> }

/** How the sealing of the log stands, without taking the sealer's turn. */
export const createSealStatusStore = (db: Database): SealStatusStore => ({
  async read(most) {
    const newest = await newestCheckpoint(db, db.bank)
    const [{ unsealed } = { unsealed: 0 }] = await db.$queryRaw<{ unsealed: number }[]>`
      SELECT count(*)::int AS unsealed FROM (
        SELECT FROM "AuditEvent" e
        WHERE e."bank" = ${db.bank} AND e."xid" >= ${newest?.sealedBelow ?? 0}::bigint AND (SELECT k."position" FROM "AuditSeal" k WHERE k."bank" = ${db.bank} AND k."eventId" = e."id") IS NULL
        LIMIT ${most}::int) u`
    return { newest, unsealed }
  },
})
