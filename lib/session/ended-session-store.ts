import type { Database } from '@/lib/db'
import { Prisma } from '@/prisma/generated/client'

/**
 * How a log-in ended, customer's or employee's, for whoever comes back with its cookie: its row is gone by then, with all that
 * hung on it. Kept until no browser has the cookie any more.
 */
export type EndedSessions = {
  /** The reason, or null when no such log-in ended lately. */
  reasonOf(tokenHash: Uint8Array<ArrayBuffer>): Promise<string | null>
}

export const createEndedSessions = (db: Database): EndedSessions => ({
  async reasonOf(tokenHash) {
    const [ended] = await db.$queryRaw<{ reason: string }[]>`SELECT "reason" FROM "EndedSession" WHERE "bank" = ${db.bank} AND "tokenHash" = ${tokenHash}`
    return ended?.reason ?? null
  },
})

/** Part of the statement that deletes sessions: `gone` holds their "tokenHash" and "expiresAt". An hour is for clocks of browsers. */
export const rememberEnded = (reason: Prisma.Sql, at: Date): Prisma.Sql => Prisma.sql`
  INSERT INTO "EndedSession" ("tokenHash", "reason", "until")
  SELECT "tokenHash", ${reason}, greatest("expiresAt", ${at}) + interval '1 hour' FROM gone ON CONFLICT DO NOTHING`

/** Which limit a session of `gone` had passed when nobody looked. */
export const overBy = (at: Date): Prisma.Sql => Prisma.sql`CASE WHEN "expiresAt" <= ${at} THEN 'absolute' ELSE 'idle' END`
