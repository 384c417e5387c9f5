import { staffActor } from '@/lib/audit/audit-event'
import type { Database } from '@/lib/db'
import { Prisma } from '@/prisma/generated/client'
import type { SealedReading } from '@/lib/sources/held-reading'
import { DOUBT_AFTER } from '@/lib/staff/staff-session'
import type { Adviser } from './adviser'
import { TRIES, type Errand } from './share'

type Bytes = Uint8Array<ArrayBuffer>
type Telling = { readonly at: Date; readonly correlationId: string; readonly by: Pick<Adviser, 'staffRef'> }
/** `idleSince`: who was last here then or before is not here any more, customer and adviser alike. */
type Live = Omit<Telling, 'by'> & { readonly idleSince: Date }

/** A share that waits for the code somebody is trying. */
export type TriedShare = {
  readonly shareId: string
  readonly subjectRef: string
  readonly consentId: string
  readonly readingId: string
  readonly salt: Bytes
  readonly verifier: Bytes
  readonly sealedKey: Bytes
  /** Whom and what for the customer was asked, when the share answers an invitation. */
  readonly invitation: (Errand & { readonly staffRef: string }) | null
}
export type ShareRefusal = 'wrong-code' | 'too-many-tries' | 'own' | 'protected' | 'not-an-adviser' | 'no-errand'
export type SeenShare = SealedReading & { readonly readingId: string; readonly fetchedAt: Date }

/** What an adviser does with a share: each is one statement, with its audit line. */
export type OpenShareStore = {
  /** Counts a try by each of `who`, for the whole cluster; false when one of them has tried more than its `most` since it last began anew. */
  count(who: readonly { readonly name: string; readonly most: number }[], at: Date, minutes: number): Promise<boolean>
  /** Uses up one try of the share that waits for a code beginning so; null when none does, or its tries are used. */
  try(handle: string, at: Date): Promise<TriedShare | null>
  /** Whom an adviser may not look at, whatever code they were given: themselves, and whoever the bank protects. */
  guard(by: Pick<Adviser, 'staffRef'>, subjectRef: string): Promise<'own' | 'protected' | null>
  /** The try was wrong. The fifth ends the share. */
  wrong(tried: TriedShare | null, telling: Telling): Promise<void>
  /** Nothing is shown although the code may be right: the code is not spent by it. */
  refuse(tried: TriedShare | null, why: ShareRefusal, telling: Telling): Promise<void>
  /** Opens the share for the adviser's log-in: the audit line, then the seal. False when it ended meanwhile. */
  open(tried: TriedShare, by: Adviser & { readonly errand: Errand; readonly sealedKey: Bytes }, live: Live): Promise<boolean>
  /**
   * The shared reading for this adviser's log-in, with its look written to the audit log: one statement, so that no stop,
   * log-out, withdrawal or lost log entry can slip in between. Null when there is none to see.
   */
  look(shareId: string, by: Adviser, live: Live): Promise<SeenShare | null>
}

/**
 * Of a statement that joins the seal `k` and the share's person `sh`: the adviser is logged in as one, and may look at this
 * person. `st` is their log-in; `hold` keeps it as it is until the statement is done, so that no role goes meanwhile.
 */
const mayLook = (bank: string, { tokenHash, staffRef }: Adviser, { at, idleSince }: Live, hold = Prisma.empty) => Prisma.sql`
  EXISTS (
    SELECT FROM "StaffSession" st
    WHERE st."bank" = ${bank} AND st."tokenHash" = ${tokenHash} AND st."staffRef" = ${staffRef}::uuid AND 'adviser' = ANY (st."roles")
      AND st."expiresAt" > ${at} AND st."lastSeenAt" > ${idleSince} AND st."checkedAt" > ${new Date(at.getTime() - DOUBT_AFTER)} ${hold})
  AND NOT EXISTS (
    SELECT FROM "Subject" u
    LEFT JOIN "ProtectedPerson" p ON p."bank" = u."bank" AND p."fingerprint" = u."fingerprint"
    LEFT JOIN "StaffMember" m ON m."bank" = u."bank" AND m."ref" = ${staffRef}::uuid AND m."nationalIdFingerprint" = u."fingerprint"
    WHERE u."bank" = ${bank} AND u."ref" = sh."subjectRef" AND (p."bank" IS NOT NULL OR m."bank" IS NOT NULL))`

export const createOpenShareStore = (db: Database, { bank } = db): OpenShareStore => ({
  async count(who, at, minutes) {
    const until = new Date(at.getTime() + minutes * 60_000)
    const sorted = [...who].sort((a, b) => (a.name < b.name ? -1 : 1))
    const counted = await db.$queryRaw<{ who: string; tries: number }[]>`
      INSERT INTO "TryCount" AS c ("who", "tries", "until") SELECT unnest(${sorted.map(({ name }) => name)}::text[]), 1, ${until}
      ON CONFLICT ("bank", "who") DO UPDATE SET
        "tries" = CASE WHEN c."until" <= ${at} THEN 1 ELSE least(c."tries" + 1, 10000) END,
        "until" = CASE WHEN c."until" <= ${at} THEN excluded."until" ELSE c."until" END
      RETURNING "who", "tries"`
    return counted.every(({ who: name, tries }) => tries <= (sorted.find((it) => it.name === name)?.most ?? 0))
  },
  async try(handle, at) {
    type Row = Omit<TriedShare, 'invitation'> & { staffRef: string | null; purpose: string | null; caseNumber: string | null }
    const [row] = await db.$queryRaw<Row[]>`
      WITH tried AS (
        UPDATE "ShareSeal" k SET "tries" = k."tries" + 1
        FROM "Share" sh
        WHERE k."bank" = ${bank} AND k."handle" = ${handle} AND k."tries" < ${TRIES} AND sh."bank" = k."bank" AND sh."id" = k."shareId" AND sh."codeUntil" > ${at}
        RETURNING k."shareId", k."readingId", k."salt", k."verifier", k."sealedKey", sh."subjectRef", sh."consentId", sh."invitationId")
      SELECT t."shareId"::text, t."readingId"::text, t."salt", t."verifier", t."sealedKey", t."subjectRef"::text, t."consentId"::text, i."staffRef"::text, i."purpose", i."caseNumber"
      FROM tried t LEFT JOIN "Invitation" i ON i."bank" = ${bank} AND i."id" = t."invitationId"`
    if (!row) return null
    const { staffRef, purpose, caseNumber, ...tried } = row
    return { ...tried, invitation: staffRef !== null && purpose !== null && caseNumber !== null ? { staffRef, purpose, caseNumber } : null }
  },
  async guard({ staffRef }, subjectRef) {
    const [found] = await db.$queryRaw<{ own: boolean; shielded: boolean }[]>`
      SELECT EXISTS (SELECT FROM "StaffMember" m WHERE m."bank" = u."bank" AND m."ref" = ${staffRef}::uuid AND m."nationalIdFingerprint" = u."fingerprint") AS "own",
        EXISTS (SELECT FROM "ProtectedPerson" p WHERE p."bank" = u."bank" AND p."fingerprint" = u."fingerprint") AS "shielded"
      FROM "Subject" u WHERE u."bank" = ${bank} AND u."ref" = ${subjectRef}::uuid`
    return found?.own ? 'own' : found?.shielded ? 'protected' : null
  },
  async wrong(tried, { at, correlationId, by }) {
    await db.$executeRaw`
      WITH dead AS (DELETE FROM "ShareSeal" WHERE "bank" = ${bank} AND "shareId" = ${tried?.shareId ?? null}::uuid AND "verifier" IS NOT NULL AND "tries" >= ${TRIES} RETURNING 1)
      INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "consentId", "outcome", "correlationId")
      SELECT ${at}, t."type", ${staffActor(by.staffRef)}, ${tried?.subjectRef ?? null}::uuid, ${tried?.consentId ?? null}::uuid, t."outcome", ${correlationId}
      FROM (VALUES ('share.refused', 'wrong-code'), ('share.ended', 'code-dead')) AS t ("type", "outcome") WHERE t."type" = 'share.refused' OR EXISTS (SELECT FROM dead)`
  },
  async refuse(tried, why, { at, correlationId, by }) {
    await db.$executeRaw`
      WITH given_back AS (UPDATE "ShareSeal" SET "tries" = greatest("tries" - 1, 0) WHERE "bank" = ${bank} AND "shareId" = ${tried?.shareId ?? null}::uuid AND "verifier" IS NOT NULL)
      INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "consentId", "outcome", "correlationId")
      VALUES (${at}, 'share.refused', ${staffActor(by.staffRef)}, ${tried?.subjectRef ?? null}::uuid, ${tried?.consentId ?? null}::uuid, ${why}, ${correlationId})`
  },
  async open({ shareId, verifier }, { errand, sealedKey, ...adviser }, live) {
    const { tokenHash, staffRef, unit } = adviser
    const { at, idleSince, correlationId } = live
    const opened = await db.$queryRaw<unknown[]>`
      WITH standing AS (
        SELECT k."shareId", sh."subjectRef", sh."consentId"
        FROM "ShareSeal" k
        JOIN "Share" sh ON sh."bank" = k."bank" AND sh."id" = k."shareId" AND sh."endedAt" IS NULL
        JOIN "Session" s ON s."bank" = k."bank" AND s."tokenHash" = k."sessionHash" AND s."subjectRef" = sh."subjectRef"
        JOIN "Consent" c ON c."bank" = k."bank" AND c."id" = sh."consentId" AND c."subjectRef" = sh."subjectRef"
        WHERE k."bank" = ${bank} AND k."shareId" = ${shareId}::uuid AND k."verifier" = ${verifier}
          AND s."expiresAt" > ${at} AND s."lastSeenAt" > ${idleSince} AND c."status" = 'accepted' AND c."validTo" > ${at}
          AND ${mayLook(bank, adviser, live, Prisma.sql`FOR SHARE`)}
        FOR UPDATE OF k),
      logged AS (
        INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "consentId", "correlationId")
        SELECT ${at}, 'share.opened', ${staffActor(staffRef)}, "subjectRef", "consentId", ${correlationId} FROM standing
        RETURNING 1),
      sealed AS (
        UPDATE "ShareSeal" k SET "sealedKey" = ${sealedKey}, "staffHash" = ${tokenHash}, "handle" = NULL, "salt" = NULL, "verifier" = NULL, "codeSealed" = NULL
        FROM standing WHERE k."bank" = ${bank} AND k."shareId" = standing."shareId" AND EXISTS (SELECT FROM logged)
        RETURNING k."shareId")
      UPDATE "Share" sh SET "openedAt" = ${at}, "staffRef" = ${staffRef}::uuid, "unit" = ${unit}, "purpose" = ${errand.purpose}, "caseNumber" = ${errand.caseNumber}
      FROM sealed WHERE sh."bank" = ${bank} AND sh."id" = sealed."shareId"
      RETURNING sh."id"::text`
    return opened.length > 0
  },
  async look(shareId, adviser, live) {
    const { tokenHash, staffRef } = adviser
    const { at, idleSince, correlationId } = live
    const [seen] = await db.$queryRaw<SeenShare[]>`
      WITH seen AS (
        SELECT r."id"::text AS "readingId", r."ciphertext", r."fetchedAt", k."sealedKey", sh."subjectRef", sh."consentId"
        FROM "ShareSeal" k
        JOIN "Share" sh ON sh."bank" = k."bank" AND sh."id" = k."shareId" AND sh."endedAt" IS NULL AND sh."openedAt" IS NOT NULL AND sh."staffRef" = ${staffRef}::uuid
        JOIN "Session" s ON s."bank" = k."bank" AND s."tokenHash" = k."sessionHash" AND s."subjectRef" = sh."subjectRef"
        JOIN "HeldReading" r ON r."bank" = k."bank" AND r."id" = k."readingId" AND r."sessionHash" = s."tokenHash" AND r."consentId" = sh."consentId"
        JOIN "Consent" c ON c."bank" = k."bank" AND c."id" = sh."consentId" AND c."subjectRef" = sh."subjectRef"
        WHERE k."bank" = ${bank} AND k."shareId" = ${shareId}::uuid AND k."staffHash" = ${tokenHash}
          AND s."expiresAt" > ${at} AND s."lastSeenAt" > ${idleSince} AND c."status" = 'accepted' AND c."validTo" > ${at}
          AND ${mayLook(bank, adviser, live)}),
      logged AS (
        INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "consentId", "correlationId")
        SELECT ${at}, 'reading.shown', ${staffActor(staffRef)}, "subjectRef", "consentId", ${correlationId} FROM seen
        RETURNING 1)
      SELECT "readingId", "ciphertext", "fetchedAt", "sealedKey" FROM seen WHERE EXISTS (SELECT FROM logged)`
    return seen ?? null
  },
})
