import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { newestMigration } from '@/lib/readiness'
import { auditEventTypes, staffActor } from '@/lib/audit/audit-event'
import { newCorrelationId } from '@/lib/correlation-id'
import { freshDatabase, today } from '@/lib/testing/database'

/** What the migrations say by hand, since Prisma's schema cannot: held against the database itself. */
const database = await freshDatabase()
const { asOwner } = database

const insert = (change: Record<string, unknown> = {}) => {
  const row = { at: today, type: 'session.started', actor: 'applicant', outcome: null, correlationId: newCorrelationId(), ...change }
  return asOwner(`INSERT INTO "AuditEvent" (${Object.keys(row).map((name) => `"${name}"`).join()}) VALUES (${Object.keys(row).map((_, n) => `$${n + 1}`).join()})`, Object.values(row))
}

test('the newest migration is the one that the code was written for', () => {
  const folders = readdirSync(new URL('migrations', import.meta.url), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  expect(newestMigration).toBe(folders.map(({ name }) => name).sort().at(-1))
})

describe('what leaves no trace', () => {
  test.each(['HeldReading', 'ReadingSeal', 'TokenLease', 'ShareSeal', 'TryCount', 'UpstreamSight', 'EndedSession'])('%s is in no log, replica or backup', async (table) => {
    expect(await asOwner('SELECT relpersistence FROM pg_class WHERE relname = $1', [table])).toEqual([{ relpersistence: 'u' }])
  })

  test.each(['Subject', 'Consent', 'Session', 'Share', 'Invitation', 'StaffMember', 'StaffSession', 'ProtectedPerson', 'UpstreamGate', 'EventFeed', 'UsedLogoutToken', 'AuditEvent', 'AuditSeal', 'AuditCheckpoint'])('%s survives a crash', async (table) => {
    expect(await asOwner('SELECT relpersistence FROM pg_class WHERE relname = $1', [table])).toEqual([{ relpersistence: 'p' }])
  })

  test('no column anywhere is made for an amount', async () => {
    const columns = await asOwner(`SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' AND (data_type IN ('numeric', 'money', 'real', 'double precision', 'integer', 'json', 'jsonb') OR column_name ~* 'amount|balance|ore$|total') AND table_name !~ '^_prisma'`)
    expect(columns).toEqual([])
  })

  test('a held reading goes with its session and with its consent, and a seal with its reading', async () => {
    const cascades = await asOwner(`SELECT conrelid::regclass::text AS "from", confrelid::regclass::text AS "to" FROM pg_constraint WHERE contype = 'f' AND confdeltype = 'c' AND conrelid IN ('"HeldReading"'::regclass, '"ReadingSeal"'::regclass, '"ShareSeal"'::regclass) ORDER BY 1, 2`)
    expect(cascades).toEqual([
      { from: '"HeldReading"', to: '"Consent"' },
      { from: '"HeldReading"', to: '"Session"' },
      { from: '"ReadingSeal"', to: '"HeldReading"' },
      { from: '"ReadingSeal"', to: '"Session"' },
      { from: '"ShareSeal"', to: '"HeldReading"' },
      { from: '"ShareSeal"', to: '"Session"' },
      { from: '"ShareSeal"', to: '"Share"' },
      { from: '"ShareSeal"', to: '"StaffSession"' },
    ])
  })
})

describe('a log-in of an employee has roles, and none that are not ours', () => {
  const insertSession = async (roles: unknown) => {
    const [member] = await asOwner(`INSERT INTO "StaffMember" ("ref", "fingerprint", "createdAt", "lastLogInAt") VALUES (gen_random_uuid(), sha256(gen_random_uuid()::text::bytea), now(), now()) RETURNING "ref"`)
    return asOwner(`INSERT INTO "StaffSession" ("tokenHash", "staffRef", "roles", "createdAt", "lastSeenAt", "expiresAt", "checkedAt", "tokensSealed") VALUES (sha256($1::text::bytea), $1::uuid, $2, now(), now(), now(), now(), '')`, [member?.ref, roles])
  }

  test.each([[['adviser']], [['admin', 'auditor']]])('%o', async (roles) => {
    await expect(insertSession(roles)).resolves.toBeDefined()
  })

  test.each([[[]], [null], [['root']], [['adviser', 'root']], [['Adviser']]])('not %o', async (roles) => {
    await expect(insertSession(roles)).rejects.toThrow(/StaffSession_roles_check|not-null/)
  })
})

test('what runs as the owner looks in the caller’s temporary tables last', async () => {
  const settings = await asOwner(`SELECT proname::text AS name, (SELECT s FROM unnest(proconfig) AS s WHERE s LIKE 'search_path=%') AS path FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY 1`)
  expect(settings).toEqual(['audit_detach_due', 'audit_make_partition'].map((name) => ({ name, path: 'search_path=pg_catalog, public, pg_temp' })))
})

describe('the audit log has room', () => {
  test('for this month and the next twelve, without a gap', async () => {
    const [{ parts } = { parts: 0 }] = await asOwner(`
      SELECT count(*) FILTER (WHERE to_regclass('audit_parts.audit_' || to_char(date_trunc('month', now() AT TIME ZONE 'UTC') + n * interval '1 month', 'YYYY_MM')) IS NOT NULL)::int AS parts FROM generate_series(0, 12) AS n`)
    expect(parts).toBe(13)
  })

  test('with months that begin and end at midnight UTC, whatever zone a session is in', async () => {
    const bounds = await asOwner(`SELECT pg_get_expr(relpartbound, oid) AS bound FROM pg_class WHERE relnamespace = 'audit_parts'::regnamespace AND relkind = 'r' ORDER BY relname`)
    expect(bounds.length).toBeGreaterThanOrEqual(13)
    for (const { bound } of bounds) expect(bound).toMatch(/^FOR VALUES FROM \('\d{4}-\d\d-01 00:00:00\+00'\) TO \('\d{4}-\d\d-01 00:00:00\+00'\)$/)
  })

  test('made once more, it stays as it is; a month beyond two years is no month of ours', async () => {
    await asOwner(`SELECT audit_make_partition(now()::date), audit_make_partition(now()::date)`)
    await expect(asOwner(`SELECT audit_make_partition((now() + interval '5 years')::date)`)).rejects.toThrow('not a month of ours')
    await expect(asOwner(`SELECT audit_make_partition((now() - interval '5 years')::date)`)).rejects.toThrow('not a month of ours')
  })
})

describe('the audit log takes words of ours', () => {
  test.each(auditEventTypes)('%s', async (type) => {
    await expect(insert({ type })).resolves.toBeDefined()
  })

  test.each(['front-channel', 'read-already-or-underway', 'ok', 'source-busy', 'not-a-customer', 'id-token-invalid'])('the outcome %s', async (outcome) => {
    await expect(insert({ outcome })).resolves.toBeDefined()
  })

  const sentences = ['Nora Nordmann', 'the person 15819010029', '15819010029', '1581-9010-029', '12684.79', '12684', 'kr 90', 'nora@example.no', 'https://altinn.no', 'eyJhbGciOiJSUzI1NiJ9', 'UPPER', 'å', '', ' ', 'two\nlines', 'a'.repeat(61), 'ok '] as const
  test.each(sentences)('and not "%s", in any column', async (text) => {
    for (const column of ['type', 'actor', 'outcome', 'correlationId']) await expect(insert({ [column]: text })).rejects.toThrow(/violates check constraint/)
  })

  test('an employee under their random name, and nobody else with a number', async () => {
    await expect(insert({ actor: staffActor(randomUUID()) })).resolves.toBeDefined()
    for (const actor of ['staff:', 'staff:ragnhild', `staff:${randomUUID().toUpperCase()}`, `applicant:${randomUUID()}`, `staff:${randomUUID()}0`, randomUUID()]) await expect(insert({ actor }), actor).rejects.toThrow(/AuditEvent_actor_check/)
  })

  test.each(['type', 'actor', 'correlationId', 'at'])('and not without %s', async (column) => {
    await expect(insert({ [column]: null })).rejects.toThrow(/null value in column|no partition/)
  })
})

describe('even the owner does not change the audit log by mistake', () => {
  test.each(['UPDATE "AuditEvent" SET "outcome" = \'ok\'', 'DELETE FROM "AuditEvent"', 'TRUNCATE "AuditEvent"'])('%s', async (sql) => {
    await insert()
    await expect(asOwner(sql)).rejects.toThrow('AuditEvent is append-only')
  })

  test.each(['AuditSeal', 'AuditCheckpoint'])('nor what it is sealed with: %s', async (table) => {
    await asOwner(table === 'AuditSeal'
      ? `INSERT INTO "AuditSeal" ("position", "eventId", "at", "leafHash") VALUES (0, 1, now(), decode(repeat('ab', 32), 'hex')) ON CONFLICT DO NOTHING`
      : `INSERT INTO "AuditCheckpoint" SELECT current_setting('saldosyn.bank'), 1, 1, h, now(), now(), h, decode('00000000', 'hex'), h || h, h, 1 FROM decode(repeat('ab', 32), 'hex') AS h ON CONFLICT DO NOTHING`)
    for (const sql of [`UPDATE "${table}" SET "at" = now()`, `DELETE FROM "${table}"`, `TRUNCATE "${table}"`]) await expect(asOwner(sql)).rejects.toThrow(`${table} is append-only`)
  })

  test('nor a month of it', async () => {
    const parts = await asOwner(`SELECT oid::regclass::text AS name FROM pg_class WHERE relnamespace = 'audit_parts'::regnamespace AND relkind = 'r'`)
    expect(parts.length).toBeGreaterThanOrEqual(13)
    await insert()
    for (const { name } of parts) await expect(asOwner(`TRUNCATE ${String(name)}`)).rejects.toThrow('AuditEvent is append-only')
    const [{ name } = { name: '' }] = await asOwner('SELECT tableoid::regclass::text AS name FROM "AuditEvent" LIMIT 1')
    await expect(asOwner(`UPDATE ${String(name)} SET "outcome" = 'ok'`)).rejects.toThrow('AuditEvent is append-only')
    await expect(asOwner(`DELETE FROM ${String(name)}`)).rejects.toThrow('AuditEvent is append-only')
  })
})

test('what the jobs ask every minute is found by an index, through row-level security too', async () => {
  await asOwner(`INSERT INTO "Subject" ("ref", "nationalIdSealed", "fingerprint", "createdAt") SELECT gen_random_uuid(), 'v1.k1.x', sha256(n::text::bytea), now() FROM generate_series(1, 5000) AS n`)
  await asOwner(`
    INSERT INTO "Consent" ("id", "provider", "reference", "resource", "coveredBy", "subjectRef", "status", "validTo", "requestedAt", "noticeVersion", "returnRefHash")
    SELECT "ref", 'altinn3', "ref"::text, 'slk_5498_1', '311111116', "ref", 'accepted', now() + interval '300 days', now(), '2026-11', "fingerprint" FROM "Subject"`)
  await asOwner('ANALYZE "Consent"')
  const questions = [`"status" IN ('accepted', 'requested') AND "validTo" <= now()`, `"status" = 'requested' AND "requestedAt" <= now() - interval '1 day'`]
  for (const question of questions) expect(JSON.stringify(await database.asApp(`EXPLAIN SELECT "id" FROM "Consent" WHERE "bank" = '311111116' AND ${question}`))).not.toContain('Seq Scan')
})
