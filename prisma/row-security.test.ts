import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { connectionOptions } from '@/lib/db'
import { newCorrelationId } from '@/lib/correlation-id'
import { anOrgNumber } from '@/lib/testing/builders'
import { freshDatabase, today } from '@/lib/testing/database'

/** What the database itself holds apart: two banks' rows, as the app's own role asks for them. */
const database = await freshDatabase()
const { asOwner } = database
const [OURS, THEIRS] = [anOrgNumber('311111116'), anOrgNumber('312222221')]

/** One row of each table for a bank, written by the owner; the values of each by its key. */
async function rowsOf(bank: string) {
  const [ref, staffRef, consent, reading, share, invitation, tokenHash, text] = [randomUUID(), randomUUID(), randomUUID(), randomUUID(), randomUUID(), randomUUID(), randomBytes(32), randomUUID()]
  const rows: Record<string, Record<string, unknown>> = {
    Subject: { ref, nationalIdSealed: 'v1.k1.x', fingerprint: randomBytes(32), createdAt: today },
    Consent: { id: consent, provider: 'altinn3', reference: consent, resource: 'r', coveredBy: bank, subjectRef: ref, status: 'accepted', validTo: today, requestedAt: today, noticeVersion: 'n', returnRefHash: randomBytes(32) },
    Session: { tokenHash, kind: 'applicant', subjectRef: ref, idpSid: 'the-same-sid', acr: 'a', idTokenSealed: randomBytes(4), createdAt: today, lastSeenAt: today, expiresAt: today },
    HeldReading: { id: reading, sessionHash: tokenHash, consentId: consent, ciphertext: randomBytes(4), fetchedAt: today },
    ReadingSeal: { readingId: reading, sessionHash: tokenHash, sealedKey: randomBytes(4) },
    Invitation: { id: invitation, tokenHash: randomBytes(32), staffRef: ref, purpose: 'p', caseNumber: '1', createdAt: today, expiresAt: today },
    Share: { id: share, subjectRef: ref, consentId: consent, sessionHash: tokenHash, createdAt: today, codeUntil: today, invitationId: invitation },
    TryCount: { who: text, tries: 1, until: today },
    StaffMember: { ref: staffRef, fingerprint: randomBytes(32), createdAt: today, lastLogInAt: today },
    StaffSession: { tokenHash, staffRef, roles: ['adviser'], createdAt: today, lastSeenAt: today, expiresAt: today, checkedAt: today, tokensSealed: randomBytes(4) },
    ShareSeal: { shareId: share, readingId: reading, sessionHash: tokenHash, sealedKey: randomBytes(4), staffHash: tokenHash },
    ProtectedPerson: { fingerprint: randomBytes(32), addedAt: today, addedBy: staffRef },
    TokenLease: { key: text, leaseUntil: today },
    UpstreamGate: { upstream: text },
    UpstreamSight: { upstream: text },
    EventFeed: { name: text, readUpTo: today, askedAt: today },
    UsedLogoutToken: { jti: text, expiresAt: today },
    EndedSession: { tokenHash, reason: 'idle', until: today },
    AuditEvent: { at: today, type: 'session.started', actor: 'applicant', correlationId: newCorrelationId() },
    AuditSeal: { position: randomInt(1e9), eventId: randomInt(1e9), at: today, leafHash: randomBytes(32) },
    AuditCheckpoint: { number: randomInt(1, 1e9), size: 1, root: randomBytes(32), at: today, complete: today, previous: randomBytes(32), keyId: randomBytes(4), signature: randomBytes(64), frontier: randomBytes(32), sealedBelow: 1 },
  }
  for (const [table, row] of Object.entries(rows)) await asOwner(...insertion(table, { ...row, bank }))
  return rows
}
const insertion = (table: string, row: Record<string, unknown>): [string, unknown[]] => [
  `INSERT INTO "${table}" (${Object.keys(row).map((name) => `"${name}"`).join()}) VALUES (${Object.keys(row).map((_, n) => `$${n + 1}`).join()})`,
  Object.values(row),
]
const [ours, theirs] = [await rowsOf(OURS), await rowsOf(THEIRS)]
const tables = Object.keys(ours)
const everything = async (table: string) => asOwner(`SELECT to_jsonb(t) AS row FROM "${table}" t ORDER BY t::text`)

const pools = new Map<string, pg.Pool>()
afterAll(() => Promise.all([...pools.values()].map((pool) => pool.end())))
/** The app's role on a connection made with these options. */
const asked = (options: string) => async (sql: string, values: unknown[] = []) => {
  const pool = pools.get(options) ?? new pg.Pool({ connectionString: database.appUrl, options, max: 1 })
  pools.set(options, pool)
  return pool.query<Record<string, unknown>>(sql, values)
}
const asUs = asked(connectionOptions(OURS))
const codeOf = (answer: Promise<{ rowCount: number | null }>) => answer.then(({ rowCount }) => rowCount, (error: unknown) => (error instanceof pg.DatabaseError ? error.code : String(error)))
const [DENIED, NO_SUCH_ROW, NO_BANK_GIVEN, NO_BANK] = ['42501', '23503', '42704', '23514']

describe.each(tables)('%s', (table) => {
  const isLog = table.startsWith('Audit')
  /** The same row once more, under keys of its own. */
  const another = (row: Record<string, unknown>): Record<string, unknown> => {
    const fresh: Record<string, unknown> = { ref: randomUUID(), fingerprint: randomBytes(32), id: randomUUID(), reference: randomUUID(), returnRefHash: randomBytes(32), key: randomUUID(), upstream: randomUUID(), name: randomUUID(), jti: randomUUID() }
    return { ...row, ...(['Session', 'StaffSession', 'EndedSession'].includes(table) && { tokenHash: randomBytes(32) }), ...(table === 'AuditSeal' && { position: randomInt(1e9), eventId: randomInt(1e9) }), ...(table === 'AuditCheckpoint' && { number: randomInt(1, 1e9) }), ...Object.fromEntries(Object.entries(fresh).filter(([name]) => name in row)) }
  }

  test('shows us our row and none of theirs, whatever we ask for', async () => {
    expect((await asUs(`SELECT DISTINCT "bank" FROM "${table}"`)).rows).toEqual([{ bank: OURS }])
    for (const where of [`"bank" = '${THEIRS}'`, `"bank" <> '${OURS}'`, 'false']) expect(await codeOf(asUs(`SELECT * FROM "${table}" WHERE ${where}`))).toBe(0)
    expect((await everything(table)).length).toBeGreaterThanOrEqual(2)
  })

  test('changes and deletes none of theirs', async () => {
    const before = await everything(table)
    expect(await codeOf(asUs(`UPDATE "${table}" SET "bank" = "bank" WHERE "bank" <> '${OURS}'`))).toBe(isLog ? DENIED : 0)
    expect(await codeOf(asUs(`DELETE FROM "${table}" WHERE "bank" <> '${OURS}'`))).toBe(isLog ? DENIED : 0)
    expect(await everything(table)).toEqual(before)
  })

  test('takes no row in their name, and does not let ours become theirs', async () => {
    const before = await everything(table)
    const forged = another({ ...(theirs[table] ?? {}), bank: THEIRS })
    expect(await codeOf(asUs(...insertion(table, forged)))).toBe(DENIED)
    expect(await codeOf(asUs(`UPDATE "${table}" SET "bank" = '${THEIRS}'`))).toBe(DENIED)
    expect(await everything(table)).toEqual(before)
  })

  test('is empty on a connection that was given no bank, or an empty one, and takes nothing from it', async () => {
    for (const options of ['-c TimeZone=UTC', '-c saldosyn.bank=']) {
      const ask = asked(options)
      expect(await codeOf(ask(`SELECT * FROM "${table}"`))).toBe(0)
      expect(await codeOf(ask(`DELETE FROM "${table}"`))).toBe(isLog ? DENIED : 0)
      expect(await codeOf(ask(...insertion(table, another(ours[table] ?? {}))))).toBe(options.includes('bank') ? NO_BANK : NO_BANK_GIVEN)
      expect(await codeOf(ask(...insertion(table, another({ ...(ours[table] ?? {}), bank: OURS }))))).toBe(DENIED)
    }
  })

  test('has no room for a row without a bank, not even for the owner', async () => {
    for (const bank of [null, '', '31111111', '3111111160', 'Testbanken']) await expect(asOwner(...insertion(table, another({ ...(ours[table] ?? {}), bank })))).rejects.toThrow(/null value in column "bank"|violates check constraint/)
  })
})

describe('a row of ours cannot point to one of theirs', () => {
  const pointers = [['StaffSession', { staffRef: theirs.StaffMember?.ref }], ['Consent', { subjectRef: theirs.Subject?.ref }], ['Session', { subjectRef: theirs.Subject?.ref }], ['HeldReading', { sessionHash: theirs.Session?.tokenHash }], ['HeldReading', { consentId: theirs.Consent?.id }], ['ReadingSeal', { readingId: theirs.HeldReading?.id }], ['ReadingSeal', { sessionHash: theirs.Session?.tokenHash }]] as const

  test.each(pointers)('%s %o', async (table, to) => {
    const [column = '', value] = Object.entries(to)[0] ?? []
    expect(await codeOf(asUs(`UPDATE "${table}" SET "${column}" = $1`, [value]))).toBe(NO_SUCH_ROW)
  })

  test('nor does a row of theirs go when ours does', async () => {
    const another = await rowsOf(OURS)
    await asUs('DELETE FROM "Session" WHERE "tokenHash" = $1', [another.Session?.tokenHash])
    expect(await asOwner('SELECT "bank" FROM "ReadingSeal" ORDER BY 1')).toEqual([{ bank: OURS }, { bank: THEIRS }])
  })
})

describe('a month of the audit log, asked for by its own name', () => {
  test('is shut, even to a role that was let into the schema by mistake', async () => {
    const [{ part } = {}] = await asOwner('SELECT tableoid::regclass::text AS part FROM "AuditEvent" LIMIT 1')
    const event = [`INSERT INTO ${String(part)} ("bank", "at", "type", "actor", "correlationId") VALUES ($1, $2, 'session.started', 'applicant', $3)`, [OURS, today, newCorrelationId()]] as const
    await asOwner(`GRANT USAGE ON SCHEMA audit_parts TO saldosyn_app; GRANT SELECT, INSERT ON ${String(part)} TO saldosyn_app`)
    expect(await codeOf(asUs(`SELECT * FROM ${String(part)}`))).toBe(0)
    expect(await codeOf(asUs(event[0], [...event[1]]))).toBe(DENIED)
    await asOwner(`REVOKE ALL ON SCHEMA audit_parts FROM saldosyn_app; REVOKE ALL ON ${String(part)} FROM saldosyn_app`)
  })
})

/** The tables of ours, months of the audit log included, that do not hold banks apart as they must. */
const unguarded = async (ask: (sql: string) => Promise<Record<string, unknown>[]> = asOwner) =>
  (
    await ask(`
      WITH guard AS (SELECT $$(bank = current_setting('saldosyn.bank'::text, true))$$ AS own)
      SELECT c.oid::regclass::text AS name FROM pg_class c, guard
      WHERE c.relkind IN ('r', 'p') AND c.relnamespace IN ('public'::regnamespace, 'audit_parts'::regnamespace) AND c.relname <> '_prisma_migrations' AND NOT (
        c.relrowsecurity
        AND EXISTS (SELECT FROM pg_attribute a JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = c.oid AND a.attname = 'bank' AND a.attnotnull AND pg_get_expr(d.adbin, d.adrelid) = $$current_setting('saldosyn.bank'::text)$$)
        AND EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND pg_get_constraintdef(k.oid) = $$CHECK ((bank ~ '^[0-9]{9}$'::text))$$)
        AND (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) = CASE WHEN c.relispartition THEN 0 ELSE 1 END
        AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND (p.polcmd <> '*' OR p.polroles <> '{0}' OR NOT p.polpermissive OR pg_get_expr(p.polqual, p.polrelid) <> own OR pg_get_expr(p.polwithcheck, p.polrelid) IS DISTINCT FROM own)))
      ORDER BY 1`)
  ).map(({ name }) => String(name))

describe('no table is left out', () => {
  test('each has its row in this test, and its lock in the catalog', async () => {
    expect(await unguarded()).toEqual([])
    expect((await asOwner(`SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1`)).map(({ name }) => name)).toEqual([...tables].sort())
  })

  test('each reference between two tables names the bank on both sides', async () => {
    expect(await asOwner(`SELECT conname FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND pg_get_constraintdef(oid) NOT LIKE 'FOREIGN KEY (bank, %) REFERENCES "%"(bank, %'`)).toEqual([])
  })

  test.each([
    ['a new table without a bank', 'CREATE TABLE forgotten (id int)', 'forgotten'],
    ['a new table with a bank and no lock', `CREATE UNLOGGED TABLE forgotten (bank text NOT NULL DEFAULT current_setting('saldosyn.bank') CHECK (bank ~ '^[0-9]{9}$'))`, 'forgotten'],
    ['a lock that is off', 'ALTER TABLE "Subject" DISABLE ROW LEVEL SECURITY', '"Subject"'],
    ['one more policy, which would let more through', 'CREATE POLICY more ON "Consent" USING (true)', '"Consent"'],
    ['a policy that is gone', 'DROP POLICY own_bank ON "Session"', '"Session"'],
    ['a policy that looks at what is read and not at what is written', 'ALTER POLICY own_bank ON "TokenLease" WITH CHECK (true)', '"TokenLease"'],
    ['a bank that may be missing', 'ALTER TABLE "AuditEvent" ALTER COLUMN "bank" DROP NOT NULL', '"AuditEvent"'],
    ['a month without its lock', `DO $$ BEGIN EXECUTE (SELECT 'ALTER TABLE ' || min(inhrelid::regclass::text) || ' DISABLE ROW LEVEL SECURITY' FROM pg_inherits WHERE inhparent = '"AuditEvent"'::regclass); END $$`, 'audit_parts.'],
  ])('%s would be noticed', async (_, change, name) => {
    const owner = new pg.Client({ connectionString: database.ownerUrl })
    await owner.connect()
    await owner.query(`BEGIN; ${change}`)
    const found = await unguarded(async (sql) => (await owner.query<Record<string, unknown>>(sql)).rows)
    await owner.end()
    expect(found).toContainEqual(expect.stringContaining(name))
    expect(await unguarded()).toEqual([])
  })
})
