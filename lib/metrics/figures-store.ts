import type { Database } from '@/lib/db'

/** How a bank's part of the database stands. Counts and instants, and nothing of anybody. */
export type Figures = {
  readonly sessions: number
  readonly heldReadings: number
  /** Every line of the audit log before this instant is sealed; null in a log that has not been sealed yet. */
  readonly sealedUpTo: Date | null
  readonly feeds: readonly { readonly name: string; readonly readUpTo: Date; readonly askedAt: Date }[]
  readonly gates: readonly { readonly upstream: string; readonly closedUntil: Date | null }[]
}

type Row = { sessions: number; heldReadings: number; sealedUpTo: Date | null }

/** Asks with a few statements, each answered from an index or a small table. Throws when the database does not answer. */
export async function readFigures(db: Database, now: Date): Promise<Figures> {
  const [[row], feeds, gates] = await Promise.all([
    db.$queryRaw<Row[]>`
      SELECT (SELECT count(*) FROM "Session" WHERE "bank" = ${db.bank} AND "expiresAt" > ${now})::int AS "sessions",
        (SELECT count(*) FROM "HeldReading" WHERE "bank" = ${db.bank})::int AS "heldReadings",
        (SELECT "complete" FROM "AuditCheckpoint" WHERE "bank" = ${db.bank} ORDER BY "number" DESC LIMIT 1) AS "sealedUpTo"`,
    db.$queryRaw<Figures['feeds'][number][]>`SELECT "name", "readUpTo", "askedAt" FROM "EventFeed" WHERE "bank" = ${db.bank}`,
    db.$queryRaw<Figures['gates'][number][]>`SELECT "upstream", "closedUntil" FROM "UpstreamGate" WHERE "bank" = ${db.bank}`,
  ])
  return { sessions: row?.sessions ?? 0, heldReadings: row?.heldReadings ?? 0, sealedUpTo: row?.sealedUpTo ?? null, feeds, gates }
}

export type JobFigures = { readonly waiting: number; readonly givenUp: number }

/** The job queue is one for all banks. Throws when the database does not answer, or no queue has been made yet. */
export async function readJobFigures(db: Database, now: Date): Promise<JobFigures> {
  const overdue = new Date(now.getTime() - 60_000)
  const [row] = await db.$queryRaw<JobFigures[]>`
    SELECT count(*) FILTER (WHERE "attempts" < "max_attempts" AND "run_at" < ${overdue})::int AS "waiting", count(*) FILTER (WHERE "attempts" >= "max_attempts")::int AS "givenUp"
    FROM graphile_worker.jobs`
  return row ?? { waiting: 0, givenUp: 0 }
}
