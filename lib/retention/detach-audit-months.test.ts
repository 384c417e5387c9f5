import { readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { exportAudit } from '@/cli/export-audit.mjs'
import { createAuditLog } from '@/lib/audit/audit-log'
import { createSealStore } from '@/lib/audit/seal-store'
import { openAuditKey, trustKey } from '@/lib/audit/checkpoint.ts'
import { readDump } from '@/lib/audit/dump.ts'
import { verifyLog } from '@/lib/audit/verify.ts'
import { sealAudit } from '@/lib/audit/seal'
import { createPublisher } from '@/lib/audit/publish-checkpoint'
import { Secret } from '@/lib/secret'
import { newAuditJwk } from '@/lib/testing/audit-keys'
import { anEvent, anOrgNumber } from '@/lib/testing/builders'
import { freshDatabase, today } from '@/lib/testing/database'
import { clockAt, logKept } from '@/lib/testing/fakes'
import { detachAuditMonths } from './detach-audit-months'
import { detachDueMonths } from './detached-month-store'
import { AUDIT_MONTHS } from './policy'

/** The database’s own clock cannot be moved: months are made as long ago as they must be. */
const database = await freshDatabase()
const { db, asOwner, asApp, retentionUrl } = database
async function asRetention(...questions: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: retentionUrl })
  await client.connect()
  try {
    for (const question of questions) await client.query(question)
  } finally {
    await client.end()
  }
}
const due = () => detachDueMonths(retentionUrl, anOrgNumber())

/** The first of the month so many months ago. */
const monthsAgo = (n: number) => new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - n, 1))
const named = (month: Date) => month.toISOString().slice(0, 7)
const partOf = (month: Date) => `audit_${named(month).replace('-', '_')}`
async function aMonth(n: number): Promise<Date> {
  const month = monthsAgo(n)
  await asOwner(`CREATE TABLE audit_parts.${partOf(month)} PARTITION OF "AuditEvent" FOR VALUES FROM ('${month.toISOString()}') TO ('${monthsAgo(n - 1).toISOString()}')`)
  await asOwner(`ALTER TABLE audit_parts.${partOf(month)} ENABLE ROW LEVEL SECURITY`)
  return month
}
const write = (at: Date, by = db) => createAuditLog(by).append(anEvent({ at, type: 'source.read', outcome: 'ok' }))
const auditKey = openAuditKey(newAuditJwk())
const seal = (by = db) => sealAudit({ clock: clockAt(today), seals: createSealStore(by), auditKey, publish: createPublisher({ log: logKept(), file: undefined }), log: logKept(), counted: () => {} }, 'K7QM-9XTB-2RWH')
const names = async (schema: string) => (await asOwner('SELECT relname::text AS name FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind = \'r\' ORDER BY 1', [schema])).map(({ name }) => name)

test('the database holds the number that the policy has', () => {
  const migration = readFileSync('prisma/migrations/20261122030000_functions_of_the_owner/migration.sql', 'utf8')
  expect(migration).toContain(`now() - interval '${AUDIT_MONTHS} months'`)
})

test('a month leaves when it ended five years ago and is sealed, with a line for each bank; the one after it stays', async () => {
  const theirs = database.another(anOrgNumber('312222221'))
  const [old, next] = [await aMonth(AUDIT_MONTHS + 1), await aMonth(AUDIT_MONTHS)]
  for (const at of [old, old, next]) await write(at)
  await write(old, theirs)
  await seal()

  // Another bank's event in it is not sealed yet: the whole month stays.
  expect(await due()).toEqual([{ month: named(old), detached: false, bank: null, keptFrom: null }])
  const log = logKept()
  await detachAuditMonths({ log, url: new Secret(retentionUrl), bank: anOrgNumber() })
  expect(log.lines).toEqual([{ level: 'warn', event: 'A month of the audit log is past its time, and not all of it is sealed: it stays', fields: { detail: named(old) } }])

  await seal(theirs)
  const [ours, others] = [...(await due())].sort((a, b) => String(a.bank).localeCompare(String(b.bank)))
  expect(ours).toEqual({ month: named(old), detached: true, bank: '311111116', keptFrom: 3 })
  expect(others).toEqual({ month: named(old), detached: true, bank: '312222221', keptFrom: 1 })
  // What is left stands, judged from there on: also a later event that was sealed in the same checkpoint as the last that left.
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  const [rows] = await readDump(exportAudit(owner, '311111116')).finally(() => owner.end())
  expect(verifyLog({ rows: rows!, outside: [], keys: [trustKey(auditKey.publicJwk.x)], from: 3 })).toMatchObject({ findings: [] })
  expect(await names('audit_detached')).toEqual([partOf(old)])
  expect(await names('audit_parts')).toContain(partOf(next))
  expect(await asOwner(`SELECT count(*)::int AS n FROM audit_detached.${partOf(old)}`)).toEqual([{ n: 3 }])
  expect(await asOwner(`SELECT "bank", "actor", "outcome", "subjectRef" FROM "AuditEvent" WHERE "type" = 'retention.removed' ORDER BY 1`)).toEqual(['311111116', '312222221'].map((bank) => ({ bank, actor: 'system', outcome: 'audit-months-1', subjectRef: null })))
  expect(await asOwner('SELECT count(*)::int AS n FROM "AuditEvent" WHERE "type" = \'source.read\'')).toEqual([{ n: 1 }])
  expect(await due()).toEqual([])

  // What left is still shut to the app, and no one changes it by mistake.
  await expect(asApp(`SELECT FROM audit_detached.${partOf(old)}`)).rejects.toThrow(/permission denied/)
  for (const sql of [`UPDATE audit_detached.${partOf(old)} SET "outcome" = 'x'`, `DELETE FROM audit_detached.${partOf(old)}`]) await expect(asOwner(sql)).rejects.toThrow(/append-only/)
})

test('what is counted before a month leaves keeps nobody from writing to the log', async () => {
  const old = await aMonth(AUDIT_MONTHS + 2)
  await write(old)
  await seal()
  // The line in the log is the last that is done before the month is taken out: there the function is held.
  await asOwner(`CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NEW; END $$`)
  await asOwner(`CREATE TRIGGER held BEFORE INSERT ON "AuditEvent" FOR EACH ROW WHEN (NEW."type" = 'retention.removed') EXECUTE FUNCTION held()`)
  const holder = new pg.Client({ connectionString: database.ownerUrl })
  await holder.connect()
  await holder.query('SELECT pg_advisory_lock(7)')
  const leaving = asRetention('SET lock_timeout = 0', 'SELECT * FROM audit_detach_due()').catch(() => 'given up')
  await expect.poll(async () => (await asOwner(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).length).toBe(1)
  await expect(write(today)).resolves.toBeUndefined()
  await holder.end()
  await leaving
  await asOwner('DROP TRIGGER held ON "AuditEvent"')
  await due()
  expect(await names('audit_detached')).toContain(partOf(old))
})

test('an event that is sealed, but in no signed tree yet, holds its month back', async () => {
  const old = await aMonth(AUDIT_MONTHS + 3)
  await write(old)
  const [event] = await asOwner('SELECT "id", "at" FROM "AuditEvent" ORDER BY "at" LIMIT 1')
  await asOwner(`INSERT INTO "AuditSeal" ("position", "eventId", "at", "leafHash") VALUES (1000000, $1, $2, sha256('x'))`, [event?.id, event?.at])
  expect(await due()).toEqual([{ month: named(old), detached: false, bank: null, keptFrom: null }])
})

test('without an address nothing is asked', async () => {
  const log = logKept()
  await detachAuditMonths({ log, url: undefined, bank: anOrgNumber() })
  expect(log.lines).toEqual([])
})

describe('the role that may take months out can do nothing else', () => {
  const client = new pg.Client({ connectionString: retentionUrl, options: '-c saldosyn.bank=311111116' })
  const connected = client.connect()
  afterAll(() => client.end())
  const codeOf = (sql: string) => connected.then(() => client.query(sql)).then(() => 'done', (error: unknown) => (error instanceof pg.DatabaseError ? error.code : String(error)))

  test('it reads no table, and writes none', async () => {
    const tables = await asOwner(`SELECT oid::regclass::text AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace IN ('public'::regnamespace, 'audit_parts'::regnamespace, 'audit_detached'::regnamespace, 'graphile_worker'::regnamespace)`)
    expect(tables.length).toBeGreaterThan(30)
    for (const { name } of tables)
      for (const sql of [`SELECT FROM ${String(name)}`, `DELETE FROM ${String(name)}`, `INSERT INTO ${String(name)} DEFAULT VALUES`, `TRUNCATE ${String(name)}`, `DROP TABLE ${String(name)}`]) expect(await codeOf(sql), sql).toBe('42501')
  })

  test.each([
    'SELECT audit_make_partition(now()::date)',
    'CREATE OR REPLACE FUNCTION audit_detach_due() RETURNS void LANGUAGE sql AS \'SELECT\'',
    'DROP FUNCTION audit_detach_due()',
    'CREATE TABLE mine (id int)',
    'CREATE TABLE audit_detached.mine (id int)',
    'ALTER TABLE "AuditEvent" DETACH PARTITION audit_parts.x',
    `SELECT setval('"AuditEvent_id_seq"', 1)`,
    'SET ROLE saldosyn_owner',
    'SET ROLE saldosyn_app',
    `SELECT graphile_worker.add_job('x')`,
  ])('%s', async (sql) => {
    expect(await codeOf(sql)).toMatch(/^42(501|P01)$/)
  })

  test('what it makes for its own connection is not taken for the catalogue by what runs as the owner', async () => {
    await expect(
      asRetention(
        `CREATE FUNCTION pg_temp.spy() RETURNS oid LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'this ran as %', current_user; END $$`,
        'CREATE VIEW pg_temp.pg_inherits AS SELECT pg_temp.spy() AS inhrelid, inhparent FROM pg_catalog.pg_inherits',
        'GRANT SELECT ON pg_temp.pg_inherits TO PUBLIC',
        'SELECT * FROM audit_detach_due()',
      ),
    ).resolves.toBeUndefined()
  })

  test('the functions of ours that it may call are this one, and triggers, which nobody calls', async () => {
    expect(await asOwner(`SELECT proname::text AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND has_function_privilege('saldosyn_retention', oid, 'EXECUTE') AND prorettype <> 'trigger'::regtype`)).toEqual([{ name: 'audit_detach_due' }])
  })

  test('it owns nothing, is nobody’s member, and may make nothing', async () => {
    expect(await asOwner(`SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication FROM pg_roles WHERE rolname = 'saldosyn_retention'`)).toEqual([{ rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolbypassrls: false, rolreplication: false }])
    expect(await asOwner(`SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE rolname = 'saldosyn_retention'`)).toEqual([])
    expect(await asOwner(`SELECT FROM pg_class JOIN pg_roles r ON r.oid = relowner WHERE rolname = 'saldosyn_retention'`)).toEqual([])
  })

  test('and the app’s role cannot do what it does', async () => {
    await expect(asApp('SELECT * FROM audit_detach_due()')).rejects.toThrow(/permission denied for function audit_detach_due/)
  })
})
