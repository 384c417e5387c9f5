import type { Database } from '@/lib/db'
import type { StoredCheckpoint } from './log-rows.ts'

export type SealRows = {
  /** Null in a log that was never sealed. */
  readonly newest: StoredCheckpoint | null
  /** Lines without a place in the tree, counted up to `most`. */
  readonly unsealed: number
}

export type SealStatusStore = { read(most: number): Promise<SealRows> }

type Row = Record<'size' | 'number' | 'sealedBelow', bigint> & Record<'at' | 'complete', Date> & Record<'root' | 'previous' | 'keyId' | 'signature' | 'frontier', Uint8Array>

/** How the sealing of the log stands, without taking the sealer's turn. */
export const createSealStatusStore = (db: Database): SealStatusStore => ({
  async read(most) {
    const [row] = await db.$queryRaw<Row[]>`
      SELECT "number", "size", "root", "at", "complete", "previous", "keyId", "signature", "frontier", "sealedBelow"
      FROM "AuditCheckpoint" WHERE "bank" = ${db.bank} ORDER BY "number" DESC LIMIT 1`
    const [{ unsealed } = { unsealed: 0 }] = await db.$queryRaw<{ unsealed: number }[]>`
      SELECT count(*)::int AS unsealed FROM (
        SELECT FROM "AuditEvent" e
        WHERE e."bank" = ${db.bank} AND e."xid" >= ${Number(row?.sealedBelow ?? 0)}::bigint AND (SELECT k."position" FROM "AuditSeal" k WHERE k."bank" = ${db.bank} AND k."eventId" = e."id") IS NULL
        LIMIT ${most}::int) u`
    return { newest: row ? { ...row, bank: db.bank, number: Number(row.number), size: Number(row.size), sealedBelow: Number(row.sealedBelow) } : null, unsealed }
  },
})
