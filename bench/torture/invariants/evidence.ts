import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fingerprint } from '@/lib/sealed'
import { POSTGRES_LOG } from '../scene/cluster.ts'
import type { Scene } from '../scene/scene.ts'
import type { ConsentAtAltinn, Opened, Seen } from '../scene/street.ts'

/** A line of the audit log. `committedAt`: when others could see it, in milliseconds with fractions. */
export type Line = {
  readonly id: number
  readonly type: string
  readonly actor: string
  readonly subjectRef: string | null
  readonly consentId: string | null
  readonly outcome: string | null
  readonly correlationId: string
  readonly committedAt: number
}
export type ConsentRow = { readonly id: string; readonly subjectRef: string; readonly status: string; readonly validTo: Date; readonly stoppedHereAt: Date | null; readonly lastReadAt: Date | null }
export type SessionRow = { readonly hash: string; readonly subjectRef: string; readonly expiresAt: Date; readonly readAt: Date | null; readonly readingUntil: Date | null }
export type ReadingRow = { readonly id: string; readonly sessionHash: string; readonly consentId: string }
export type SealRow = { readonly readingId: string; readonly sessionHash: string }

/** Everything that is known of a scene at one moment: what we wrote, what we hold, and what the public parties saw. */
export type Evidence = {
  readonly now: number
  readonly lines: readonly Line[]
  readonly consents: readonly ConsentRow[]
  readonly sessions: readonly SessionRow[]
  readonly readings: readonly ReadingRow[]
  readonly seals: readonly SealRow[]
  readonly seen: readonly Seen[]
  readonly atAltinn: readonly ConsentAtAltinn[]
  /** The name by which the sandbox calls a subject, where it has one. */
  readonly names: ReadonlyMap<string, string>
  readonly opened: readonly Opened[]
  /** Every text that must hold nothing secret, by where it is, and what is looked for in it. */
  readonly texts: readonly { readonly where: string; readonly text: string }[]
  readonly secrets: readonly { readonly what: string; readonly value: string }[]
}

/** Gathers it. Consents and lines are read in one snapshot, so that a change meanwhile cannot look like a lost line. */
export async function gather(scene: Scene): Promise<Evidence> {
  const { database, street } = scene
  const [[rows], tables, seen, atAltinn, people] = await Promise.all([
    database.ask<{ all: { lines: Line[]; consents: (ConsentRow & { reference: string })[]; sessions: SessionRow[]; readings: ReadingRow[]; seals: SealRow[]; subjects: { ref: string; print: string }[]; now: number } }>(snapshot),
    dump(scene), street.requests(), street.consents(), street.people(),
  ])
  if (!rows) throw new Error('the database says nothing')
  const { all } = rows
  const names = new Map<string, string>()
  const key = Buffer.from(scene.settings.FINGERPRINT_KEY ?? '', 'base64')
  const byPrint = new Map(people.map(({ pid, name }) => [Buffer.from(fingerprint(key, 'national-id', pid)).toString('hex'), name]))
  for (const { ref, print } of all.subjects) {
    const name = byPrint.get(print)
    if (name !== undefined) names.set(ref, name)
  }
  // Altinn 2 names its requests itself: here every consent goes by our own name.
  const ours = new Map(all.consents.map(({ id, reference }) => [reference, id]))
  const named = (altinns: string): string => ours.get(altinns) ?? altinns
  const dated = <T extends object>(row: T, ...fields: (keyof T)[]): T => ({ ...row, ...Object.fromEntries(fields.map((field) => [field, row[field] === null ? null : new Date(row[field] as string)])) })
  return {
    now: all.now + scene.clockMs,
    lines: all.lines,
    consents: all.consents.map((row) => dated(row, 'validTo', 'stoppedHereAt', 'lastReadAt')),
    sessions: all.sessions.map((row) => dated(row, 'expiresAt', 'readAt', 'readingUntil')),
    readings: all.readings,
    seals: all.seals,
    seen: seen.map((one) => ({ ...one, ...(one.consent !== undefined && { consent: named(one.consent) }), at: earlier(one.at, scene.clockMs), began: earlier(one.began, scene.clockMs) })),
    atAltinn: atAltinn.map((one) => ({ ...one, id: named(one.id) })),
    names,
    opened: scene.opened,
    texts: [...tables, ...logsOf(scene)],
    secrets: [
      ...people.map(({ pid }) => ({ what: 'a national id', value: pid })),
      ...people.flatMap(({ expected }) => (expected?.sumOre && Math.abs(expected.sumOre) >= 100_000 ? [{ what: 'an amount', value: String(Math.abs(expected.sumOre)) }] : [])),
      { what: 'a key', value: scene.settings.LANEKASSEN_API_KEY ?? '' },
      { what: 'a key', value: (JSON.parse(scene.settings.MASKINPORTEN_JWK ?? '{}') as { d?: string }).d ?? '' },
    ].filter(({ value }) => value !== ''),
  }
}

/** By the database's clock, which is today's. */
const earlier = (at: string, ms: number): string => new Date(Date.parse(at) - ms).toISOString()

const snapshot = `
  SELECT json_build_object(
    'now', extract(epoch FROM clock_timestamp()) * 1000,
    'lines', (SELECT coalesce(json_agg(e ORDER BY e."id"), '[]') FROM (
      SELECT "id", "type", "actor", "subjectRef", "consentId", "outcome", "correlationId", extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000 AS "committedAt" FROM "AuditEvent") e),
    'consents', (SELECT coalesce(json_agg(c), '[]') FROM (SELECT "id", "reference", "subjectRef", "status", "validTo", "stoppedHereAt", "lastReadAt" FROM "Consent") c),
    'sessions', (SELECT coalesce(json_agg(s), '[]') FROM (SELECT encode("tokenHash", 'hex') AS "hash", "subjectRef", "expiresAt", "readAt", "readingUntil" FROM "Session") s),
    'readings', (SELECT coalesce(json_agg(r), '[]') FROM (SELECT "id", encode("sessionHash", 'hex') AS "sessionHash", "consentId" FROM "HeldReading") r),
    'seals', (SELECT coalesce(json_agg(k), '[]') FROM (SELECT "readingId", encode("sessionHash", 'hex') AS "sessionHash" FROM "ReadingSeal") k),
    'subjects', (SELECT coalesce(json_agg(p), '[]') FROM (SELECT "ref", encode("fingerprint", 'hex') AS "print" FROM "Subject") p)
  ) AS "all"`

/** Rows of one table that are looked through at most. */
const MOST_ROWS = 20_000

/** Every table of the database as text, whoever made it. */
async function dump({ database }: Scene): Promise<Evidence['texts']> {
  const tables = await database.ask<{ name: string }>(`
    SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')`)
  return Promise.all(tables.map(async ({ name }) => {
    const rows = await database.ask<{ line: string }>(`SELECT t::text AS line FROM ${name} t LIMIT ${MOST_ROWS}`)
    return { where: `the table ${name}`, text: rows.map(({ line }) => line).join('\n') }
  }))
}

/** What the scene's processes and PostgreSQL have said. The sandbox is another house. */
function logsOf({ logs }: Scene): Evidence['texts'] {
  const files = readdirSync(logs).filter((name) => name !== 'sandbox.log').map((name) => join(logs, name))
  return [...files, POSTGRES_LOG].filter((file) => existsSync(file)).map((file) => ({ where: basename(file), text: readFileSync(file, 'utf8') }))
}
