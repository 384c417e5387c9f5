import { expect } from '@playwright/test'
import pg from 'pg'
import { fingerprint } from '../../lib/sealed.ts'
import type { Somebody } from './people.ts'

type Row = Record<string, unknown>
export type Table = 'Subject' | 'Consent' | 'Session' | 'HeldReading' | 'ReadingSeal' | 'TokenLease' | 'UpstreamGate' | 'UsedLogoutToken' | 'AuditEvent' | 'StaffMember' | 'StaffSession' | 'ProtectedPerson' | 'Share' | 'ShareSeal' | 'Invitation'
export type AuditLine = { type: string; actor: string; outcome: string | null; correlationId: string }

/** The app's database, seen by its owner, who may see and change everything but the audit log. */
export type Database = ReturnType<typeof openAsOwner>

export function openAsOwner(ownerUrl: string, fingerprintKey: string) {
  // Seen are the rows of every bank; a row that is written without saying whose is the first bank's.
  const pool = new pg.Pool({ connectionString: ownerUrl, options: '-c saldosyn.bank=311111116', max: 2 })
  pool.on('error', () => {})
  const ask = async (sql: string, values: readonly unknown[] = []) => (await pool.query<Row>(sql, [...values])).rows
  /** Since everybody was last forgotten. */
  let firstOfToday = '0'
  const subjectOf = async ({ pid }: Somebody): Promise<string> => {
    const print = fingerprint(Buffer.from(fingerprintKey, 'base64'), 'national-id', pid)
    const [row] = await ask('SELECT "ref" FROM "Subject" WHERE "fingerprint" = $1', [Buffer.from(print)])
    return String(row?.ref)
  }

  return {
    ask,
    close: () => pool.end(),
    count: async (table: Table) => Number((await ask(`SELECT count(*) AS n FROM "${table}"`))[0]?.n),
    /** Which random name the person has at rest. */
    subjectOf,
    /** The person's lines in the audit log, in the order they were written. */
    audit: async (somebody: Somebody) =>
      (await ask('SELECT "type", "actor", "outcome", "correlationId" FROM "AuditEvent" WHERE "subjectRef" = $1 ORDER BY "id"', [await subjectOf(somebody)])) as AuditLine[],
    /** Why the log-in with this reference was refused. */
    refusals: async (reference: string) => (await ask(`SELECT "outcome" FROM "AuditEvent" WHERE "type" = 'session.refused' AND "correlationId" = $1`, [reference])).map(({ outcome }) => outcome),
    /** What employees have done since the first day of this test, in the order it was written. */
    staffAudit: async () => (await ask(`SELECT "type", "actor", "outcome", "correlationId" FROM "AuditEvent" WHERE "actor" LIKE 'staff%' AND "id" > $1 ORDER BY "id"`, [firstOfToday])) as AuditLine[],
    /** Time passes for the provider's word on employees' log-ins, and for nothing else. */
    staffWaits: (seconds: number) => ask(`UPDATE "StaffSession" SET "checkedAt" = "checkedAt" - $1 * interval '1 second'`, [seconds]),
    consentOf: async (somebody: Somebody) =>
      (await ask('SELECT "id", "status", "validTo" FROM "Consent" WHERE "subjectRef" = $1 ORDER BY "requestedAt" DESC', [await subjectOf(somebody)]))[0] as { id: string; status: string; validTo: Date } | undefined,
    sessionsOf: async (somebody: Somebody) => ask('SELECT * FROM "Session" WHERE "subjectRef" = $1', [await subjectOf(somebody)]),
    /** Time passes for the person's log-in. */
    ages: async (somebody: Somebody, minutes: number) =>
      ask(`UPDATE "Session" SET "createdAt" = "createdAt" - $2 * interval '1 minute', "lastSeenAt" = "lastSeenAt" - $2 * interval '1 minute', "expiresAt" = "expiresAt" - $2 * interval '1 minute' WHERE "subjectRef" = $1`, [await subjectOf(somebody), minutes]),
    /** What happens on the minute when nobody looks, at once; the feed of events is due however often it was read. */
    async onTheMinute(job: 'end-expired-sessions' | 'expire-consents' | 'follow-consent-events') {
      // One that the minute itself began may have looked too early, and must not say afterwards that it has just looked.
      const nobodyIsAtIt = () => expect.poll(() => ask('SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = $1 AND (locked_at IS NOT NULL OR (attempts < max_attempts AND run_at <= now()))', [job])).toEqual([])
      await nobodyIsAtIt()
      await ask(`UPDATE "EventFeed" SET "askedAt" = "askedAt" - interval '1 hour'`)
      await ask('SELECT graphile_worker.add_job($1)', [job])
      await nobodyIsAtIt()
    },
    /** As on the first day, but for the audit log, which nobody can empty, and how the upstreams were last seen, which the instances write again only now and then. */
    forgetEverybody: async () => {
      for (const table of ['Session', 'Consent', 'Subject', 'UpstreamGate', 'UsedLogoutToken', 'EndedSession', 'EventFeed', 'StaffMember', 'ProtectedPerson', 'Invitation', 'TryCount']) await ask(`DELETE FROM "${table}"`)
      firstOfToday = String((await ask('SELECT coalesce(max("id"), 0) AS id FROM "AuditEvent"'))[0]?.id)
    },
    /** What a journey changes: every row of the app, but for the audit log, shared tokens, and when somebody was last seen or asked about. */
    async state() {
      const tables: Table[] = ['Subject', 'Consent', 'Session', 'HeldReading', 'ReadingSeal', 'UpstreamGate', 'UsedLogoutToken', 'Share', 'Invitation', 'StaffMember', 'StaffSession', 'ProtectedPerson']
      return Object.fromEntries(await Promise.all(tables.map(async (table) => [table, await ask(`SELECT to_jsonb(t) - '{lastSeenAt,checkedAt,checkingUntil,tokensSealed}'::text[] AS row FROM "${table}" t ORDER BY t::text`)] as const)))
    },
    /** Every row of every table as text, by table. */
    dump: () => dumpOf(ask),
  }
}

type Ask = (sql: string, values?: readonly unknown[]) => Promise<Row[]>

/** Partitioned, logged, unlogged, of the job queue: every table there is. Sorted, so that two dumps can be compared. */
async function dumpOf(ask: Ask): Promise<Record<string, string[]>> {
  const tables = await ask(`
    SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2`)
  const dump: Record<string, string[]> = {}
  for (const { schema, name } of tables) {
    const rows = await ask(`SELECT t::text AS line FROM "${String(schema)}"."${String(name)}" t ORDER BY 1`)
    dump[`${String(schema)}.${String(name)}`] = rows.map(({ line }) => String(line))
  }
  return dump
}
