import type { Queries } from '@/lib/db'
import type { AuditEvent } from './audit-event'

/** Writes the event in the given transaction: the change it tells of and the event commit together, or neither does. */
export async function writeAuditEvent(queries: Queries, event: AuditEvent): Promise<void> {
  await queries.$executeRaw`
    INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "consentId", "outcome", "correlationId")
    VALUES (${event.at}, ${event.type}, ${event.actor}, ${event.subjectRef}::uuid, ${event.consentId}::uuid, ${event.outcome}, ${event.correlationId})`
}

/** Events that tell of no change of ours: a refused log-in, a person who came back with another's reference. */
export type AuditLog = {
  append(event: AuditEvent): Promise<void>
  /** Makes room for this month and the twelve after it; asked at start and every day. */
  ensureRoom(now: Date): Promise<void>
}

/** Instances that make room at the same moment take turns. */
const TURN = 20_261_121

export const createAuditLog = (db: Queries): AuditLog => ({
  append: (event) => writeAuditEvent(db, event),
  ensureRoom: async (now) => {
    for (let month = 0; month <= 12; month++) {
      const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + month, 1)).toISOString().slice(0, 10)
      await db.$queryRaw`SELECT audit_make_partition(${first}::date)::text FROM pg_advisory_xact_lock(${TURN}) AS turn`
    }
  },
})
