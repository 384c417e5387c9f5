import type { Clock } from './clock'
import type { Database } from './db'

/** How an upstream was last seen by any instance of ours. */
export type UpstreamSight = {
  readonly upstream: string
  /** When it last did what it was asked; and when it last answered at all, be it with a no. */
  readonly okAt: Date | null
  readonly answeredAt: Date | null
  /** When it last did not answer, or was broken or too busy; `failure` is the status, or why there was none. */
  readonly failedAt: Date | null
  readonly failure: string | null
  /** How far our clock was ahead of its at the least, by its last answer. */
  readonly skewSeconds: number | null
  /** The key of ours that it does not take, since it last took one. */
  readonly refusedKey: string | null
}

export type UpstreamSights = {
  /** An answer's status, or why there was none; and the seconds that our clock is ahead of the upstream's. Never fails, and nobody waits for it. */
  saw(upstream: string, outcome: string, clockAhead: number | null): void
  /** It does not take this key of ours; null: it took one. */
  sawKey(upstream: string, refusedKey: string | null): void
  all(): Promise<readonly UpstreamSight[]>
}

/** An instance writes of one upstream no more often than this while nothing changes, in milliseconds. */
const EVERY = 10_000
type Kind = 'ok' | 'no' | 'failed'

const kindOf = (outcome: string): Kind => {
  const status = /^\d{3}$/.test(outcome) ? Number(outcome) : 599
  return status < 400 ? 'ok' : status < 500 && status !== 429 ? 'no' : 'failed'
}
const MOST_SKEW = 32_767

export function createUpstreamSights(db: Database, clock: Clock): UpstreamSights {
  const written = new Map<string, { kind: Kind; at: number }>()
  const keys = new Map<string, string | null>()
  const quietly = (work: Promise<unknown>) => void work.catch(() => undefined)

  return {
    saw(upstream, outcome, clockAhead) {
      const [now, kind, last] = [clock.now(), kindOf(outcome), written.get(upstream)]
      if (last?.kind === kind && now.getTime() - last.at < EVERY) return
      written.set(upstream, { kind, at: now.getTime() })
      const skew = clockAhead && Math.max(-MOST_SKEW, Math.min(MOST_SKEW, Math.round(clockAhead)))
      const [okAt, answeredAt, failedAt, failure] = [kind === 'ok' ? now : null, kind === 'failed' ? null : now, kind === 'failed' ? now : null, kind === 'failed' ? outcome.slice(0, 40) : null]
      quietly(db.$executeRaw`
        INSERT INTO "UpstreamSight" AS s ("upstream", "okAt", "answeredAt", "failedAt", "failure", "skewSeconds") VALUES (${upstream}, ${okAt}, ${answeredAt}, ${failedAt}, ${failure}, ${skew}::smallint)
        ON CONFLICT ("bank", "upstream") DO UPDATE SET
          "okAt" = greatest(s."okAt", excluded."okAt"), "answeredAt" = greatest(s."answeredAt", excluded."answeredAt"), "failedAt" = greatest(s."failedAt", excluded."failedAt"),
          "failure" = coalesce(excluded."failure", s."failure"), "skewSeconds" = coalesce(excluded."skewSeconds", s."skewSeconds")`)
    },
    sawKey(upstream, refusedKey) {
      if (keys.get(upstream) === refusedKey) return
      keys.set(upstream, refusedKey)
      quietly(db.$executeRaw`
        INSERT INTO "UpstreamSight" ("upstream", "refusedKey") VALUES (${upstream}, ${refusedKey}) ON CONFLICT ("bank", "upstream") DO UPDATE SET "refusedKey" = excluded."refusedKey"`)
    },
    all: () => db.$queryRaw<UpstreamSight[]>`
      SELECT "upstream", "okAt", "answeredAt", "failedAt", "failure", "skewSeconds", "refusedKey" FROM "UpstreamSight" WHERE "bank" = ${db.bank}`,
  }
}
