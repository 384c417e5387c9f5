import type { Database } from '@/lib/db'
import { writeAuditEvent } from '@/lib/audit/audit-log'
import { Prisma } from '@/prisma/generated/client'
import type { Removable } from './policy'

type Telling = { readonly at: Date; readonly correlationId: string }

/** What is past its time goes, a few rows at once, with the count of them in the audit log in the same transaction. */
export type RetentionStore = {
  /** Removes some that ended before the instant. `more` when there may be others. */
  remove(name: Exclude<Removable, 'persons'>, before: Date, telling: Telling): Promise<{ readonly removed: number; readonly more: boolean }>
  /**
   * Looks at some persons from a place on, and erases those with no consent at work, none closed since `before.consent`,
   * who came before `before.withoutConsent` and are not logged in. As when they erase themselves, the reference stays without
   * an owner. `next` is null at the end.
   */
  erasePersons(place: string | null, before: { readonly consent: Date; readonly withoutConsent: Date }, telling: Telling): Promise<{ readonly erased: number; readonly next: string | null }>
}

/** The log takes numbers of three digits at most: more might be somebody's. */
const AT_ONCE = 500
const LOOKED_AT = 2_000
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

export function createRetentionStore(db: Database): RetentionStore {
  const { bank } = db
  const { sql } = Prisma
  /** Some rows of a table, found once and held, so that another instance takes others. */
  const some = (table: Prisma.Sql, key: Prisma.Sql, which: Prisma.Sql) =>
    sql`DELETE FROM ${table} WHERE "bank" = ${bank} AND ${key} = ANY(ARRAY(SELECT ${key} FROM ${table} t WHERE t."bank" = ${bank} AND ${which} LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED))`
  const [id, noShareOf] = [sql`"id"`, (column: Prisma.Sql, mine: Prisma.Sql) => sql`NOT EXISTS (SELECT FROM "Share" s WHERE s."bank" = t."bank" AND s.${column} = t.${mine})`]
  // The states of a consent as they stand in the migration: only so is the index of closed ones used.
  const closed = (before: Date) => sql`t."status" IN ('rejected', 'revoked', 'expired') AND t."settledAt" < ${before}`
  const deletion: Record<Exclude<Removable, 'persons'>, (before: Date) => Prisma.Sql> = {
    'log-out-tokens': (before) => some(sql`"UsedLogoutToken"`, sql`"jti"`, sql`t."expiresAt" < ${before}`),
    'ended-log-ins': (before) => some(sql`"EndedSession"`, sql`"tokenHash"`, sql`t."until" < ${before}`),
    tries: (before) => some(sql`"TryCount"`, sql`"who"`, sql`t."until" < ${before}`),
    'unused-shares': (before) => some(sql`"Share"`, id, sql`t."endedAt" < ${before} AND t."openedAt" IS NULL`),
    shares: (before) => some(sql`"Share"`, id, sql`t."endedAt" < ${before} AND t."openedAt" IS NOT NULL`),
    invitations: (before) => some(sql`"Invitation"`, id, sql`t."expiresAt" < ${before} AND ${noShareOf(sql`"invitationId"`, id)}`),
    'unanswered-requests': (before) => some(sql`"Consent"`, id, sql`${closed(before)} AND t."status" = 'expired' AND t."settledAt" < t."validTo" AND ${noShareOf(sql`"consentId"`, id)}`),
    'closed-consents': (before) => some(sql`"Consent"`, id, sql`${closed(before)} AND ${noShareOf(sql`"consentId"`, id)}`),
    'ownerless-references': (before) =>
      some(sql`"Subject"`, sql`"ref"`, sql`t."erasedAt" < ${before} AND NOT EXISTS (SELECT FROM "Consent" c WHERE c."bank" = t."bank" AND c."subjectRef" = t."ref") AND ${noShareOf(sql`"subjectRef"`, sql`"ref"`)}`),
    employees: (before) => some(sql`"StaffMember"`, sql`"ref"`, sql`t."lastLogInAt" < ${before} AND NOT EXISTS (SELECT FROM "StaffSession" s WHERE s."bank" = t."bank" AND s."staffRef" = t."ref")`),
  }

  const removedOf = (name: Removable, count: number, { at, correlationId }: Telling) => ({ type: 'retention.removed', at, actor: 'system', correlationId, subjectRef: null, consentId: null, outcome: `${name}-${count}` }) as const

  return {
    remove: (name, before, telling) =>
      db.$transaction(async (tx) => {
        const removed = await tx.$executeRaw(deletion[name](before))
        if (removed > 0) await writeAuditEvent(tx, removedOf(name, removed, telling))
        return { removed, more: removed === AT_ONCE }
      }),
    async erasePersons(place, before, telling) {
      const page = await db.$queryRaw<{ ref: string; due: boolean }[]>`
        SELECT p."ref"::text, p."erasedAt" IS NULL AND p."createdAt" < ${before.withoutConsent} AND ${forgettable(before.consent)} AS "due"
        FROM "Subject" p WHERE p."bank" = ${bank} AND p."ref" > ${place ?? BEFORE_ALL}::uuid ORDER BY p."ref" LIMIT ${LOOKED_AT}`
      const refs = page.filter(({ due }) => due).map(({ ref }) => ref)
      const next = page.length === LOOKED_AT ? (page.at(-1)?.ref ?? null) : null
      let erased = 0
      for (let n = 0; n < refs.length; n += AT_ONCE) erased += await erase(refs.slice(n, n + AT_ONCE), before, telling)
      return { erased, next }
    },
  }

  /** Asked again once their rows are held: whoever adds a consent, or logs in, holds on to the row as well. */
  function erase(refs: readonly string[], before: { consent: Date; withoutConsent: Date }, telling: Telling): Promise<number> {
    return db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT "ref"::text FROM "Subject" WHERE "bank" = ${bank} AND "ref" = ANY(${refs}::uuid[]) ORDER BY "ref" FOR UPDATE`
      const erased = await tx.$executeRaw`
        UPDATE "Subject" p SET "nationalIdSealed" = NULL, "fingerprint" = NULL, "erasedAt" = ${telling.at}
        WHERE p."bank" = ${bank} AND p."ref" = ANY(${refs}::uuid[]) AND p."erasedAt" IS NULL AND ${forgettable(before.consent)}`
      if (erased > 0) await writeAuditEvent(tx, removedOf('persons', erased, telling))
      return erased
    })
  }

  function forgettable(consent: Date): Prisma.Sql {
    return Prisma.sql`NOT EXISTS (SELECT FROM "Session" s WHERE s."bank" = p."bank" AND s."subjectRef" = p."ref")
      AND NOT EXISTS (SELECT FROM "Consent" c WHERE c."bank" = p."bank" AND c."subjectRef" = p."ref" AND (c."status" IN ('requested', 'accepted') OR c."settledAt" IS NULL OR c."settledAt" >= ${consent}))`
  }
}
