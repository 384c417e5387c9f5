import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, expect } from 'vitest'
import { auditLines, exportAudit } from '@/cli/export-audit.mjs'
import { createAuditLog } from '@/lib/audit/audit-log'
import { hashOf, noPrevious, openAuditKey, trustKey, type AuditKey, type Checkpoint } from '@/lib/audit/checkpoint.ts'
import { readCheckpoints, readDump } from '@/lib/audit/dump.ts'
import { inWords, type Finding } from '@/lib/audit/finding.ts'
import { append, emptyRange, rootOf } from '@/lib/audit/merkle.ts'
import { createPublisher } from '@/lib/audit/publish-checkpoint'
import { sealAudit } from '@/lib/audit/seal'
import { createSealStore } from '@/lib/audit/seal-store'
import { verifyLog, type Verification } from '@/lib/audit/verify.ts'
import { newAuditJwk } from './audit-keys'
import { anEvent } from './builders'
import { freshDatabase, today } from './database'
import { clockAt, logKept } from './fakes'

type Judge = { lines?: AsyncIterable<string>; outside?: Checkpoint[]; keys?: string[]; from?: number }

/** A log of six rounds of eight events, twenty seconds apart, each round sealed and signed; and its owner, who may do anything to it. */
export async function aSealedLog() {
  const database = await freshDatabase()
  const { db } = database
  const jwk = newAuditJwk()
  const auditKey = openAuditKey(jwk)
  const box = mkdtempSync(join(tmpdir(), 'saldosyn-checkpoints-'))
  const file = join(box, 'checkpoints.txt')
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  afterAll(async () => {
    await owner.end()
    rmSync(box, { recursive: true })
  })
  await owner.connect()

  const clock = clockAt(today)
  const log = createAuditLog(db)
  const deps = { clock, seals: createSealStore(db), auditKey, publish: createPublisher({ log: logKept(), file }), log: logKept(), counted: () => {} }
  for (let round = 0; round < ROUNDS; round++) {
    for (let n = 0; n < EACH; n++) await log.append(anEvent({ at: inRound(round, n), type: 'source.read', outcome: n % 2 === 0 ? 'ok' : 'forbidden' }))
    clock.set(inRound(round, 15))
    await sealAudit(deps, 'K7QM-9XTB-2RWH')
  }
  const ids = (await database.asOwner('SELECT "eventId" FROM "AuditSeal" ORDER BY "position"')).map(({ eventId }) => Number(eventId))
  const kept = () => readCheckpoints(readFileSync(file, 'utf8')).checkpoints

  async function judged({ lines = exportAudit(owner), outside = kept(), keys = [jwk.x], from = 0 }: Judge = {}): Promise<Verification> {
    const [rows, ...others] = await readDump(lines)
    if (!rows || others.length > 0) throw new Error('one bank was expected')
    return verifyLog({ rows, outside, keys: keys.map(trustKey), from })
  }

  /** Does this as the owner, with every trigger off, and takes it back when the log has been judged. */
  async function tampered(change: string | (() => Promise<void>), how?: Judge): Promise<readonly Finding[]> {
    await owner.query('BEGIN')
    try {
      await owner.query(`DO $$ DECLARE t regclass; BEGIN
        FOR t IN SELECT DISTINCT tgrelid::regclass FROM pg_trigger WHERE tgname LIKE 'audit_no_%' LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', t); END LOOP; END $$`)
      await (typeof change === 'string' ? owner.query(change) : change())
      const { findings } = await judged({ ...how, lines: auditLines(owner) })
      for (const finding of findings) expect(inWords(finding)).toMatch(/^[A-Z].+\.$/)
      return findings
    } finally {
      await owner.query('ROLLBACK')
    }
  }

  /** Writes seals and checkpoints anew from a position on, as one who has a key could. */
  async function sealAnew(key: AuditKey, from: number): Promise<void> {
    await owner.query(`DELETE FROM "AuditSeal" WHERE "position" >= ${from}; DELETE FROM "AuditCheckpoint" WHERE "size" > ${from}`)
    const [rows] = await readDump(auditLines(owner))
    if (!rows) throw new Error('no log')
    const { events, checkpoints } = rows
    const order = Array.from({ length: events.ids.length }, (_, i) => i).sort((a, b) => events.ids.at(a) - events.ids.at(b))
    let tree = append(emptyRange, order.slice(0, from).map((i) => events.hashes.at(i)))
    let previous = checkpoints.length > 0 ? hashOf(checkpoints.sort((a, b) => a.number - b.number).at(-1)!) : noPrevious
    for (let number = checkpoints.length + 1; tree.size < order.length; number++) {
      const batch = order.slice(tree.size, tree.size + EACH)
      for (const [n, i] of batch.entries())
        await owner.query('INSERT INTO "AuditSeal" ("bank", "position", "eventId", "at", "leafHash") VALUES ($1, $2, $3, $4, $5)', [rows.bank, tree.size + n, events.ids.at(i), new Date(events.ats.at(i)), events.hashes.at(i)])
      tree = append(tree, batch.map((i) => events.hashes.at(i)))
      const at = inRound(number - 1, 15)
      const { root, signature, keyId, ...signed } = key.sign({ bank: rows.bank, size: tree.size, root: rootOf(tree), at, complete: at, previous })
      previous = hashOf({ root, ...signed })
      await owner.query(
        'INSERT INTO "AuditCheckpoint" ("bank", "number", "size", "root", "at", "complete", "previous", "keyId", "signature", "frontier", "sealedBelow") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)',
        [rows.bank, number, signed.size, root, at, at, signed.previous, keyId, signature, Buffer.concat(tree.hashes)],
      )
    }
  }

  return {
    database, owner, jwk, auditKey, file, judged, tampered, sealAnew, kept,
    /** The id of the event at a position. */
    id: (position: number): number => ids[position] ?? Number.NaN,
  }
}

export const [ROUNDS, EACH] = [6, 8] as const
export const inRound = (round: number, seconds = 0): Date => new Date(today.getTime() + (round * 20 + seconds) * 1000)
