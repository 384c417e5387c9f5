import type { Database } from '@/lib/db'

/** When an upstream may be called again after "too busy": one gate for every instance. */
export type UpstreamGate = {
  /** Until when it is closed; null when it is open. */
  closedUntil(upstream: string, now: Date): Promise<Date | null>
  /** Closes it; an earlier, later end stands. */
  close(upstream: string, until: Date): Promise<void>
}

export const createUpstreamGate = (db: Database): UpstreamGate => ({
  async closedUntil(upstream, now) {
    const gate = await db.upstreamGate.findUnique({ where: { upstream } })
    return gate && gate.closedUntil > now ? gate.closedUntil : null
  },
  async close(upstream, until) {
    await db.$executeRaw`
      INSERT INTO "UpstreamGate" ("upstream", "closedUntil") VALUES (${upstream}, ${until})
      ON CONFLICT ("upstream") DO UPDATE SET "closedUntil" = GREATEST("UpstreamGate"."closedUntil", EXCLUDED."closedUntil")`
  },
})
