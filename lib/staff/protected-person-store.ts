import type { AuditEvent } from '@/lib/audit/audit-event'
import { writeAuditEvent } from '@/lib/audit/audit-log'
import type { Database } from '@/lib/db'
import type { NationalId } from '@/lib/national-id'
import { fingerprint } from '@/lib/sealed'

export type ProtectedEntry = { readonly addedAt: Date; readonly addedBy: string }

/** The bank's list of people whose figures no adviser may open. It holds fingerprints: nobody can read off it who is on it. */
export type ProtectedPersonStore = {
  /** Whether the person of this fingerprint is on the list: that of Subject, and of an employee's own national id. */
  isProtected(fingerprint: Uint8Array): Promise<boolean>
  /** True when they were not on it yet. The event is written either way. */
  add(nationalId: NationalId, addedBy: string, event: AuditEvent): Promise<boolean>
  /** True when they were on it. The event is written either way. */
  remove(nationalId: NationalId, event: AuditEvent): Promise<boolean>
  /** The latest first. */
  entries(): Promise<readonly ProtectedEntry[]>
}

export function createProtectedPersonStore(db: Database, fingerprintKey: Uint8Array): ProtectedPersonStore {
  const { bank } = db
  const printOf = (nationalId: NationalId) => fingerprint(fingerprintKey, 'national-id', nationalId.reveal())
  return {
    isProtected: async (print) => (await db.protectedPerson.count({ where: { bank, fingerprint: new Uint8Array(print) } })) > 0,
    add: (nationalId, addedBy, event) =>
      db.$transaction(async (tx) => {
        await writeAuditEvent(tx, event)
        const { count } = await tx.protectedPerson.createMany({ data: { fingerprint: printOf(nationalId), addedAt: event.at, addedBy }, skipDuplicates: true })
        return count === 1
      }),
    remove: (nationalId, event) =>
      db.$transaction(async (tx) => {
        await writeAuditEvent(tx, event)
        return (await tx.protectedPerson.deleteMany({ where: { bank, fingerprint: printOf(nationalId) } })).count === 1
      }),
    entries: () => db.protectedPerson.findMany({ where: { bank }, orderBy: { addedAt: 'desc' }, take: 500, select: { addedAt: true, addedBy: true } }),
  }
}
