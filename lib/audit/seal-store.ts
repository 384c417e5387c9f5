import type { Database, Queries } from '@/lib/db'
import { hashOf, noPrevious, type AuditKey } from './checkpoint.ts'
import { leafHashOf, type LoggedEvent } from './leaf.ts'
import type { StoredCheckpoint } from './log-rows.ts'
import { append, hashesIn, rootOf } from './merkle.ts'
import { newestCheckpoint } from './newest-checkpoint.ts'

export type SealedKind = { readonly type: string; readonly outcome: string | null; readonly count: number }

export type Turn = {
  /** The newest checkpoint before this turn; null in a new log. */
  readonly before: StoredCheckpoint | null
  /** The checkpoint of this turn; null when nothing was new and the one before is young enough. */
  readonly made: StoredCheckpoint | null
  /** Events sealed in this turn. */
  readonly sealed: number
  /** The same by kind. */
  readonly kinds: readonly SealedKind[]
  /** True when there may be more to seal at once. */
  readonly more: boolean
  /** True when a trigger that keeps the log from being changed has been switched off, or is gone. */
  readonly unguarded: boolean
}

export type SealStore = {
  /**
   * Takes events that have no position yet, at most so many, gives them the next positions, and signs how the tree then
   * stands: in one transaction, so that whoever dies at any point leaves nothing half done. `busy`: somebody else is at it.
   */
  sealNext(asked: { now: Date; most: number; key: AuditKey; idleSeconds: number }): Promise<Turn | 'busy'>
}

/** One sealer at a time for each bank: the first half of its advisory lock; the other is the bank's number. */
const TURN = 20_261_122

/** Where an event stands in the order of transactions. */
type Place = { readonly xid: number; readonly id: string }
const FIRST_ID = '0'
const LAST_ID = '9223372036854775807'

/** A look through the whole log: how far it has come, and the oldest transaction that was under way when it began. */
type Search = { readonly reached: Place; readonly oldest: number }

/** `piece`: events that a search of the whole log passes in one turn. */
export function createSealStore(db: Database, { piece = 20_000 }: { readonly piece?: number | undefined } = {}): SealStore {
  let search: Search | null = null

  const turn = (now: Date, most: number, key: AuditKey, idleSeconds: number) =>
    db.$transaction(async (tx): Promise<{ turn: Turn | 'busy'; search: Search | null }> => {
      const { mine, unguarded, oldest, next } = await begin(tx, db.bank)
      if (!mine) return { turn: 'busy', search }
      const before = await newestCheckpoint(tx, db.bank)
      // After a restore into another cluster its transactions count from lower numbers: then the whole log is searched once.
      const searching = before && before.sealedBelow > next ? (search ?? { reached: { xid: 0, id: FIRST_ID }, oldest }) : null
      const after = searching ? searching.reached : { xid: (before?.sealedBelow ?? 0) - 1, id: LAST_ID }
      const upTo = searching ? await placeOf(tx, db.bank, after, piece) : { xid: next, id: FIRST_ID }
      const events = await unsealed(tx, db.bank, after, upTo ?? { xid: Number.MAX_SAFE_INTEGER, id: LAST_ID }, most)
      const last = events.length === most ? events.at(-1) : undefined
      const reached = last ? { xid: last.xid, id: last.event.id } : upTo
      const going = searching && reached ? { ...searching, reached } : null
      const more = last !== undefined || searching !== null
      if (events.length === 0 && before && now.getTime() - before.at.getTime() < idleSeconds * 1000 && (going || !searching)) return { turn: { before, made: null, sealed: 0, kinds: [], more, unguarded }, search: going }

      const size = before?.size ?? 0
      const hashes = events.map(({ event }) => leafHashOf(event))
      const tree = append({ size, hashes: before ? hashesIn(before.frontier) : [] }, hashes)
      const signed = key.sign({
        bank: db.bank, size: tree.size, root: rootOf(tree), at: now, previous: before ? hashOf(before) : noPrevious,
        complete: more ? (before?.complete ?? new Date(0)) : now,
      })
      const made: StoredCheckpoint = { ...signed, number: (before?.number ?? 0) + 1, frontier: Buffer.concat(tree.hashes), sealedBelow: sealedBelow() }
      await insertSeals(tx, db.bank, size, events, Buffer.concat(hashes))
      await insertCheckpoint(tx, made)
      return { turn: { before, made, sealed: events.length, kinds: kindsOf(events), more, unguarded }, search: going }

      /** Transactions below this are over and sealed. With more to seal those below the last one seen; in a search those that were before, and at its end those that were over when it began. */
      function sealedBelow(): number {
        if (going && before) return before.sealedBelow
        return searching ? searching.oldest : Math.min(oldest, last?.xid ?? oldest)
      }
    })

  return {
    async sealNext({ now, most, key, idleSeconds }) {
      const done = await turn(now, most, key, idleSeconds)
      search = done.search
      return done.turn
    },
  }
}

function kindsOf(events: readonly Unsealed[]): SealedKind[] {
  const kinds = Map.groupBy(events, ({ event: { type, outcome } }) => JSON.stringify([type, outcome]))
  return [...kinds.values()].flatMap((alike) => alike.slice(0, 1).map(({ event: { type, outcome } }) => ({ type, outcome, count: alike.length })))
}

/**
 * Takes the turn, and asks which transactions are still under way. What follows uses indexes only: a planner that does not
 * know yet how large the tables are would read them whole, and for each event anew.
 */
async function begin(tx: Queries, bank: string): Promise<{ mine: boolean; unguarded: boolean; oldest: number; next: number }> {
  const [row] = await tx.$queryRaw<{ mine: boolean; unguarded: boolean; oldest: string; next: string }[]>`
    SELECT pg_try_advisory_xact_lock(${TURN}::int, ${Number(bank)}::int) AS mine,
      EXISTS (SELECT FROM pg_trigger WHERE "tgname" IN ('audit_no_change', 'audit_no_truncate') AND "tgenabled" NOT IN ('O', 'A'))
        OR 6 > (SELECT count(*) FROM pg_trigger WHERE "tgname" IN ('audit_no_change', 'audit_no_truncate') AND "tgrelid" IN ('"AuditEvent"'::regclass, '"AuditSeal"'::regclass, '"AuditCheckpoint"'::regclass)) AS unguarded,
      pg_snapshot_xmin(pg_current_snapshot())::text AS oldest, pg_snapshot_xmax(pg_current_snapshot())::text AS next,
      set_config('enable_seqscan', 'off', true) || set_config('enable_bitmapscan', 'off', true) AS plan`
  return { mine: row?.mine ?? false, unguarded: row?.unguarded ?? true, oldest: Number(row?.oldest), next: Number(row?.next) }
}

type Unsealed = { readonly event: LoggedEvent; readonly xid: number }

/**
 * Events between two places that can be seen and have no seal. Not "above the last number": a transaction that took its number early
 * and commits late would be passed by. Transactions that were under way at the last turn are looked at again. The seal of an
 * event is asked for in the one way that no planner makes a join of.
 */
async function unsealed(tx: Queries, bank: string, after: Place, upTo: Place, most: number): Promise<Unsealed[]> {
  const [row] = await tx.$queryRaw<{ events: string | null }[]>`
    SELECT json_agg(json_build_array(e."id"::text, (extract(epoch FROM e."at") * 1000)::bigint, e."type", e."actor", e."subjectRef", e."consentId", e."outcome", e."correlationId", e."xid") ORDER BY e."xid", e."id")::text AS events
    FROM (
      SELECT * FROM "AuditEvent" a
      WHERE a."bank" = ${bank} AND a."xid" BETWEEN ${after.xid}::bigint AND ${upTo.xid}::bigint AND (a."xid", a."id") > (${after.xid}::bigint, ${after.id}::bigint) AND (a."xid", a."id") <= (${upTo.xid}::bigint, ${upTo.id}::bigint)
        AND (SELECT s."position" FROM "AuditSeal" s WHERE s."bank" = ${bank} AND s."eventId" = a."id") IS NULL
      ORDER BY a."xid", a."id" LIMIT ${most}::int
    ) e`
  type Listed = [id: string, at: number, type: string, actor: string, subjectRef: string | null, consentId: string | null, outcome: string | null, correlationId: string, xid: number]
  return (JSON.parse(row?.events ?? '[]') as Listed[]).map(([id, at, type, actor, subjectRef, consentId, outcome, correlationId, xid]) => ({
    event: { id, bank, at, type, actor, subjectRef, consentId, outcome, correlationId }, xid,
  }))
}

/** The place of the event that stands so many further on; null where there are fewer. */
async function placeOf(tx: Queries, bank: string, after: Place, further: number): Promise<Place | null> {
  const [row] = await tx.$queryRaw<{ xid: string; id: string }[]>`
    SELECT "xid"::text, "id"::text FROM "AuditEvent"
    WHERE "bank" = ${bank} AND "xid" >= ${after.xid}::bigint AND ("xid", "id") > (${after.xid}::bigint, ${after.id}::bigint) ORDER BY "xid", "id" OFFSET ${further - 1}::int LIMIT 1`
  return row ? { xid: Number(row.xid), id: row.id } : null
}

async function insertSeals(tx: Queries, bank: string, size: number, events: readonly Unsealed[], hashes: Uint8Array): Promise<void> {
  if (events.length === 0) return
  await tx.$executeRaw`
    INSERT INTO "AuditSeal" ("bank", "position", "eventId", "at", "leafHash")
    SELECT ${bank}, ${size}::bigint + e.n - 1, e.id, to_timestamp(e.ms / 1000.0), substring(${new Uint8Array(hashes)}::bytea FROM ((e.n - 1) * 32 + 1)::int FOR 32)
    FROM unnest(string_to_array(${events.map(({ event }) => event.id).join()}, ',')::bigint[], string_to_array(${events.map(({ event }) => event.at).join()}, ',')::bigint[]) WITH ORDINALITY AS e(id, ms, n)`
}

async function insertCheckpoint(tx: Queries, { bank, number, size, root, at, complete, previous, keyId, signature, frontier, sealedBelow }: StoredCheckpoint): Promise<void> {
  const [rootBytes, previousBytes, keyBytes, signatureBytes, frontierBytes] = [root, previous, keyId, signature, frontier].map((bytes) => new Uint8Array(bytes))
  await tx.$executeRaw`
    INSERT INTO "AuditCheckpoint" ("bank", "number", "size", "root", "at", "complete", "previous", "keyId", "signature", "frontier", "sealedBelow")
    VALUES (${bank}, ${number}::bigint, ${size}::bigint, ${rootBytes}, ${at}, ${complete}, ${previousBytes}, ${keyBytes}, ${signatureBytes}, ${frontierBytes}, ${sealedBelow}::bigint)`
}
