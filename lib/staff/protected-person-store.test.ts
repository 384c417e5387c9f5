import { randomBytes, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { fingerprint } from '@/lib/sealed'
import { aNationalId, anOrgNumber } from '@/lib/testing/builders'
import { freshDatabase, today } from '@/lib/testing/database'
import { createProtectedPersonStore } from './protected-person-store'
import { staffEvent } from './staff-store'

const database = await freshDatabase()
const key = randomBytes(32)
const store = createProtectedPersonStore(database.db, key)
const person = aNationalId('22847500038')
const print = fingerprint(key, 'national-id', person.reveal())
const admin = randomUUID()
const event = (type: 'protected-person.added' | 'protected-person.removed') => staffEvent(admin, type, { at: today, correlationId: 'K7QM-9XTB-2RWH' })

test('somebody is protected from when they are put on the list until they are taken off; each act is logged, and never whom it was about', async () => {
  expect(await store.isProtected(print)).toBe(false)
  expect(await store.add(person, admin, event('protected-person.added'))).toBe(true)
  expect(await store.add(person, admin, event('protected-person.added'))).toBe(false)
  expect(await store.isProtected(print)).toBe(true)
  expect(await store.entries()).toEqual([{ addedAt: today, addedBy: admin }])
  expect(await createProtectedPersonStore(database.another(anOrgNumber('312222221')), key).isProtected(print)).toBe(false)
  expect(await store.remove(person, event('protected-person.removed'))).toBe(true)
  expect(await store.remove(person, event('protected-person.removed'))).toBe(false)
  expect(await store.isProtected(print)).toBe(false)
  expect((await database.events()).map(({ type, actor, subjectRef, outcome }) => ({ type, actor, subjectRef, outcome }))).toEqual(
    ['added', 'added', 'removed', 'removed'].map((what) => ({ type: `protected-person.${what}`, actor: `staff:${admin}`, subjectRef: null, outcome: null })),
  )
})

test('nobody gets on the list, or off it, without a line in the log', async () => {
  await database.asOwner('REVOKE INSERT ON "AuditEvent" FROM saldosyn_app')
  await expect(store.add(person, admin, event('protected-person.added'))).rejects.toThrow()
  expect(await store.isProtected(print)).toBe(false)
  await database.asOwner('GRANT INSERT ON "AuditEvent" TO saldosyn_app')
})
