import type { Database } from '@/lib/db'
import type { AuditEvent, AuditEventType } from './audit-event'
import { END, type AuditPlace } from './audit-place'

/** A line of the log as it is read back: where it stands, and what it says. */
export type AuditLine = Omit<AuditEvent, 'subjectRef'> & { readonly id: string }

/** One person's lines in the audit log, for the person's own eyes. */
export type AuditTrail = {
  /** At most `take` lines of these types, the newest first, from before `before` on; null begins at the newest. */
  ofSubject(subjectRef: string, lines: { readonly types: readonly AuditEventType[]; readonly before: AuditPlace | null; readonly take: number }): Promise<readonly AuditLine[]>
}

export const createAuditTrail = (db: Database): AuditTrail => ({
  ofSubject: (subjectRef, { types, before, take }) => {
    const { at, id } = before ?? END
    return db.$queryRaw<AuditLine[]>`
      SELECT "id"::text, "at", "type", "actor", "consentId", "outcome", "correlationId" FROM "AuditEvent"
      WHERE "bank" = ${db.bank} AND "subjectRef" = ${subjectRef}::uuid AND "type" = ANY(${[...types]}) AND ("at", "id") < (${at}, ${id}::bigint)
      ORDER BY "at" DESC, "id" DESC LIMIT ${take}`
  },
})
