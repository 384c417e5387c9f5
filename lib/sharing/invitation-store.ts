import type { AuditEvent } from '@/lib/audit/audit-event'
import type { Database } from '@/lib/db'
import type { Errand } from './share'

/** An adviser's question to a customer, bound to who asks and what for. */
export type Invitation = Errand & {
  readonly id: string
  readonly staffRef: string
  readonly unit: string | null
  readonly createdAt: Date
  readonly expiresAt: Date
  /** The first who shared on it; null while nobody has. */
  readonly subjectRef: string | null
  /** When its adviser opened what the customer shared: from then on it is used. */
  readonly usedAt: Date | null
}

/** Invitations at rest, under the hash of what stands in their link. */
export type InvitationStore = {
  add(invitation: Omit<Invitation, 'subjectRef' | 'usedAt'>, tokenHash: Uint8Array<ArrayBuffer>, event: AuditEvent): Promise<void>
  findByToken(tokenHash: Uint8Array<ArrayBuffer>): Promise<Invitation | null>
  /** Those that may still be answered, the newest first; at most 50. */
  waitingFor(staffRef: string, now: Date): Promise<readonly Invitation[]>
}

export const createInvitationStore = (db: Database, { bank } = db): InvitationStore => ({
  async add({ id, staffRef, unit, purpose, caseNumber, createdAt, expiresAt }, tokenHash, event) {
    await db.$executeRaw`
      WITH made AS (
        INSERT INTO "Invitation" ("id", "tokenHash", "staffRef", "unit", "purpose", "caseNumber", "createdAt", "expiresAt")
        VALUES (${id}::uuid, ${tokenHash}, ${staffRef}::uuid, ${unit}, ${purpose}, ${caseNumber}, ${createdAt}, ${expiresAt}))
      INSERT INTO "AuditEvent" ("at", "type", "actor", "outcome", "correlationId") VALUES (${event.at}, ${event.type}, ${event.actor}, ${event.outcome}, ${event.correlationId})`
  },
  async findByToken(tokenHash) {
    const [found] = await db.$queryRaw<Invitation[]>`
      SELECT i."id"::text, i."staffRef"::text, i."unit", i."purpose", i."caseNumber", i."createdAt", i."expiresAt", i."subjectRef"::text,
        (SELECT min(sh."openedAt") FROM "Share" sh WHERE sh."bank" = i."bank" AND sh."invitationId" = i."id") AS "usedAt"
      FROM "Invitation" i WHERE i."bank" = ${bank} AND i."tokenHash" = ${tokenHash}`
    return found ?? null
  },
  waitingFor: (staffRef, now) => db.$queryRaw<Invitation[]>`
    SELECT i."id"::text, i."staffRef"::text, i."unit", i."purpose", i."caseNumber", i."createdAt", i."expiresAt", i."subjectRef"::text, NULL::timestamptz AS "usedAt"
    FROM "Invitation" i
    WHERE i."bank" = ${bank} AND i."staffRef" = ${staffRef}::uuid AND i."expiresAt" > ${now}
      AND NOT EXISTS (SELECT FROM "Share" sh WHERE sh."bank" = i."bank" AND sh."invitationId" = i."id" AND sh."openedAt" IS NOT NULL)
    ORDER BY i."createdAt" DESC LIMIT 50`,
})
