import type { AuditEvent } from '@/lib/audit/audit-event'
import { writeAuditEvent } from '@/lib/audit/audit-log'
import { isTaken, type Database } from '@/lib/db'
import { fail, ok, type Result } from '@/lib/result'
import { UNANSWERED_FOR, type Consent, type ConsentStatus, type ProviderId } from './consent'
import { MIGRATED } from './notice'

/**
 * Consents at rest. Every write takes its audit event and commits it in the same transaction: a change nobody can
 * account for cannot be expressed.
 */
export type ConsentStore = {
  find(id: string): Promise<Consent | null>
  /** The consent whose return reference has this hash; null once it is settled, for a reference is good for one answer. */
  findByReturnRef(returnRefHash: Uint8Array<ArrayBuffer>): Promise<Consent | null>
  /** By the provider's own name for it. */
  findByReference(provider: ProviderId, reference: string): Promise<Consent | null>
  /** At most 500 that may have run out: accepted past their end, and requests a day old. Imported ones wait for their person. */
  due(now: Date): Promise<readonly Consent[]>
  /** One person's consents for one resource and receiver, newest first. */
  ofSubject(subjectRef: string, resource: string, coveredBy: string): Promise<readonly Consent[]>
  /** Everything the person has been asked here, newest first; at most 200. */
  allOf(subjectRef: string, coveredBy: string): Promise<readonly Consent[]>
  /** `already-asked` when the person has an unanswered request: a double click asks once. */
  add(consent: Consent, returnRefHash: Uint8Array<ArrayBuffer>, event: AuditEvent): Promise<Result<void, 'already-asked'>>
  /** Writes what the provider calls an unanswered request that has no name yet; false when it is not that any more. */
  name(consent: Consent, reference: string, event: AuditEvent): Promise<boolean>
  /** Writes only if the row still has status `from`; a consent that ends takes its held readings with it. */
  settle(consent: Consent, from: ConsentStatus, event: AuditEvent): Promise<Result<void, 'changed-meanwhile'>>
}

const inRoom = { omit: { bank: true, returnRefHash: true } } as const

export const createConsentStore = (db: Database, { bank } = db): ConsentStore => ({
  find: (id) => db.consent.findUnique({ where: { bank_id: { bank, id } }, ...inRoom }),
  findByReturnRef: (returnRefHash) => db.consent.findUnique({ where: { bank_returnRefHash: { bank, returnRefHash }, status: 'requested' }, ...inRoom }),
  findByReference: (provider, reference) => db.consent.findUnique({ where: { bank_reference_provider: { bank, reference, provider } }, ...inRoom }),
  async due(now) {
    // The states as they stand in the migration: only so are the indexes of open consents used. Two questions: with OR,
    // every open consent would be looked through in the order of its end.
    const ids = await db.$queryRaw<{ id: string }[]>`
      SELECT "id" FROM (
        (SELECT "id", "validTo" FROM "Consent" WHERE "bank" = ${bank} AND "status" IN ('accepted', 'requested') AND "validTo" <= ${now} ORDER BY "validTo" LIMIT 500)
        UNION
        (SELECT "id", "validTo" FROM "Consent" WHERE "bank" = ${bank} AND "status" = 'requested' AND "requestedAt" <= ${new Date(now.getTime() - UNANSWERED_FOR)} AND "noticeVersion" <> ${MIGRATED} LIMIT 500)) AS due
      ORDER BY "validTo" LIMIT 500`
    return db.consent.findMany({ where: { bank, id: { in: ids.map(({ id }) => id) } }, orderBy: { validTo: 'asc' }, ...inRoom })
  },
  ofSubject: (subjectRef, resource, coveredBy) =>
    db.consent.findMany({ where: { bank, subjectRef, resource, coveredBy }, orderBy: { requestedAt: 'desc' }, take: 50, ...inRoom }),
  allOf: (subjectRef, coveredBy) => db.consent.findMany({ where: { bank, subjectRef, coveredBy }, orderBy: { requestedAt: 'desc' }, take: 200, ...inRoom }),
  async add(consent, returnRefHash, event) {
    try {
      await db.$transaction(async (tx) => {
        await tx.consent.create({ data: { ...consent, returnRefHash } })
        await writeAuditEvent(tx, event)
      })
      return ok(undefined)
    } catch (error) {
      if (isTaken(error)) return fail('already-asked')
      throw error
    }
  },
  name: ({ id }, reference, event) =>
    db.$transaction(async (tx) => {
      const { count } = await tx.consent.updateMany({ where: { bank, id, status: 'requested', reference: id }, data: { reference } })
      if (count > 0) await writeAuditEvent(tx, event)
      return count > 0
    }),
  settle: ({ id, status, settledAt, stoppedHereAt }, from, event) =>
    db.$transaction(async (tx) => {
      const { count } = await tx.consent.updateMany({ where: { bank, id, status: from }, data: { status, settledAt, stoppedHereAt } })
      if (count === 0) return fail('changed-meanwhile')
      if (status !== 'accepted') await tx.heldReading.deleteMany({ where: { bank, consentId: id } })
      await writeAuditEvent(tx, event)
      return ok(undefined)
    }),
})
