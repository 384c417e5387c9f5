import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'

/** The migration bank_of_every_row, played on a database that was in use before it. */
const MIGRATION = '20261121150000_bank_of_every_row'
const sqlOf = (name: string) => readFileSync(new URL(`migrations/${name}/migration.sql`, import.meta.url), 'utf8')
const before = readdirSync(new URL('migrations', import.meta.url)).filter((name) => /^\d/.test(name) && name < MIGRATION).sort()
const open: pg.Pool[] = []
afterAll(() => Promise.all(open.map((pool) => pool.end())))

/** A database as the version before left it, with these consents by their receiver, each of a person of its own. */
async function databaseWith(...coveredBy: readonly string[]) {
  const address = new URL(process.env.TEMPLATE_DATABASE_URL ?? '')
  const connected = (database: string) => {
    const pool = new pg.Pool({ connectionString: Object.assign(new URL(address), { pathname: `/${database}` }).href, max: 1 })
    open.push(pool)
    return pool
  }
  const name = `t_${randomUUID().replaceAll('-', '')}`
  await connected('postgres').query(`CREATE DATABASE ${name}`)
  const owner = connected(name)
  for (const migration of before) await owner.query(sqlOf(migration))
  for (const bank of coveredBy) {
    await owner.query(`
      WITH person AS (INSERT INTO "Subject" VALUES (gen_random_uuid(), 'v1.k1.x', sha256(gen_random_uuid()::text::bytea), now()) RETURNING "ref"),
        asked AS (INSERT INTO "Consent" ("id", "provider", "reference", "resource", "coveredBy", "subjectRef", "status", "validTo", "requestedAt", "noticeVersion", "returnRefHash")
          SELECT gen_random_uuid(), 'altinn3', gen_random_uuid()::text, 'r', '${bank}', "ref", 'accepted', now(), now(), 'n', sha256("ref"::text::bytea) FROM person),
        logged AS (INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "correlationId") SELECT now(), 'session.started', 'applicant', "ref", '0000-0000-0000' FROM person)
      INSERT INTO "EventFeed" VALUES ('altinn3/${bank}', now(), now()) ON CONFLICT DO NOTHING`)
  }
  await owner.query(`
    WITH person AS (INSERT INTO "Subject" VALUES (gen_random_uuid(), 'v1.k1.x', sha256('nobody asked'), now()) RETURNING "ref"),
      seen AS (INSERT INTO "Session" ("tokenHash", "kind", "subjectRef", "idpSid", "acr", "idTokenSealed", "createdAt", "lastSeenAt", "expiresAt") SELECT sha256('x'), 'applicant', "ref", 's', 'a', 'x', now(), now(), now() FROM person)
    INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "correlationId") SELECT now(), 'session.started', 'applicant', "ref", '0000-0000-0000' FROM person`)
  const banksIn = async (table: string) => (await owner.query<{ bank: string; rows: number }>(`SELECT "bank", count(*)::int AS rows FROM "${table}" GROUP BY 1`)).rows
  return { migrate: () => owner.query(sqlOf(MIGRATION)), banksIn, owner }
}

describe('a database that was in use before banks were held apart', () => {
  test('keeps its persons, consents, feed and audit log under the one bank it had; log-ins are over', async () => {
    const { migrate, banksIn, owner } = await databaseWith('311111116', '311111116')
    const lines = async () => (await owner.query<Record<string, unknown>>(`SELECT "id", "at", "type", "subjectRef" FROM "AuditEvent" ORDER BY "id"`)).rows
    const told = await lines()
    await migrate()
    expect(await Promise.all(['Subject', 'Consent', 'EventFeed', 'AuditEvent', 'Session'].map(banksIn))).toEqual([
      [{ bank: '311111116', rows: 3 }], [{ bank: '311111116', rows: 2 }], [{ bank: '311111116', rows: 1 }], [{ bank: '311111116', rows: 3 }], [],
    ])
    expect(await lines()).toEqual(told)
    await expect(owner.query(`UPDATE "AuditEvent" SET "outcome" = 'ok'`)).rejects.toThrow('append-only')
  })

  test('without a consent forgets who was logged in; the audit log stands under a number of no bank', async () => {
    const { migrate, banksIn } = await databaseWith()
    await migrate()
    expect(await Promise.all(['Subject', 'AuditEvent'].map(banksIn))).toEqual([[], [{ bank: '000000000', rows: 1 }]])
  })

  test('with consents of two receivers is left as it was: nobody can tell whose its persons and its audit log are', async () => {
    const { migrate, owner } = await databaseWith('311111116', '312222221')
    await expect(migrate()).rejects.toThrow('consents of more than one organisation number')
    expect((await owner.query('SELECT * FROM "Session"')).rowCount).toBe(1)
    await expect(owner.query('SELECT "bank" FROM "Subject"')).rejects.toThrow('does not exist')
  })
})
