import { randomUUID } from 'node:crypto'
import type { Actor } from '@/lib/audit/audit-event'
import { writeAuditEvent } from '@/lib/audit/audit-log'
import { isOpen } from '@/lib/consent/consent-state'
import type { Database } from '@/lib/db'
import { NationalId } from '@/lib/national-id'
import { fail, ok, type Result } from '@/lib/result'
import { fingerprint, type Sealer } from '@/lib/sealed'
import { rememberEnded } from '@/lib/session/ended-session-store'
import { Prisma } from '@/prisma/generated/client'

/** A person at rest: one erasable row with the sealed national id. Everything else knows the random `ref`. */
export type SubjectStore = {
  /** The person's ref: the old one, or a new one the first time. */
  refOf(nationalId: NationalId, now: Date): Promise<string>
  /** The ref of a person we already know; null otherwise. */
  findRef(nationalId: NationalId): Promise<string | null>
  /** Opens the seal; throws when the row or its key is gone. */
  nationalIdOf(ref: string): Promise<NationalId>
  /** Since when we have known the person; null when they are erased. */
  knownSince(ref: string): Promise<Date | null>
  /**
   * Forgets who the person is, for good, and ends their log-ins with what those held. The reference stays without an owner,
   * on consents and in the log. Refused while a consent is at work or may yet be given.
   */
  erase(ref: string, erasing: { readonly at: Date; readonly actor: Actor; readonly correlationId: string }): Promise<Result<void, 'consent-open' | 'not-known'>>
}

export function createSubjectStore(db: Database, keys: { sealer: Sealer; fingerprintKey: Uint8Array }): SubjectStore {
  const printOf = (nationalId: NationalId) => fingerprint(keys.fingerprintKey, 'national-id', nationalId.reveal())
  const findRef = async (nationalId: NationalId) =>
    (await db.subject.findUnique({ where: { bank_fingerprint: { bank: db.bank, fingerprint: printOf(nationalId) } }, select: { ref: true } }))?.ref ?? null

  return {
    findRef,
    async refOf(nationalId, now) {
      const known = await findRef(nationalId)
      if (known) return known
      const ref = randomUUID()
      const nationalIdSealed = keys.sealer.seal(nationalId.reveal(), `subject|${ref}`)
      // Two first log-ins at once: the row that got there first stays, and both get its ref.
      await db.subject.createMany({ data: { ref, nationalIdSealed, fingerprint: printOf(nationalId), createdAt: now }, skipDuplicates: true })
      return (await findRef(nationalId)) ?? ref
    },
    async nationalIdOf(ref) {
      const [row] = await db.$queryRaw<{ nationalIdSealed: string | null }[]>`SELECT "nationalIdSealed" FROM "Subject" WHERE "bank" = ${db.bank} AND "ref" = ${ref}::uuid`
      if (!row?.nationalIdSealed) throw new Error('this person is not known any more')
      // It was checked against this deployment's rules when the person logged in.
      const nationalId = NationalId.parse(keys.sealer.open(row.nationalIdSealed, `subject|${ref}`), { synthetic: true })
      if (!nationalId) throw new Error('a sealed national id is not one')
      return nationalId
    },
    async knownSince(ref) {
      const known = await db.subject.findFirst({ where: { bank: db.bank, ref, erasedAt: null }, select: { createdAt: true } })
      return known?.createdAt ?? null
    },
    erase: (ref, { at, actor, correlationId }) =>
      db.$transaction(async (tx) => {
        // Whoever adds a consent holds on to this row meanwhile: one of the two comes first.
        const [known] = await tx.$queryRaw<{ ref: string }[]>`SELECT "ref"::text FROM "Subject" WHERE "bank" = ${db.bank} AND "ref" = ${ref}::uuid AND "erasedAt" IS NULL FOR UPDATE`
        if (!known) return fail('not-known')
        const consents = await tx.consent.findMany({ where: { bank: db.bank, subjectRef: ref, status: { in: ['accepted', 'requested'] }, validTo: { gt: at } } })
        if (consents.some((consent) => isOpen(consent, at))) return fail('consent-open')
        await tx.subject.updateMany({ where: { bank: db.bank, ref }, data: { nationalIdSealed: null, fingerprint: null, erasedAt: at } })
        await tx.$executeRaw`
          WITH gone AS (DELETE FROM "Session" WHERE "bank" = ${db.bank} AND "subjectRef" = ${ref}::uuid RETURNING "subjectRef", "tokenHash", "expiresAt"), ended AS (${rememberEnded(Prisma.sql`'erased'`, at)})
          INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "outcome", "correlationId")
          SELECT ${at}, 'session.ended', ${actor}, "subjectRef", 'erased', ${correlationId} FROM gone`
        await writeAuditEvent(tx, { type: 'subject.erased', at, actor, correlationId, subjectRef: ref, consentId: null, outcome: null })
        return ok(undefined)
      }),
  }
}
