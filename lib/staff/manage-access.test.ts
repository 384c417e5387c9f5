import { randomBytes, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { newCorrelationId } from '@/lib/correlation-id'
import { aNationalId } from '@/lib/testing/builders'
import { freshDatabase } from '@/lib/testing/database'
import { aStaffHouse } from '@/lib/testing/staff'
import { changeProtection, endSessionsOf } from './manage-access'
import { createProtectedPersonStore } from './protected-person-store'

const database = await freshDatabase()
const by = () => ({ staffRef: randomUUID(), correlationId: newCorrelationId() })

test('an admin ends all of an employee’s log-ins, and the log ties what ended to who ordered it', async () => {
  const { deps, isIn, admit, find } = aStaffHouse(database)
  const [one, two] = [await isIn(), await isIn()]
  const admin = by()
  expect(await endSessionsOf(deps, { ...admin, target: (await find(one))?.staffRef ?? '' })).toBe(2)
  expect(await admit(two)).toMatchObject({ reason: 'elsewhere' })
  const lines = await database.asOwner('SELECT "type", "actor" FROM "AuditEvent" WHERE "correlationId" = $1 ORDER BY "id"', [admin.correlationId])
  expect(lines.map(({ type }) => type)).toEqual(['staff-session.end-ordered', 'staff-session.ended', 'staff-session.ended'])
  expect(lines[0]?.actor).toBe(`staff:${admin.staffRef}`)
  expect(await endSessionsOf(deps, { ...by(), target: randomUUID() })).toBe(0)
})

test('who is protected is logged by the reference of the customer, where there is one; never by the number', async () => {
  const { clock } = aStaffHouse(database)
  const [known, ref] = [aNationalId('24907524708'), randomUUID()]
  const deps = { clock, protectedPeople: createProtectedPersonStore(database.db, randomBytes(32)), subjects: { findRef: async (id: typeof known) => (id.equals(known) ? ref : null) } }
  const admin = by()
  expect(await changeProtection(deps, { ...admin, nationalId: known, change: 'add' })).toBe(true)
  expect(await changeProtection(deps, { ...admin, nationalId: known, change: 'add' })).toBe(false)
  expect(await changeProtection(deps, { ...admin, nationalId: aNationalId(), change: 'remove' })).toBe(false)
  expect(await changeProtection(deps, { ...admin, nationalId: known, change: 'remove' })).toBe(true)
  const lines = await database.asOwner('SELECT "type", "subjectRef", "outcome" FROM "AuditEvent" WHERE "correlationId" = $1 ORDER BY "id"', [admin.correlationId])
  expect(lines).toEqual([['added', ref], ['added', ref], ['removed', null], ['removed', ref]].map(([what, subjectRef]) => ({ type: `protected-person.${what}`, subjectRef, outcome: null })))
})
