import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { exportAudit } from '@/cli/export-audit.mjs'
import { after, anEvent, anOrgNumber } from '@/lib/testing/builders'
import { freshDatabase, today, type FreshDatabase } from '@/lib/testing/database'
import { aSealer, auditVerifier, verified, write } from '@/lib/testing/sealers'
import { createAuditLog } from './audit-log'
import { readCheckpoints, readDump } from './dump.ts'
import { IDLE_SECONDS, sealAgainAfter } from './seal'
import { verifyLog } from './verify.ts'

const databases = { late: await freshDatabase(), busy: await freshDatabase(), killed: await freshDatabase(), quiet: await freshDatabase(), skewed: await freshDatabase(), banks: await freshDatabase() }

const sealedIds = async ({ asOwner }: FreshDatabase) => (await asOwner('SELECT "eventId"::int AS id FROM "AuditSeal" ORDER BY "position"')).map(({ id }) => Number(id))

describe('an event whose transaction commits late', () => {
  test('is sealed all the same, though others with higher numbers were sealed before it', async () => {
    const { late } = databases
    const [slow, slower] = [new pg.Client({ connectionString: late.ownerUrl }), new pg.Client({ connectionString: late.ownerUrl })]
    await Promise.all([slow.connect(), slower.connect()])
    const insert = `INSERT INTO "AuditEvent" ("bank", "at", "type", "actor", "correlationId") VALUES ('311111116', now(), 'source.read', 'applicant', 'K7QM-9XTB-2RWH') RETURNING "id"::int AS id`
    const held = async (client: pg.Client) => { await client.query('BEGIN'); return (await client.query<{ id: number }>(insert)).rows[0]?.id ?? 0 }
    const first = await held(slow)
    const second = await held(slower)
    await write(late, 5)

    const { seal, outside } = aSealer(late)
    expect(await seal()).toBe(5)
    expect(Math.min(...(await sealedIds(late)))).toBeGreaterThan(second)
    await slower.query('COMMIT')
    expect(await seal()).toBe(1)
    await write(late, 3)
    expect(await seal()).toBe(3)
    await slow.query('COMMIT')
    expect(await seal()).toBe(1)
    expect((await sealedIds(late)).slice(-1)).toEqual([first])
    expect(await seal()).toBe(0)
    await Promise.all([slow.end(), slower.end()])
    expect(await verified(late, outside())).toMatchObject({ findings: [], events: 10, pending: 0 })
  })
})

describe('sealing while others write', () => {
  test('many sealers and writers at once: every event once, positions without a gap, the log whole', async () => {
    const { busy } = databases
    const sealers = Array.from({ length: 3 }, () => aSealer(busy, { db: busy.another() }))
    let writing = true
    const all = sealers.map(async ({ seal }) => { while (writing) await seal(7) })
    await Promise.all(Array.from({ length: 4 }, () => write(busy, 60)))
    writing = false
    await Promise.all(all)
    await sealers[0]?.seal(7)
    const ids = await sealedIds(busy)
    expect([ids.length, new Set(ids).size]).toEqual([240, 240])
    // What they tell for the figures: each event once, by whichever of them sealed it.
    expect(sealers.flatMap(({ kinds }) => kinds).reduce((sum, { count }) => sum + count, 0)).toBe(240)
    const outside = sealers.flatMap((sealer) => sealer.outside())
    expect(await verified(busy, outside)).toMatchObject({ findings: [], events: 240, pending: 0 })
  })

  test('a writer waits for no sealer, and a sealer for no writer', async () => {
    const { busy } = databases
    const holder = new pg.Client({ connectionString: busy.ownerUrl })
    await holder.connect()
    await holder.query(`BEGIN; SELECT pg_advisory_xact_lock(20261122, 311111116); INSERT INTO "AuditSeal" ("bank", "position", "eventId", "at", "leafHash") VALUES ('311111116', 999, 999999, now(), decode(repeat('ab', 32), 'hex'))`)
    await write(busy, 1)
    const { seal } = aSealer(busy)
    expect(await seal()).toBe(0) // somebody else’s turn: it goes away instead of waiting
    await holder.query('ROLLBACK')
    await holder.end()
    expect(await seal()).toBe(1)
  })
})

test('a sealer that is killed twenty times at any moment leaves nothing half done', async () => {
  const { killed } = databases
  const { seal, outside, clock } = aSealer(killed, { db: killed.another() })
  let [kills, deaths] = [0, 0]
  for (let ms = 0; kills < 20; ms = (ms + 1) % 12) {
    await write(killed, 12)
    clock.set(after(clock.now(), { seconds: 1 }))
    const sealing = seal(4).catch(() => void deaths++)
    await pause(ms)
    const dead = await killed.asApp(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'saldosyn' AND state <> 'idle'`)
    kills += dead.length
    await sealing
    const size = (await killed.asOwner('SELECT coalesce(max("size"), 0)::int AS size FROM "AuditCheckpoint"'))[0]?.size
    expect(await sealedIds(killed)).toHaveLength(Number(size))
  }
  await expect.poll(() => seal().catch(() => -1), { timeout: 10_000 }).toBeGreaterThanOrEqual(0)
  expect(deaths).toBeGreaterThan(0)
  const written = await killed.count('AuditEvent')
  expect(await verified(killed, outside())).toMatchObject({ findings: [], events: written, pending: 0 })
}, 60_000)

describe('when nothing happens', () => {
  const { quiet } = databases
  test('the empty log is signed, and signed again before a minute is over', async () => {
    const { seal, outside, clock } = aSealer(quiet)
    await seal()
    for (let seconds = 0; seconds < 180; seconds += 20) { clock.set(after(today, { seconds })); await seal() }
    const times = outside().map(({ at, size }) => [(at.getTime() - today.getTime()) / 1000, size])
    expect(times).toEqual([[0, 0], [60, 0], [120, 0]])
  })

  test('a turn that is missed or fails leaves no minute unsigned', () => {
    const turns = [0, ...sealAgainAfter, 60, ...sealAgainAfter.map((seconds) => 60 + seconds)]
    expect(turns.length).toBeGreaterThan(2)
    for (const [i, turn] of turns.slice(0, -2).entries()) expect((turns[i + 2] ?? 0) - turn).toBeLessThan(60)
    expect(IDLE_SECONDS).toBeLessThan(60)
  })

  test('a long while without a seal is told of, as is a trigger that is off', async () => {
    const { seal, log, clock } = aSealer(quiet)
    clock.set(after(today, { minutes: 10 }))
    await seal()
    expect(log.lines).toContainEqual(expect.objectContaining({ level: 'error', event: 'The audit log had not been sealed for a while', fields: expect.objectContaining({ seconds: 480 }) as object }))
    expect(log.lines.some(({ event }) => event.includes('triggers'))).toBe(false)
    await quiet.asOwner('ALTER TABLE "AuditSeal" DISABLE TRIGGER audit_no_change')
    await seal()
    await quiet.asOwner('ALTER TABLE "AuditSeal" ENABLE TRIGGER audit_no_change')
    expect(log.lines).toContainEqual(expect.objectContaining({ level: 'error', event: 'The audit log’s triggers are switched off in the database' }))
    log.lines.length = 0
    await quiet.asOwner('DROP TRIGGER audit_no_change ON "AuditSeal"')
    await seal()
    await quiet.asOwner('CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON "AuditSeal" FOR EACH ROW EXECUTE FUNCTION audit_append_only()')
    expect(log.lines).toContainEqual(expect.objectContaining({ level: 'error', event: 'The audit log’s triggers are switched off in the database' }))
  })

  test('what was committed but not published is published by the next turn, here or elsewhere; and nothing twice by one', async () => {
    const box = mkdtempSync(join(tmpdir(), 'saldosyn-outside-'))
    onTestFinished(() => rmSync(box, { recursive: true }))
    for (let n = 0; n < 2; n++) await createAuditLog(quiet.db).append(anEvent({ at: after(today, { minutes: 20 }) }))
    const unlucky = aSealer(quiet, { file: join(box, 'no', 'such', 'folder') })
    unlucky.clock.set(after(today, { minutes: 20 }))
    await expect(unlucky.seal()).rejects.toThrow()
    expect(unlucky.outside()).toEqual([])
    const file = join(box, 'checkpoints.txt')
    const next = aSealer(quiet, { file })
    next.clock.set(after(today, { minutes: 20 }))
    for (let n = 0; n < 3; n++) await next.seal()
    const { checkpoints, spoilt } = readCheckpoints(readFileSync(file, 'utf8'))
    expect([checkpoints.length, spoilt]).toEqual([next.outside().length, 0])
    expect(checkpoints.at(-1)).toMatchObject({ size: 2 })
    expect(await verified(quiet, checkpoints)).toMatchObject({ findings: [], events: 2 })
  })
})

test('an instance whose clock is a little behind the last one’s signs nothing that looks put back', async () => {
  const { skewed } = databases
  const { seal, outside, clock } = aSealer(skewed)
  for (const seconds of [40, 25, 60]) {
    await write(skewed, 2)
    clock.set(after(today, { seconds }))
    await seal()
  }
  expect(outside().map(({ at }) => at)).toEqual([40, 25, 60].map((seconds) => after(today, { seconds })))
  expect(await verified(skewed, outside())).toMatchObject({ findings: [], events: 6 })
})

test('each bank has a tree of its own, and its auditor needs nobody else’s', async () => {
  const { banks } = databases
  const other = banks.another(anOrgNumber('312222221'))
  const [ours, theirs] = [aSealer(banks), aSealer(banks, { db: other })]
  await write(banks, 3)
  await createAuditLog(other).append(anEvent({ at: today }))
  await write(banks, 2)
  expect([await ours.seal(), await theirs.seal()]).toEqual([5, 1])
  const client = new pg.Client({ connectionString: banks.ownerUrl })
  await client.connect()
  onTestFinished(() => client.end())
  const [rows, ...more] = await readDump(exportAudit(client, '312222221'))
  expect(more).toEqual([])
  expect(verifyLog({ rows: rows!, outside: [...ours.outside(), ...theirs.outside()], keys: [auditVerifier] })).toMatchObject({ bank: '312222221', findings: [], events: 1, outside: 1 })
  expect((await readDump(exportAudit(client))).map((log) => log.bank).sort()).toEqual(['311111116', '312222221'])
})
