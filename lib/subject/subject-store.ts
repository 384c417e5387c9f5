import { randomUUID } from 'node:crypto'
import type { Database } from '@/lib/db'
import { NationalId } from '@/lib/national-id'
import { fingerprint, type Sealer } from '@/lib/sealed'

/** A person at rest: one erasable row with the sealed national id. Everything else knows the random `ref`. */
export type SubjectStore = {
  /** The person's ref: the old one, or a new one the first time. */
  refOf(nationalId: NationalId, now: Date): Promise<string>
  /** The ref of a person we already know; null otherwise. */
  findRef(nationalId: NationalId): Promise<string | null>
  /** Opens the seal; throws when the row or its key is gone. */
  nationalIdOf(ref: string): Promise<NationalId>
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
      const [row] = await db.$queryRaw<{ nationalIdSealed: string }[]>`SELECT "nationalIdSealed" FROM "Subject" WHERE "bank" = ${db.bank} AND "ref" = ${ref}::uuid`
      if (!row) throw new Error('this person is not known any more')
      // It was checked against this deployment's rules when the person logged in.
      const nationalId = NationalId.parse(keys.sealer.open(row.nationalIdSealed, `subject|${ref}`), { synthetic: true })
      if (!nationalId) throw new Error('a sealed national id is not one')
      return nationalId
    },
  }
}
