import { staffActor, type Actor, type AuditEvent } from '@/lib/audit/audit-event'
import { writeAuditEvent } from '@/lib/audit/audit-log'
import { isTaken, type Database } from '@/lib/db'
import { Prisma } from '@/prisma/generated/client'
import { fail, ok, type Result } from '@/lib/result'
import type { Session } from '@/lib/session/session'
import type { StaffRole } from '@/lib/staff/staff-session'
import type { Adviser } from './adviser'
import type { Share, ShareEnd, StandingShare } from './share'

type TokenHash = Session['tokenHash']
type Bytes = Uint8Array<ArrayBuffer>
type Telling = { readonly at: Date; readonly correlationId: string }

/** All there is of a code while it waits. */
export type CodeAtRest = { readonly handle: string; readonly salt: Bytes; readonly verifier: Bytes; readonly codeSealed: Bytes }
export type NewShare = Pick<Share, 'id' | 'subjectRef' | 'consentId' | 'createdAt' | 'codeUntil'> & {
  readonly invitationId: string | null
  readonly sessionHash: TokenHash
  readonly readingId: string
  /** The reading's key, sealed under the code. */
  readonly sealedKey: Bytes
  readonly code: CodeAtRest
}

/** `staffHash`: the adviser's log-in that it was opened for. */
export type FoundShare = StandingShare & { readonly codeSealed: Bytes | null; readonly staffHash: Bytes | null }

/** Who saw what a person shared, where, and what for. */
export type OpenedShare = { readonly staffRef: string; readonly unit: string | null; readonly purpose: string; readonly caseNumber: string; readonly openedAt: Date; readonly endedAt: Date | null }

/**
 * Shares at rest. Nothing here says how a share ends with a log-in or a consent: its seal goes with them, and the database
 * ends the share with its seal (the migration sharing).
 */
export type ShareStore = {
  /** What this log-in holds and may share: the reading, and its key as it is sealed for the log-in. */
  shareable(tokenHash: TokenHash, live: { readonly at: Date; readonly idleSince: Date }): Promise<{ readonly readingId: string; readonly consentId: string; readonly sealedKey: Bytes } | null>
  /** The first signs of the codes that wait. */
  handlesTaken(): Promise<ReadonlySet<string>>
  /**
   * Begins a share, and ends the one that this log-in had. `gone` when the log-in, its reading or the consent is not there
   * any more, `taken` when another share has come to wait for a code that begins the same.
   */
  start(share: NewShare, event: AuditEvent): Promise<Result<void, 'gone' | 'taken' | 'invitation-gone'>>
  /** The customer's word. False when nothing was shared. */
  stop(sessionHash: TokenHash, telling: Telling): Promise<boolean>
  /** The adviser's. */
  leave(shareId: string, by: Pick<Adviser, 'tokenHash' | 'staffRef'>, telling: Telling): Promise<boolean>
  /** Ends the shares whose code nobody used, and those that a crash of the database left without their seal. */
  endDue(telling: Telling): Promise<number>
  /** The newest share of a log-in, with its code as long as that waits. */
  ofSession(sessionHash: TokenHash): Promise<FoundShare | null>
  find(id: string): Promise<FoundShare | null>
  /** A person's own that somebody has opened, the newest first; at most 500. */
  openedOf(subjectRef: string): Promise<readonly OpenedShare[]>
  /** Those that an adviser has opened, the newest first; at most 50. */
  openedBy(staffRef: string, since: Date): Promise<readonly FoundShare[]>
}

export function createShareStore(db: Database): ShareStore {
  const { bank } = db
  type Row = Omit<StandingShare, 'session' | 'consent' | 'adviser'> & {
    lastSeenAt: Date | null; expiresAt: Date | null; status: StandingShare['consent']['status']; validTo: Date; codeSealed: Bytes | null; staffHash: Bytes | null
    roles: StaffRole[] | null; staffSeenAt: Date | null; staffExpiresAt: Date | null; checkedAt: Date | null
  }
  const rows = (which: Prisma.Sql) => db.$queryRaw<Row[]>`
    SELECT sh."id"::text, sh."subjectRef"::text, sh."consentId"::text, sh."createdAt", sh."codeUntil", sh."openedAt", sh."staffRef"::text, sh."unit", sh."purpose", sh."caseNumber", sh."endedAt", sh."end",
      k."shareId" IS NOT NULL AS "sealed", k."codeSealed", k."staffHash", s."lastSeenAt", s."expiresAt", c."status"::text, c."validTo",
      st."roles", st."lastSeenAt" AS "staffSeenAt", st."expiresAt" AS "staffExpiresAt", st."checkedAt"
    FROM "Share" sh
    JOIN "Consent" c ON c."bank" = sh."bank" AND c."id" = sh."consentId"
    LEFT JOIN "Session" s ON s."bank" = sh."bank" AND s."tokenHash" = sh."sessionHash"
    LEFT JOIN "ShareSeal" k ON k."bank" = sh."bank" AND k."shareId" = sh."id"
    LEFT JOIN "StaffSession" st ON st."bank" = sh."bank" AND st."tokenHash" = k."staffHash"
    WHERE sh."bank" = ${bank} AND ${which}`
  const standing = ({ lastSeenAt, expiresAt, status, validTo, roles, staffSeenAt, staffExpiresAt, checkedAt, ...share }: Row): FoundShare => ({
    ...share,
    session: lastSeenAt && expiresAt && { lastSeenAt, expiresAt },
    consent: { status, validTo },
    adviser: roles && staffSeenAt && staffExpiresAt && checkedAt && { roles, lastSeenAt: staffSeenAt, expiresAt: staffExpiresAt, checkedAt },
  })
  const endWhere = async (which: Prisma.Sql, actor: Actor, end: ShareEnd, { at, correlationId }: Telling) => db.$executeRaw`
    WITH gone AS (DELETE FROM "ShareSeal" k USING "Share" sh WHERE k."bank" = ${bank} AND sh."bank" = k."bank" AND sh."id" = k."shareId" AND ${which} RETURNING sh."subjectRef", sh."consentId")
    INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "consentId", "outcome", "correlationId")
    SELECT ${at}, 'share.ended', ${actor}, "subjectRef", "consentId", ${end}, ${correlationId} FROM gone`

  return {
    async shareable(tokenHash, { at, idleSince }) {
      const [held] = await db.$queryRaw<{ readingId: string; consentId: string; sealedKey: Bytes }[]>`
        SELECT r."id"::text AS "readingId", r."consentId"::text, k."sealedKey"
        FROM "Session" s
        JOIN "ReadingSeal" k ON k."bank" = s."bank" AND k."sessionHash" = s."tokenHash"
        JOIN "HeldReading" r ON r."bank" = s."bank" AND r."id" = k."readingId" AND r."sessionHash" = s."tokenHash"
        JOIN "Consent" c ON c."bank" = s."bank" AND c."id" = r."consentId" AND c."subjectRef" = s."subjectRef"
        WHERE s."bank" = ${bank} AND s."tokenHash" = ${tokenHash} AND s."expiresAt" > ${at} AND s."lastSeenAt" > ${idleSince} AND c."status" = 'accepted' AND c."validTo" > ${at}`
      return held ?? null
    },
    async handlesTaken() {
      const taken = await db.$queryRaw<{ handle: string }[]>`SELECT "handle" FROM "ShareSeal" WHERE "bank" = ${bank} AND "handle" IS NOT NULL`
      return new Set(taken.map(({ handle }) => handle))
    },
    async start({ sessionHash, readingId, sealedKey, code, ...share }, event) {
      try {
        return await db.$transaction(async (tx) => {
          // Whoever ends the log-in or the reading waits until we are done, or we for them: always in this order.
          const [held] = await tx.$queryRaw<{ id: string }[]>`
            SELECT r."id" FROM "Session" s, "HeldReading" r, "Consent" c
            WHERE s."bank" = ${bank} AND s."tokenHash" = ${sessionHash} AND s."subjectRef" = ${share.subjectRef}::uuid AND s."expiresAt" > ${event.at}
              AND r."bank" = s."bank" AND r."sessionHash" = s."tokenHash" AND r."id" = ${readingId}::uuid
              AND c."bank" = s."bank" AND c."id" = r."consentId" AND c."id" = ${share.consentId}::uuid AND c."status" = 'accepted' AND c."validTo" > ${event.at}
            FOR KEY SHARE OF s, r`
          if (!held) return fail('gone')
          if (share.invitationId !== null) {
            const claimed = await tx.$executeRaw`
              UPDATE "Invitation" i SET "subjectRef" = ${share.subjectRef}::uuid
              WHERE "bank" = ${bank} AND "id" = ${share.invitationId}::uuid AND "expiresAt" > ${event.at} AND coalesce("subjectRef", ${share.subjectRef}::uuid) = ${share.subjectRef}::uuid
                AND NOT EXISTS (SELECT FROM "Share" sh WHERE sh."bank" = i."bank" AND sh."invitationId" = i."id" AND sh."openedAt" IS NOT NULL)`
            if (claimed === 0) return fail('invitation-gone')
          }
          await tx.$executeRaw`
            WITH gone AS (DELETE FROM "ShareSeal" WHERE "bank" = ${bank} AND "sessionHash" = ${sessionHash} RETURNING "shareId")
            INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "consentId", "outcome", "correlationId")
            SELECT ${event.at}, 'share.ended', ${event.actor}, sh."subjectRef", sh."consentId", 'replaced', ${event.correlationId} FROM gone JOIN "Share" sh ON sh."bank" = ${bank} AND sh."id" = gone."shareId"`
          await writeAuditEvent(tx, event)
          await tx.share.create({ data: { ...share, sessionHash } })
          await tx.shareSeal.create({ data: { shareId: share.id, readingId, sessionHash, sealedKey, ...code } })
          return ok(undefined)
        })
      } catch (error) {
        if (isTaken(error)) return fail('taken')
        throw error
      }
    },
    stop: async (sessionHash, telling) => (await endWhere(Prisma.sql`k."sessionHash" = ${sessionHash}`, 'applicant', 'stopped', telling)) > 0,
    leave: async (shareId, { tokenHash, staffRef }, telling) => (await endWhere(Prisma.sql`k."shareId" = ${shareId}::uuid AND k."staffHash" = ${tokenHash}`, staffActor(staffRef), 'adviser-left', telling)) > 0,
    async endDue(telling) {
      const unused = await endWhere(Prisma.sql`k."staffHash" IS NULL AND sh."codeUntil" <= ${telling.at}`, 'system', 'code-unused', telling)
      const lost = await db.$executeRaw`
        WITH gone AS (
          UPDATE "Share" sh SET "endedAt" = ${telling.at}, "end" = 'lost'
          WHERE "bank" = ${bank} AND "endedAt" IS NULL AND NOT EXISTS (SELECT FROM "ShareSeal" k WHERE k."bank" = sh."bank" AND k."shareId" = sh."id")
          RETURNING "subjectRef", "consentId")
        INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "consentId", "outcome", "correlationId")
        SELECT ${telling.at}, 'share.ended', 'system', "subjectRef", "consentId", 'lost', ${telling.correlationId} FROM gone`
      return unused + lost
    },
    async ofSession(sessionHash) {
      const [newest] = await rows(Prisma.sql`sh."sessionHash" = ${sessionHash} ORDER BY sh."createdAt" DESC, sh."endedAt" IS NULL DESC LIMIT 1`)
      return newest ? standing(newest) : null
    },
    async find(id) {
      const [found] = await rows(Prisma.sql`sh."id" = ${id}::uuid`)
      return found ? standing(found) : null
    },
    openedOf: (subjectRef) => db.$queryRaw<OpenedShare[]>`
      SELECT "staffRef"::text, "unit", "purpose", "caseNumber", "openedAt", "endedAt" FROM "Share" WHERE "bank" = ${bank} AND "subjectRef" = ${subjectRef}::uuid AND "openedAt" IS NOT NULL ORDER BY "openedAt" DESC LIMIT 500`,
    openedBy: async (staffRef, since) => (await rows(Prisma.sql`sh."staffRef" = ${staffRef}::uuid AND sh."openedAt" > ${since} ORDER BY sh."openedAt" DESC LIMIT 50`)).map(standing),
  }
}
