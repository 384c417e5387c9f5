import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { createAuditLog } from '@/lib/audit/audit-log'
import { anEvent } from '@/lib/testing/builders'
import { freshDatabase, today } from '@/lib/testing/database'

/** What the role that the app logs in as may do to the database: use it, and no more. */
const database = await freshDatabase()
const { asApp, asOwner } = database
await createAuditLog(database.db).append(anEvent({ at: today }))
const part = String((await asOwner('SELECT tableoid::regclass::text AS name FROM "AuditEvent" LIMIT 1'))[0]?.name)
const codeOf = async (sql: string, ask = asApp) => ask(sql).then(() => 'done', (error: unknown) => (error instanceof pg.DatabaseError ? error.code : String(error)))
const PERMISSION_DENIED = '42501'

const whatGrows = [['"AuditEvent"', 'outcome'], [part, 'outcome'], ['"AuditSeal"', 'leafHash'], ['"AuditCheckpoint"', 'root']] as const
const onTheAuditLog = whatGrows.flatMap(([table, column]) => [
  `UPDATE ${table} SET "${column}" = NULL`,
  `UPDATE ${table} SET "at" = "at" - interval '1 day'`,
  `DELETE FROM ${table}`,
  `DELETE FROM ${table} WHERE false`,
  `TRUNCATE ${table}`,
  `TRUNCATE ${table} RESTART IDENTITY CASCADE`,
  `ALTER TABLE ${table} ADD COLUMN amount int`,
  `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
  `ALTER TABLE ${table} DISABLE TRIGGER audit_no_truncate`,
  `ALTER TABLE ${table} DROP CONSTRAINT "AuditEvent_outcome_check"`,
  `ALTER TABLE ${table} OWNER TO CURRENT_USER`,
  `ALTER TABLE ${table} RENAME TO gone`,
  `ALTER TABLE ${table} SET UNLOGGED`,
  `DROP TABLE ${table}`,
  `DROP TRIGGER audit_no_truncate ON ${table}`,
  `CREATE TRIGGER mine BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION audit_append_only()`,
  `CREATE RULE mine AS ON INSERT TO ${table} DO INSTEAD NOTHING`,
  `CREATE POLICY mine ON ${table} USING (true)`,
  `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
  `SELECT 1 FROM ${table} FOR UPDATE`,
  `DO $$ BEGIN LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE; END $$`,
  `MERGE INTO ${table} a USING (SELECT 1) b ON true WHEN MATCHED THEN DELETE`,
  `COMMENT ON TABLE ${table} IS 'mine'`,
])

const elsewhere = [
  `ALTER TABLE "AuditEvent" DETACH PARTITION ${part}`,
  `SELECT * FROM ${part}`,
  `INSERT INTO ${part} SELECT * FROM "AuditEvent"`,
  'DROP TABLE "AuditSeal", "AuditCheckpoint"',
  `SELECT setval('"AuditEvent_id_seq"', 1)`,
  'ALTER SEQUENCE "AuditEvent_id_seq" RESTART',
  'CREATE TABLE mine (id int)',
  'CREATE TABLE audit_parts.mine (id int)',
  'CREATE UNLOGGED TABLE mine (id int)',
  'CREATE SCHEMA mine',
  'CREATE VIEW mine AS SELECT 1',
  'CREATE SEQUENCE mine',
  'CREATE TYPE mine AS ENUM (\'a\')',
  'CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS \'SELECT 1\'',
  'CREATE INDEX mine ON "Consent" ("status")',
  'CREATE EXTENSION pg_stat_statements',
  'CREATE DATABASE mine',
  'CREATE ROLE mine',
  'CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
  'DROP FUNCTION audit_append_only() CASCADE',
  'DROP FUNCTION audit_make_partition(date)',
  'DROP SCHEMA audit_parts CASCADE',
  'DROP TABLE "HeldReading"',
  'ALTER TABLE "HeldReading" SET LOGGED',
  'ALTER TABLE "Subject" OWNER TO CURRENT_USER',
  'TRUNCATE "Session" CASCADE',
  'TRUNCATE "Subject" CASCADE',
  'UPDATE "_prisma_migrations" SET "migration_name" = \'x\'',
  'DELETE FROM "_prisma_migrations"',
  'INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name") VALUES (\'x\', \'x\', \'x\')',
  'SET session_replication_role = replica',
  'SET ROLE saldosyn_owner',
  'SELECT pg_read_file(\'/etc/hostname\')',
  'COPY (SELECT 1) TO \'/tmp/mine\'',
  'COPY (SELECT 1) TO PROGRAM \'cat\'',
  'SELECT lo_import(\'/etc/hostname\')',
  'ALTER SYSTEM SET log_statement = \'all\'',
]

describe('the app’s role may not touch the audit log', () => {
  test.each(onTheAuditLog)('%s', async (sql) => {
    expect(await codeOf(sql)).toBe(PERMISSION_DENIED)
  })
})

describe('the app’s role makes, takes down and owns nothing', () => {
  test.each(elsewhere)('%s', async (sql) => {
    expect(await codeOf(sql)).toBe(PERMISSION_DENIED)
  })

  test('in the cluster that we start ourselves it makes no temporary table either', async () => {
    const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
    await client.connect()
    expect(await codeOf('CREATE TEMPORARY TABLE mine (id int)', (sql) => client.query(sql).then(({ rows }) => rows as Record<string, unknown>[]))).toBe(PERMISSION_DENIED)
    await client.end()
  })

  test('it owns no table, function, schema or type', async () => {
    expect(await asOwner(`
      SELECT relname::text AS name FROM pg_class JOIN pg_roles r ON r.oid = relowner WHERE rolname = 'saldosyn_app'
      UNION ALL SELECT proname FROM pg_proc JOIN pg_roles r ON r.oid = proowner WHERE rolname = 'saldosyn_app'
      UNION ALL SELECT nspname FROM pg_namespace JOIN pg_roles r ON r.oid = nspowner WHERE rolname = 'saldosyn_app'
      UNION ALL SELECT typname FROM pg_type JOIN pg_roles r ON r.oid = typowner WHERE rolname = 'saldosyn_app'`)).toEqual([])
  })

  test('it is no superuser, makes no roles or databases, sees through no row security, and inherits nothing', async () => {
    expect(await asOwner(`SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication FROM pg_roles WHERE rolname = 'saldosyn_app'`)).toEqual([
      { rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolbypassrls: false, rolreplication: false },
    ])
    expect(await asOwner(`SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE rolname = 'saldosyn_app'`)).toEqual([])
  })

  test('after all that the log stands as it was', async () => {
    expect(await asOwner('SELECT "type", "outcome" FROM "AuditEvent"')).toEqual([{ type: 'session.started', outcome: null }])
    expect(await asOwner(`SELECT tgname FROM pg_trigger WHERE tgrelid = '"AuditEvent"'::regclass AND tgenabled = 'O' AND NOT tgisinternal ORDER BY 1`)).toEqual([{ tgname: 'audit_no_change' }, { tgname: 'audit_no_truncate' }])
  })
})

describe('the app’s role may', () => {
  test.each([
    'SELECT count(*) FROM "AuditEvent"',
    'SELECT audit_make_partition(now()::date)',
    'SELECT FROM "_prisma_migrations"',
    ...['Subject', 'Consent', 'Session', 'HeldReading', 'ReadingSeal', 'TokenLease', 'UpstreamGate', 'EventFeed', 'UsedLogoutToken', 'EndedSession', 'StaffMember', 'StaffSession', 'ProtectedPerson', 'UpstreamSight'].map((table) => `DELETE FROM "${table}"`),
  ])('%s', async (sql) => {
    expect(await codeOf(sql)).toBe('done')
  })

  test('make room in the audit log, and what it makes belongs to the owner and can only grow', async () => {
    const next = `audit_parts.audit_${String((await asOwner(`SELECT to_char(now() + interval '20 months', 'YYYY_MM') AS month`))[0]?.month)}`
    await asApp(`SELECT audit_make_partition((now() + interval '20 months')::date)`)
    expect(await asOwner('SELECT rolname FROM pg_class JOIN pg_roles r ON r.oid = relowner WHERE pg_class.oid = $1::regclass', [next])).toEqual([{ rolname: 'saldosyn_owner' }])
    for (const sql of [`DELETE FROM ${next}`, `TRUNCATE ${next}`, `DROP TABLE ${next}`, `SELECT FROM ${next}`]) expect(await codeOf(sql)).toBe(PERMISSION_DENIED)
    await expect(asOwner(`TRUNCATE ${next}`)).rejects.toThrow('append-only')
  })

  test('not have another role’s partition made by a name of its own', async () => {
    expect(await codeOf(`SELECT audit_make_partition('infinity'::date)`)).not.toBe('done')
    expect(await codeOf('SELECT audit_make_partition(NULL)')).not.toBe('done')
  })
})
