import { createHash } from 'node:crypto'
import type { Database, Queries } from '@/lib/db'
import type { OrgNumber } from '@/lib/org-number'
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

/** An ID-porten session that is over, among the hashes of cookies: it can be taken for none of them. */
const markOf = (idpSid: string): Uint8Array<ArrayBuffer> => new Uint8Array(createHash('sha256').update(`idp-session/${idpSid}`).digest())

/** Remembers that ID-porten has ended a session there, for longer than a log-in may be underway: its calls come once. */
export const markOver = (queries: Queries, idpSid: string, { reason, at }: { readonly reason: string; readonly at: Date }): Promise<number> =>
  queries.$executeRaw`INSERT INTO "EndedSession" ("tokenHash", "reason", "until") VALUES (${markOf(idpSid)}, ${reason}, ${new Date(at.getTime() + 3_600_000)}) ON CONFLICT DO NOTHING`

export async function isOver(queries: Queries, bank: OrgNumber, idpSid: string): Promise<boolean> {
  return (await queries.$queryRaw<unknown[]>`SELECT FROM "EndedSession" WHERE "bank" = ${bank} AND "tokenHash" = ${markOf(idpSid)}`).length > 0
}

/** Which limit a session of `gone` had passed when nobody looked. */
export const overBy = (at: Date): Prisma.Sql => Prisma.sql`CASE WHEN "expiresAt" <= ${at} THEN 'absolute' ELSE 'idle' END`
