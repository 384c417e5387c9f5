import { isTooSlow, type Database } from '@/lib/db'
import { fail, ok, type Result } from '@/lib/result'
import { Prisma } from '@/prisma/generated/client'
import { staffActor, type AuditEvent } from './audit-event'
import type { AuditFilter, SoughtActor } from './audit-filter'
import { END, type AuditPlace } from './audit-place'

/** A line of the log as an auditor reads it: what was written, where it stands in the sealed tree, and on which errand an adviser looked. */
export type AuditEntry = AuditEvent & {
  readonly id: string
  /** Its place in the tree; null while it is not sealed yet. */
  readonly position: string | null
  readonly errand: { readonly staffRef: string; readonly unit: string | null; readonly purpose: string; readonly caseNumber: string } | null
}

export type AuditReading = {
  /** At most `take` lines, the newest first, from before `before` on; null begins at the newest. */
  lines(filter: AuditFilter, { before, take }: { readonly before: AuditPlace | null; readonly take: number }): Promise<Result<readonly AuditEntry[], 'too-slow'>>
  /** Whether there are more lines than that. */
  exceeds(filter: AuditFilter, many: number): Promise<Result<boolean, 'too-slow'>>
}

type Row = Omit<AuditEntry, 'errand'> & { readonly staffRef: string | null; readonly unit: string | null; readonly purpose: string | null; readonly caseNumber: string | null }

export function createAuditReading(db: Database): AuditReading {
  const { bank } = db
  /** The share that an adviser's look, or its beginning and end, belongs to: a person shows one consent's figures to one adviser at a time. */
  const share = Prisma.sql`
    "Share" s WHERE s."bank" = ${bank} AND s."subjectRef" = e."subjectRef" AND s."consentId" = e."consentId" AND s."openedAt" <= e."at" AND (s."endedAt" IS NULL OR e."at" <= s."endedAt")
      AND (e."type" IN ('share.opened', 'share.ended') OR (e."type" = 'reading.shown' AND e."actor" <> 'applicant'))`

  function byActor(actor: SoughtActor): Prisma.Sql {
    if ('staffRef' in actor) return Prisma.sql`e."actor" = ${staffActor(actor.staffRef)}`
    return actor.kind === 'staff' ? Prisma.sql`(e."actor" = 'staff' OR e."actor" LIKE 'staff:%')` : Prisma.sql`e."actor" = ${actor.kind}`
  }
  const byCase = (caseNumber: string) => Prisma.sql`
    e."subjectRef" IN (SELECT w."subjectRef" FROM "Share" w WHERE w."bank" = ${bank} AND w."caseNumber" = ${caseNumber}) AND EXISTS (SELECT FROM ${share} AND s."caseNumber" = ${caseNumber})`

  function where({ from, to, type, actor, subjectRef, caseNumber, correlationId }: AuditFilter, { at, id }: AuditPlace): Prisma.Sql {
    const conditions = [
      Prisma.sql`e."bank" = ${bank}`, Prisma.sql`(e."at", e."id") < (${at}, ${id}::bigint)`,
      from && Prisma.sql`e."at" >= ${from}`, to && Prisma.sql`e."at" < ${to}`, type && Prisma.sql`e."type" = ${type}`, actor && byActor(actor),
      subjectRef && Prisma.sql`e."subjectRef" = ${subjectRef}::uuid`, caseNumber && byCase(caseNumber), correlationId && Prisma.sql`e."correlationId" = ${correlationId}`,
    ]
    return Prisma.join(conditions.filter((condition) => condition !== null), ' AND ')
  }
  async function inTime<T>(ask: () => Promise<T>): Promise<Result<T, 'too-slow'>> {
    try {
      return ok(await ask())
    } catch (error) {
      if (isTooSlow(error)) return fail('too-slow')
      throw error
    }
  }

  return {
    lines: (filter, { before, take }) =>
      inTime(async () => {
        const rows = await db.$queryRaw<Row[]>`
          SELECT e."id"::text, e."at", e."type", e."actor", e."subjectRef"::text, e."consentId"::text, e."outcome", e."correlationId",
            (SELECT k."position"::text FROM "AuditSeal" k WHERE k."bank" = ${bank} AND k."eventId" = e."id") AS position, h."staffRef"::text, h."unit", h."purpose", h."caseNumber"
          FROM (SELECT * FROM "AuditEvent" e WHERE ${where(filter, before ?? END)} ORDER BY e."at" DESC, e."id" DESC LIMIT ${take}) e
          LEFT JOIN LATERAL (SELECT s."staffRef", s."unit", s."purpose", s."caseNumber" FROM ${share} ORDER BY s."openedAt" DESC LIMIT 1) h ON true
          ORDER BY e."at" DESC, e."id" DESC`
        return rows.map(({ staffRef, unit, purpose, caseNumber, ...line }) => ({ ...line, errand: staffRef !== null && purpose !== null && caseNumber !== null ? { staffRef, unit, purpose, caseNumber } : null }))
      }),
    exceeds: (filter, many) =>
      inTime(async () => (await db.$queryRaw<unknown[]>`SELECT 1 FROM "AuditEvent" e WHERE ${where(filter, END)} ORDER BY e."at" DESC, e."id" DESC OFFSET ${many} LIMIT 1`).length > 0),
  }
}
