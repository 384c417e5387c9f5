import pg from 'pg'
import { exportAudit } from '@/cli/export-audit.mjs'
import { createAuditLog } from '@/lib/audit/audit-log'
import { openAuditKey, parseNote, trustKey } from '@/lib/audit/checkpoint.ts'
import { readDump } from '@/lib/audit/dump.ts'
import { createPublisher } from '@/lib/audit/publish-checkpoint'
import { sealAudit } from '@/lib/audit/seal'
import { createSealStore, type SealedKind } from '@/lib/audit/seal-store'
import { verifyLog } from '@/lib/audit/verify.ts'
import { newAuditJwk } from './audit-keys'
import { anEvent } from './builders'
import { today, type FreshDatabase } from './database'
import { clockAt, logKept } from './fakes'

const jwk = newAuditJwk()
const auditKey = openAuditKey(jwk)
/** Of the key that every sealer here signs with. */
export const auditVerifier = trustKey(jwk.x)

/** One instance's sealer, and everything it told the world. */
export function aSealer(database: FreshDatabase, { db = database.db, file, piece }: { db?: FreshDatabase['db']; file?: string; piece?: number } = {}) {
  const [clock, log] = [clockAt(today), logKept()]
  const kinds: SealedKind[] = []
  const deps = { clock, seals: createSealStore(db, { piece }), auditKey, publish: createPublisher({ log, file }), log, counted: (kind: SealedKind) => void kinds.push(kind) }
  return {
    clock,
    log,
    kinds,
    seal: (most?: number) => sealAudit(deps, 'K7QM-9XTB-2RWH', most),
    outside: () => log.lines.flatMap(({ fields }) => parseNote(String(fields?.checkpoint ?? '')) ?? []),
  }
}
/** So many events, each in a transaction of its own. */
export const write = async ({ db }: FreshDatabase, events: number) => { for (let n = 0; n < events; n++) await createAuditLog(db).append(anEvent({ at: today })) }

/** What the command that verifies would say of the whole log. */
export async function verified(database: FreshDatabase, outside: ReturnType<ReturnType<typeof aSealer>['outside']>) {
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  try {
    const [rows] = await readDump(exportAudit(client))
    return verifyLog({ rows: rows!, outside, keys: [auditVerifier] })
  } finally {
    await client.end()
  }
}
