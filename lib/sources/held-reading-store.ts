import type { AuditEvent } from '@/lib/audit/audit-event'
import type { Database } from '@/lib/db'
import type { Session } from '@/lib/session/session'
import type { SealedReading } from './held-reading'

export type HeldReading = SealedReading & {
  readonly id: string
  readonly consentId: string
  readonly fetchedAt: Date
  /** The end of the consent that it was read on. */
  readonly validTo: Date
}
type Looker = { readonly tokenHash: Session['tokenHash']; readonly idleSince: Date; readonly at: Date; readonly correlationId: string }

/** Readings for as long as a log-in lasts, in tables that are in no log, replica or backup of the database. */
export type HeldReadingStore = {
  /**
   * Keeps the one reading of this log-in and says so in the audit log, in one statement; false, and nothing is kept, when
   * the person has logged out or the consent has ended while the source was answering.
   */
  keep(reading: SealedReading & Pick<HeldReading, 'id' | 'consentId' | 'fetchedAt'>, tokenHash: Session['tokenHash'], transport: string, event: AuditEvent): Promise<boolean>
  /**
   * The reading this session may see, with its look written to the audit log: one statement, so that no log-out,
   * withdrawal or lost log entry can slip in between. Null when there is none to see.
   */
  look(looker: Looker): Promise<HeldReading | null>
}

export const createHeldReadingStore = (db: Database, { bank } = db): HeldReadingStore => ({
  async keep({ id, consentId, ciphertext, sealedKey, fetchedAt }, sessionHash, transport, event) {
    const [told] = await db.$queryRaw<{ kept: boolean }[]>`
      WITH session AS (
        UPDATE "Session" SET "readAt" = ${fetchedAt}, "readingUntil" = NULL, "readFailure" = NULL
        WHERE "bank" = ${bank} AND "tokenHash" = ${sessionHash} AND "readAt" IS NULL AND "readingUntil" IS NOT NULL AND "expiresAt" > ${fetchedAt}
        RETURNING 1),
      consent AS (
        UPDATE "Consent" SET "lastReadAt" = ${fetchedAt}, "sourceKnowsVia" = ${transport},
          "sourceKnowsSince" = CASE WHEN "sourceKnowsVia" = ${transport} THEN "sourceKnowsSince" ELSE ${fetchedAt} END,
          "exchange" = CASE WHEN "exchange" IS NULL THEN NULL ELSE 'used'::"ExchangeMark" END
        WHERE "bank" = ${bank} AND "id" = ${consentId}::uuid AND "status" = 'accepted' AND "validTo" > ${fetchedAt}
        RETURNING 1),
      reading AS (
        INSERT INTO "HeldReading" ("id", "sessionHash", "consentId", "ciphertext", "fetchedAt")
        SELECT ${id}::uuid, ${sessionHash}, ${consentId}::uuid, ${ciphertext}, ${fetchedAt} FROM session, consent
        RETURNING "id"),
      seal AS (INSERT INTO "ReadingSeal" ("readingId", "sessionHash", "sealedKey") SELECT "id", ${sessionHash}, ${sealedKey} FROM reading)
      INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "consentId", "outcome", "correlationId")
      SELECT ${event.at}, ${event.type}, ${event.actor}, ${event.subjectRef}::uuid, ${event.consentId}::uuid,
        CASE WHEN EXISTS (SELECT FROM reading) THEN ${event.outcome} ELSE 'not-kept' END, ${event.correlationId}
      RETURNING EXISTS (SELECT FROM reading) AS "kept"`
    return told?.kept === true
  },
  async look({ tokenHash, idleSince, at, correlationId }) {
    const [found] = await db.$queryRaw<HeldReading[]>`
      WITH seen AS (
        SELECT r."id", r."consentId", r."fetchedAt", c."validTo", r."ciphertext", k."sealedKey", s."subjectRef"
        FROM "Session" s
        JOIN "ReadingSeal" k ON k."bank" = s."bank" AND k."sessionHash" = s."tokenHash"
        JOIN "HeldReading" r ON r."bank" = s."bank" AND r."id" = k."readingId"
        JOIN "Consent" c ON c."bank" = s."bank" AND c."id" = r."consentId" AND c."subjectRef" = s."subjectRef"
        WHERE s."bank" = ${bank} AND s."tokenHash" = ${tokenHash} AND s."expiresAt" > ${at} AND s."lastSeenAt" > ${idleSince}
          AND c."status" = 'accepted' AND c."validTo" > ${at}),
      logged AS (
        INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "consentId", "correlationId")
        SELECT ${at}, 'reading.shown', 'applicant', "subjectRef", "consentId", ${correlationId} FROM seen
        RETURNING 1)
      SELECT "id", "consentId", "fetchedAt", "validTo", "ciphertext", "sealedKey" FROM seen WHERE EXISTS (SELECT FROM logged)`
    return found ?? null
  },
})
