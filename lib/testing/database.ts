import { randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll } from 'vitest'
import { openDatabase, type Database } from '@/lib/db'
import type { OrgNumber } from '@/lib/org-number'
import { tokenHashOf, type Session } from '@/lib/session/session'
import { systemClock } from '@/lib/clock'
import { createSessionStore } from '@/lib/session/session-store'
import type { Consent } from '@/lib/consent/consent'
import { createConsentStore } from '@/lib/consent/consent-store'
import { aConsent, anOrgNumber, aSession, after, anEvent } from './builders'

const setting = (name: 'DATABASE_URL' | 'DATABASE_RETENTION_URL' | 'TEMPLATE_DATABASE_URL'): URL => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run the tests with \`npm test\`, or under \`node cli/with-database.mjs\``)
  return new URL(value)
}

type Row = Record<string, unknown>
export type FreshDatabase = {
  /** As the app's own role, as in production. */
  readonly appUrl: string
  readonly ownerUrl: string
  /** As the role that takes months out of the audit log, and may do nothing else. */
  readonly retentionUrl: string
  readonly db: Database
  /** One more instance of the app, or another bank's connections. */
  another(bank?: OrgNumber): Database
  /** Asks as the owner, who may do anything and sees every bank's rows. */
  asOwner(sql: string, values?: readonly unknown[]): Promise<Row[]>
  asApp(sql: string, values?: readonly unknown[]): Promise<Row[]>
  /** The audit log as it stands, in the order it was written. */
  events(): Promise<{ type: string; actor: string; subjectRef: string | null; consentId: string | null; outcome: string | null; at: Date }[]>
  count(table: 'Session' | 'HeldReading' | 'ReadingSeal' | 'Share' | 'ShareSeal' | 'Consent' | 'Subject' | 'AuditEvent' | 'AuditSeal' | 'AuditCheckpoint' | 'UsedLogoutToken' | 'EndedSession'): Promise<number>
}

/** A database of the test file's own, copied from the migrated template; gone with the throw-away cluster. Grants nothing new. */
export async function freshDatabase({ timeZone }: { timeZone?: string } = {}): Promise<FreshDatabase> {
  const template = setting('TEMPLATE_DATABASE_URL')
  const name = `t_${randomUUID().replaceAll('-', '')}`
  const at = (url: URL, database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href
  const [appUrl, ownerUrl, retentionUrl, adminUrl] = [at(setting('DATABASE_URL'), name), at(template, name), at(setting('DATABASE_RETENTION_URL'), name), at(template, 'postgres')]

  await askOnce(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template.pathname.slice(1)}`)
  if (timeZone) await askOnce(adminUrl, `ALTER DATABASE ${name} SET timezone TO '${timeZone}'`)
  const options = `-c saldosyn.bank=${anOrgNumber()}`
  const owner = new pg.Pool({ connectionString: ownerUrl, options, max: 2 })
  const app = new pg.Pool({ connectionString: appUrl, options, max: 2 })
  const instances = [openDatabase(appUrl, anOrgNumber())]
  const ask = (pool: pg.Pool) => async (sql: string, values: readonly unknown[] = []) => (await pool.query<Row>(sql, [...values])).rows

  afterAll(() => Promise.all([...instances.map((db) => db.$disconnect()), owner.end(), app.end()]))
  return {
    appUrl,
    ownerUrl,
    retentionUrl,
    db: instances[0] as Database,
    another(bank = anOrgNumber()) {
      const db = openDatabase(appUrl, bank)
      instances.push(db)
      return db
    },
    asOwner: ask(owner),
    asApp: ask(app),
    events: async () =>
      (await ask(owner)('SELECT "type", "actor", "subjectRef", "consentId", "outcome", "at" FROM "AuditEvent" ORDER BY "id"')) as Awaited<ReturnType<FreshDatabase['events']>>,
    count: async (table) => Number((await ask(owner)(`SELECT count(*) AS n FROM "${table}"`))[0]?.n),
  }
}

async function askOnce(connectionString: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/** Now as the stores' tests mean it: the audit log has room from this month on. Whole milliseconds, as the columns. */
export const today = systemClock.now()
export const later = (more: Parameters<typeof after>[1]): Date => after(today, more)

/** A person, with a random fingerprint: nobody's number is in it. */
export async function aSubject({ db }: FreshDatabase): Promise<string> {
  const ref = randomUUID()
  await db.subject.create({ data: { ref, nationalIdSealed: 'v1.k1.sealed', fingerprint: new Uint8Array(randomBytes(32)), createdAt: today } })
  return ref
}

/** A log-in of a person, through the store. `token` is the cookie. */
export async function aLogIn(database: FreshDatabase, but: Partial<Session> = {}): Promise<{ session: Session; token: string }> {
  const token = randomUUID()
  const session = aSession({ tokenHash: tokenHashOf(token), createdAt: today, lastSeenAt: today, expiresAt: later({ hours: 2 }), subjectRef: but.subjectRef ?? (await aSubject(database)), ...but })
  const { readingUntil: _until, readAt: _at, readFailure: _failure, ...started } = session
  await createSessionStore(database.db).start(started, anEvent({ at: today, subjectRef: session.subjectRef }))
  return { session, token }
}

/** A consent of a person, through the store, moved on to the status asked for. */
export async function aStoredConsent({ db }: FreshDatabase, but: Partial<Consent> & { subjectRef: string }): Promise<Consent> {
  const consents = createConsentStore(db)
  const consent = aConsent({ requestedAt: today, validTo: later({ hours: 24 * 364 }), ...but })
  const event = anEvent({ at: today, subjectRef: consent.subjectRef, consentId: consent.id, type: 'consent.requested' })
  await consents.add({ ...consent, status: 'requested' }, new Uint8Array(randomBytes(32)), event)
  if (consent.status !== 'requested') await consents.settle(consent, 'requested', { ...event, type: 'consent.settled', outcome: consent.status })
  return consent
}
