import { randomUUID } from 'node:crypto'
import { staffActor, type AuditEvent } from '@/lib/audit/audit-event'
import { writeAuditEvent } from '@/lib/audit/audit-log'
import { isTaken, type Database, type Queries } from '@/lib/db'
import type { NationalId } from '@/lib/national-id'
import { fingerprint, type Sealer } from '@/lib/sealed'
import { createEndedSessions, overBy, rememberEnded, type EndedSessions } from '@/lib/session/ended-session-store'
import { idleSince, type SessionLimits } from '@/lib/session/session'
import { Prisma } from '@/prisma/generated/client'
import type { StaffClaims } from './staff-provider'
import type { StaffRole, StaffSession } from './staff-session'

/** `role-lost`: the provider names no role any more. `refused-by-provider`: it says nothing of the employee any more. */
export type StaffEndReason = 'own' | 'back-channel' | 'idle' | 'absolute' | 'replaced' | 'role-lost' | 'refused-by-provider' | 'ended-by-admin'
export type StaffEnding = { readonly reason: StaffEndReason; readonly at: Date; readonly correlationId: string }
type Which = { readonly tokenHash: StaffSession['tokenHash'] } | { readonly staffRef: string } | { readonly sid: string | null; readonly sub: string | null }
type Seen = Pick<StaffSession, 'roles' | 'unit' | 'tokensSealed'>

export type StaffMember = { readonly ref: string; readonly name: string | null; readonly unit: string | null; readonly lastLogInAt: Date; /** Log-ins that have not ended. */ readonly sessions: number }

/** Employees and their log-ins at rest. What hangs on a session goes with it, in the same transaction. */
export type StaffStore = EndedSessions & {
  /** The employee by the provider's name of them; null when they were never let in. */
  findRef(sub: string): Promise<string | null>
  /** Writes down who has been let in; the old reference, or a new one the first time. */
  remember(claims: StaffClaims, now: Date): Promise<string>
  /** Everybody who has been let in, the latest first. */
  members(): Promise<readonly StaffMember[]>
  nameOf(staffRef: string): Promise<string | null>
  /** The names that are known by these references. One who is gone, was never named, or whose name no key of ours opens any more, is not in it. */
  namesOf(staffRefs: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** The fingerprint of the employee's own national id, where the provider gives it. */
  nationalIdFingerprintOf(staffRef: string): Promise<Uint8Array | null>
  start(session: StaffSession, event: AuditEvent): Promise<void>
  find(tokenHash: StaffSession['tokenHash']): Promise<StaffSession | null>
  /** Remembers that the employee was here at `at`; never moves time back. */
  touch(tokenHash: StaffSession['tokenHash'], at: Date): Promise<void>
  /** The one right to ask the provider for this log-in until `until`; false when another has it, or it was asked since. */
  claimCheck(tokenHash: StaffSession['tokenHash'], until: Date, { checkedBefore, now }: { readonly checkedBefore: Date; readonly now: Date }): Promise<boolean>
  /** What the provider said to whoever had claimed until `until`; `event` when the roles are others than before. */
  confirm(tokenHash: StaffSession['tokenHash'], until: Date, seen: Seen & { readonly checkedAt: Date }, event: AuditEvent | null): Promise<void>
  /** It did not say anything: the next one may ask. */
  releaseCheck(tokenHash: StaffSession['tokenHash'], until: Date): Promise<void>
  /** Ends the one log-in, all of an employee's, or those that the provider names; how many there were. The log says whose. */
  end(which: Which, ending: StaffEnding): Promise<number>
  /** As end, at somebody's word: the event tells who that was, and is written also when there was nothing to end. */
  endAtWord(which: Which, ending: StaffEnding, event: AuditEvent): Promise<number>
  /** As end, for a log-out token that is good once: null when its `jti` was seen before. */
  endOnce(which: Which, jti: { value: string; expiresAt: Date }, ending: StaffEnding): Promise<number | null>
  /** Ends the sessions that ran out while nobody looked. */
  endExpired(limits: SessionLimits, at: Date, correlationId: string): Promise<number>
}

export function createStaffStore(db: Database, keys: { readonly sealer: Sealer; readonly fingerprintKey: Uint8Array; readonly issuer: string }): StaffStore {
  const { bank } = db
  const printOf = (sub: string) => fingerprint(keys.fingerprintKey, 'staff', JSON.stringify([keys.issuer, sub]))
  const printOfPerson = (nationalId: NationalId | null) => nationalId && fingerprint(keys.fingerprintKey, 'national-id', nationalId.reveal())
  const context = (ref: string) => `staff|${ref}`
  const find = async (sub: string) => (await db.staffMember.findUnique({ where: { bank_fingerprint: { bank, fingerprint: printOf(sub) } }, select: { ref: true } }))?.ref ?? null
  const named = (ref: string, sealed: string | null) => sealed && keys.sealer.open(sealed, context(ref))

  const those = (which: Which): Prisma.Sql => {
    if ('tokenHash' in which) return Prisma.sql`"tokenHash" = ${which.tokenHash}`
    if ('staffRef' in which) return Prisma.sql`"staffRef" = ${which.staffRef}::uuid`
    const { sid, sub } = which
    const whose = sub === null ? null : Prisma.sql`"staffRef" = (SELECT "ref" FROM "StaffMember" WHERE "bank" = ${bank} AND "fingerprint" = ${printOf(sub)})`
    if (sid === null) return whose ?? Prisma.sql`false`
    return whose ? Prisma.sql`"idpSid" = ${sid} AND ${whose}` : Prisma.sql`"idpSid" = ${sid}`
  }
  /** `why`: the reason of each row of `gone`, when it is not one for all. */
  const endWhere = (which: Prisma.Sql, { reason, at, correlationId }: StaffEnding, queries: Queries = db, why = Prisma.sql`${reason}`) => queries.$executeRaw`
    WITH gone AS (DELETE FROM "StaffSession" WHERE "bank" = ${bank} AND ${which} RETURNING "staffRef", "tokenHash", "expiresAt"), ended AS (${rememberEnded(why, at)})
    INSERT INTO "AuditEvent" ("at", "type", "actor", "outcome", "correlationId")
    SELECT ${at}, 'staff-session.ended', 'staff:' || "staffRef", ${why}, ${correlationId} FROM gone`

  return {
    ...createEndedSessions(db),
    findRef: find,
    async remember(claims, now) {
      const known = await find(claims.sub)
      const ref = known ?? randomUUID()
      const about = { nameSealed: claims.name && keys.sealer.seal(claims.name, context(ref)), unit: claims.unit, nationalIdFingerprint: printOfPerson(claims.nationalId), lastLogInAt: now }
      // Two first log-ins at once: the row that got there first stays, and both get its reference.
      if (!known) await db.staffMember.createMany({ data: { ref, fingerprint: printOf(claims.sub), createdAt: now, ...about }, skipDuplicates: true })
      else await db.staffMember.updateMany({ where: { bank, ref }, data: about })
      return known ?? (await find(claims.sub)) ?? ref
    },
    async members() {
      const rows = await db.$queryRaw<{ ref: string; nameSealed: string | null; unit: string | null; lastLogInAt: Date; sessions: number }[]>`
        SELECT m."ref"::text, m."nameSealed", m."unit", m."lastLogInAt", (SELECT count(*)::int FROM "StaffSession" s WHERE s."bank" = ${bank} AND s."staffRef" = m."ref") AS sessions
        FROM "StaffMember" m WHERE m."bank" = ${bank} ORDER BY m."lastLogInAt" DESC LIMIT 500`
      return rows.map(({ nameSealed, ...row }) => ({ ...row, name: named(row.ref, nameSealed) }))
    },
    async nameOf(ref) {
      const row = await db.staffMember.findFirst({ where: { bank, ref }, select: { nameSealed: true } })
      return row && named(ref, row.nameSealed)
    },
    async namesOf(refs) {
      const rows = await db.staffMember.findMany({ where: { bank, ref: { in: [...new Set(refs)] } }, select: { ref: true, nameSealed: true } })
      return new Map(rows.flatMap(({ ref, nameSealed }) => {
        const name = nameSealed && keys.sealer.opens(nameSealed) ? named(ref, nameSealed) : null
        return name ? [[ref, name]] : []
      }))
    },
    nationalIdFingerprintOf: async (ref) => (await db.staffMember.findFirst({ where: { bank, ref }, select: { nationalIdFingerprint: true } }))?.nationalIdFingerprint ?? null,
    async start({ roles, ...session }, event) {
      await db.$transaction(async (tx) => {
        await tx.staffSession.create({ data: { ...session, roles: [...roles] } })
        await writeAuditEvent(tx, event)
      })
    },
    async find(tokenHash) {
      const [session] = await db.$queryRaw<(Omit<StaffSession, 'roles'> & { roles: StaffRole[] })[]>`
        SELECT "tokenHash", "staffRef"::text, "roles", "unit", "idpSid", "createdAt", "lastSeenAt", "expiresAt", "checkedAt", "checkingUntil", "tokensSealed"
        FROM "StaffSession" WHERE "bank" = ${bank} AND "tokenHash" = ${tokenHash}`
      return session ?? null
    },
    async touch(tokenHash, at) {
      await db.staffSession.updateMany({ where: { bank, tokenHash, lastSeenAt: { lt: at } }, data: { lastSeenAt: at } })
    },
    async claimCheck(tokenHash, until, { checkedBefore, now }) {
      const { count } = await db.staffSession.updateMany({
        where: { bank, tokenHash, checkedAt: { lte: checkedBefore }, OR: [{ checkingUntil: null }, { checkingUntil: { lte: now } }] },
        data: { checkingUntil: until },
      })
      return count === 1
    },
    async confirm(tokenHash, until, { roles, ...seen }, event) {
      await db.$transaction(async (tx) => {
        const { count } = await tx.staffSession.updateMany({ where: { bank, tokenHash, checkingUntil: until }, data: { ...seen, roles: [...roles], checkingUntil: null } })
        if (count === 1 && event) await writeAuditEvent(tx, event)
      })
    },
    async releaseCheck(tokenHash, until) {
      await db.staffSession.updateMany({ where: { bank, tokenHash, checkingUntil: until }, data: { checkingUntil: null } })
    },
    end: (which, ending) => endWhere(those(which), ending),
    endAtWord: (which, ending, event) =>
      db.$transaction(async (tx) => {
        await writeAuditEvent(tx, event)
        return endWhere(those(which), ending, tx)
      }),
    async endOnce(which, { value, expiresAt }, ending) {
      try {
        return await db.$transaction(async (tx) => {
          await tx.usedLogoutToken.create({ data: { jti: `staff:${value}`, expiresAt } })
          return endWhere(those(which), ending, tx)
        })
      } catch (error) {
        if (isTaken(error)) return null
        throw error
      }
    },
    endExpired: (limits, at, correlationId) => endWhere(Prisma.sql`("expiresAt" <= ${at} OR "lastSeenAt" <= ${idleSince(limits, at)})`, { reason: 'idle', at, correlationId }, db, overBy(at)),
  }
}

/** The event of an employee's own act. */
export const staffEvent = (staffRef: string, type: AuditEvent['type'], { at, correlationId, outcome = null }: { readonly at: Date; readonly correlationId: string; readonly outcome?: string | null }): AuditEvent => ({ type, at, actor: staffActor(staffRef), correlationId, subjectRef: null, consentId: null, outcome })
