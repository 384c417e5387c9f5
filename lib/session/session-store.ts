import type { Actor, AuditEvent } from '@/lib/audit/audit-event'
import { writeAuditEvent } from '@/lib/audit/audit-log'
import { isTaken, type Database, type Queries } from '@/lib/db'
import { Prisma } from '@/prisma/generated/client'
import { createEndedSessions, isOver, markOver, overBy, rememberEnded, type EndedSessions } from './ended-session-store'
import { idleSince, type Session, type SessionLimits } from './session'

export type EndReason = 'own' | 'front-channel' | 'back-channel' | 'idle' | 'absolute' | 'replaced' | 'erased'
type Ending = { readonly reason: EndReason; readonly actor: Actor; readonly at: Date; readonly correlationId: string }
type Started = Pick<Session, 'tokenHash' | 'subjectRef' | 'idpSid' | 'acr' | 'idTokenSealed' | 'createdAt' | 'lastSeenAt' | 'expiresAt'>

/** Log-ins at rest. The end of a session takes its held reading and seals with it, in the same transaction. */
export type SessionStore = EndedSessions & {
  /** Throws when the person is not known, or was erased meanwhile, or when ID-porten has logged them out since it let them in. */
  start(session: Started, event: AuditEvent): Promise<void>
  find(tokenHash: Session['tokenHash']): Promise<Session | null>
  /** The person's log-ins that have not ended, the newest first. */
  ofSubject(subjectRef: string): Promise<readonly Pick<Session, 'createdAt' | 'lastSeenAt' | 'expiresAt' | 'acr'>[]>
  /** Remembers that the person was here at `at`; never moves time back. */
  touch(tokenHash: Session['tokenHash'], at: Date): Promise<void>
  /** True when there was a session to end. */
  end(tokenHash: Session['tokenHash'], ending: Ending): Promise<boolean>
  /** Ends every session of one ID-porten session; how many there were. Anybody may say so, and nothing is kept of a name that we do not have. */
  endAll(idpSid: string, ending: Ending): Promise<number>
  /** As endAll, and what is about to begin on it too, for a log-out token that is good once: null when its `jti` was seen before. */
  endAllOnce(idpSid: string, jti: { value: string; expiresAt: Date }, ending: Ending): Promise<number | null>
  /** Ends the sessions that ran out while nobody looked. */
  endExpired(limits: SessionLimits, at: Date, correlationId: string): Promise<number>
  /** The one right to read the source for this log-in until `until`; false when it was used, or another has it. */
  claimReading(tokenHash: Session['tokenHash'], until: Date, event: AuditEvent): Promise<boolean>
  /**
   * Gives the right that was claimed `until` then back, with the reason why nothing was read; another's claim stands. A
   * reading has one outcome: one that was kept although nobody heard of it (the answer to the commit was lost) stays kept.
   */
  releaseReading(tokenHash: Session['tokenHash'], until: Date, failure: string, event: AuditEvent): Promise<void>
}

export function createSessionStore(db: Database): SessionStore {
  const { bank } = db
  /** `why`: the reason of each row of `gone`, when it is not one for all. */
  const endWhere = (which: Prisma.Sql, { reason, actor, at, correlationId }: Ending, queries: Queries = db, why = Prisma.sql`${reason}`) => queries.$executeRaw`
    WITH gone AS (DELETE FROM "Session" WHERE "bank" = ${bank} AND ${which} RETURNING "subjectRef", "tokenHash", "expiresAt"), ended AS (${rememberEnded(why, at)})
    INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "outcome", "correlationId")
    SELECT ${at}, 'session.ended', ${actor}, "subjectRef", ${why}, ${correlationId} FROM gone`
  /** A log-in that begins and the word that its ID-porten session is over come one after the other. */
  const oneByOne = (tx: Queries, idpSid: string) => tx.$queryRaw`SELECT FROM pg_advisory_xact_lock(hashtextextended(${`${bank}/${idpSid}`}, 0))`
  const ofIdp = (sid: string) => Prisma.sql`"idpSid" = ${sid}`

  return {
    ...createEndedSessions(db),
    async start(session, event) {
      await db.$transaction(async (tx) => {
        await oneByOne(tx, session.idpSid)
        if (await isOver(tx, bank, session.idpSid)) throw new Error('this log-in is over at ID-porten already')
        // Whoever erases the person holds their row meanwhile: one of the two comes first.
        const [known] = await tx.$queryRaw<unknown[]>`SELECT "ref"::text FROM "Subject" WHERE "bank" = ${bank} AND "ref" = ${session.subjectRef}::uuid AND "erasedAt" IS NULL FOR KEY SHARE`
        if (!known) throw new Error('this person is not known any more')
        await tx.session.create({ data: { ...session, kind: 'applicant' } })
        await writeAuditEvent(tx, event)
      })
    },
    // Asked by every page: plain SQL costs less than half of what the query builder does.
    async find(tokenHash) {
      const [session] = await db.$queryRaw<Session[]>`
        SELECT "tokenHash", "subjectRef", "idpSid", "acr", "idTokenSealed", "createdAt", "lastSeenAt", "expiresAt", "readingUntil", "readAt", "readFailure", "readReference"
        FROM "Session" WHERE "bank" = ${bank} AND "tokenHash" = ${tokenHash}`
      return session ?? null
    },
    ofSubject: (subjectRef) => db.session.findMany({ where: { bank, subjectRef }, orderBy: { createdAt: 'desc' }, select: { createdAt: true, lastSeenAt: true, expiresAt: true, acr: true } }),
    async touch(tokenHash, at) {
      await db.session.updateMany({ where: { bank, tokenHash, lastSeenAt: { lt: at } }, data: { lastSeenAt: at } })
    },
    end: async (tokenHash, ending) => (await endWhere(Prisma.sql`"tokenHash" = ${tokenHash}`, ending)) > 0,
    endAll: (idpSid, ending) => endWhere(ofIdp(idpSid), ending),
    async endAllOnce(idpSid, { value, expiresAt }, ending) {
      try {
        return await db.$transaction(async (tx) => {
          await tx.usedLogoutToken.create({ data: { jti: value, expiresAt } })
          await oneByOne(tx, idpSid)
          await markOver(tx, idpSid, ending)
          return endWhere(ofIdp(idpSid), ending, tx)
        })
      } catch (error) {
        if (isTaken(error)) return null
        throw error
      }
    },
    endExpired: (limits, at, correlationId) => endWhere(Prisma.sql`("expiresAt" <= ${at} OR "lastSeenAt" <= ${idleSince(limits, at)})`, { reason: 'idle', actor: 'system', at, correlationId }, db, overBy(at)),
    async claimReading(tokenHash, until, event) {
      const claimed = await db.$executeRaw`
        WITH claimed AS (
          UPDATE "Session" SET "readingUntil" = ${until}, "readFailure" = NULL, "readReference" = NULL
          WHERE "bank" = ${bank} AND "tokenHash" = ${tokenHash} AND "readAt" IS NULL AND "expiresAt" > ${event.at} AND ("readingUntil" IS NULL OR "readingUntil" <= ${event.at})
          RETURNING "subjectRef")
        INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "consentId", "outcome", "correlationId")
        SELECT ${event.at}, ${event.type}, ${event.actor}, "subjectRef", ${event.consentId}::uuid, ${event.outcome}, ${event.correlationId} FROM claimed`
      return claimed > 0
    },
    async releaseReading(tokenHash, until, failure, event) {
      const since = new Date(event.at.getTime() - 60_000)
      await db.$executeRaw`
        WITH released AS (
          UPDATE "Session" SET "readingUntil" = NULL, "readFailure" = ${failure}, "readReference" = ${event.correlationId}
          WHERE "bank" = ${bank} AND "tokenHash" = ${tokenHash} AND "readingUntil" = ${until})
        INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "consentId", "outcome", "correlationId")
        SELECT ${event.at}, ${event.type}, ${event.actor}, ${event.subjectRef}::uuid, ${event.consentId}::uuid, ${event.outcome}, ${event.correlationId}
        WHERE NOT EXISTS (
          SELECT FROM "AuditEvent"
          WHERE "bank" = ${bank} AND "subjectRef" = ${event.subjectRef}::uuid AND "at" >= ${since} AND "type" = ${event.type} AND "correlationId" = ${event.correlationId})`
    },
  }
}
