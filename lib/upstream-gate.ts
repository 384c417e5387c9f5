import type { Database } from '@/lib/db'
import { breaker, secondsAway, type Upstream } from './policies'

/** Closed because the upstream said "too busy", or because it failed again and again. */
export type Closed = { readonly gate: 'busy' | 'failing'; readonly until: Date }
/** `probe` is the one call that finds out whether the upstream is back. */
export type Admission = { readonly gate: 'open' | 'probe' } | Closed

/** Whether an upstream may be called for the bank: one gate for every instance, closed by "too busy" or by one failure after another. */
export type UpstreamGate = {
  /** Why and until when it is closed; null when it is open. Takes no probe. */
  closed(upstream: Upstream, now: Date): Promise<Closed | null>
  /** Asks to make a call. `probeFor`: milliseconds that a probe may take. */
  admit(upstream: Upstream, probeFor: number, now: Date): Promise<Admission>
  /** The upstream is well again: a probe says so. */
  open(upstream: Upstream): Promise<void>
  /** "Too busy": stays closed for what it said, within bounds (seconds; null when it did not say). A later end stands. */
  busy(upstream: Upstream, retryAfter: number | null, now: Date): Promise<void>
  /** It did not answer, or said that it is broken. */
  failed(upstream: Upstream, now: Date): Promise<void>
}

const why = ({ failures }: { failures: number }): Closed['gate'] => (failures > 0 ? 'failing' : 'busy')

type Row = { readonly closedUntil: Date | null; readonly failures: number }
const find = async (db: Database, upstream: Upstream): Promise<Row | undefined> =>
  (await db.$queryRaw<Row[]>`SELECT "closedUntil", "failures" FROM "UpstreamGate" WHERE "bank" = ${db.bank} AND "upstream" = ${upstream}`)[0]

export const createUpstreamGate = (db: Database, { bank } = db): UpstreamGate => ({
  async closed(upstream, now) {
    const row = await find(db, upstream)
    return row?.closedUntil && row.closedUntil > now ? { gate: why(row), until: row.closedUntil } : null
  },
  async admit(upstream, probeFor, now) {
    const row = await find(db, upstream)
    if (!row?.closedUntil) return { gate: 'open' }
    const { closedUntil } = row
    if (closedUntil > now) return { gate: why(row), until: closedUntil }
    // Whoever moves the end on from where it stood makes the probe; for the others the gate is still closed.
    const until = new Date(now.getTime() + probeFor)
    const { count } = await db.upstreamGate.updateMany({ where: { bank, upstream, closedUntil }, data: { closedUntil: until } })
    return count === 1 ? { gate: 'probe' } : { gate: why(row), until }
  },
  async open(upstream) {
    await db.upstreamGate.deleteMany({ where: { bank, upstream } })
  },
  async busy(upstream, retryAfter, now) {
    const until = new Date(now.getTime() + secondsAway(retryAfter) * 1000)
    await db.$executeRaw`
      INSERT INTO "UpstreamGate" ("upstream", "closedUntil") VALUES (${upstream}, ${until})
      ON CONFLICT ("bank", "upstream") DO UPDATE SET "failures" = 0, "closedUntil" = GREATEST("UpstreamGate"."closedUntil", EXCLUDED."closedUntil")`
  },
  async failed(upstream, now) {
    const since = new Date(now.getTime() - breaker.within)
    const until = new Date(now.getTime() + breaker.closedFor)
    await db.$executeRaw`
      INSERT INTO "UpstreamGate" AS g ("upstream", "failures", "firstFailureAt") VALUES (${upstream}, 1, ${now})
      ON CONFLICT ("bank", "upstream") DO UPDATE SET
        "failures" = CASE WHEN g."firstFailureAt" > ${since} THEN g."failures" + 1 ELSE 1 END,
        "firstFailureAt" = CASE WHEN g."firstFailureAt" > ${since} THEN g."firstFailureAt" ELSE ${now} END,
        "closedUntil" = CASE
          WHEN g."closedUntil" IS NOT NULL OR (g."firstFailureAt" > ${since} AND g."failures" + 1 >= ${breaker.failures}) THEN GREATEST(g."closedUntil", ${until})
          ELSE NULL END`
  },
})
