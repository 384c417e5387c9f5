import type { Queries } from '@/lib/db'
import type { StoredCheckpoint } from './log-rows.ts'

type Row = Record<'size' | 'number' | 'sealedBelow', bigint> & Record<'at' | 'complete', Date> & Record<'root' | 'previous' | 'keyId' | 'signature' | 'frontier', Uint8Array>

/** The bank's newest checkpoint as it is kept; null in a log that was never sealed. */
export async function newestCheckpoint(db: Queries, bank: string): Promise<StoredCheckpoint | null> {
  const [row] = await db.$queryRaw<Row[]>`
    SELECT "number", "size", "root", "at", "complete", "previous", "keyId", "signature", "frontier", "sealedBelow"
    FROM "AuditCheckpoint" WHERE "bank" = ${bank} ORDER BY "number" DESC LIMIT 1`
  return row ? { ...row, bank, number: Number(row.number), size: Number(row.size), sealedBelow: Number(row.sealedBelow) } : null
}
