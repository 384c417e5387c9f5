import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createSealer } from '@/lib/sealed'
import { aNationalId, digits, othersDigits } from '@/lib/testing/builders'
import { freshDatabase, today } from '@/lib/testing/database'
import { createSubjectStore } from './subject-store'

const database = await freshDatabase()
const fingerprintKey = new Uint8Array(randomBytes(32))
const aKey = (kid: string) => ({ kid, key: new Uint8Array(randomBytes(32)) })
const [oldKey, newKey] = [aKey('2025'), aKey('2026')]
const storeWith = (sealer = createSealer([oldKey]), db = database.db) => createSubjectStore(db, { sealer, fingerprintKey })
const subjects = storeWith()

describe('a person at rest', () => {
  test('gets a random ref the first time, and the same ever after', async () => {
    const ref = await subjects.refOf(aNationalId(), today)
    expect(ref).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(await subjects.refOf(aNationalId(), today)).toBe(ref)
    expect(await subjects.findRef(aNationalId())).toBe(ref)
  })

  test('who logs in on two devices for the first time gets one ref, on whichever instance', async () => {
    const person = aNationalId('04867310741')
    const stores = [storeWith(), storeWith(createSealer([oldKey]), database.another())] as const
    const refs = await Promise.all(Array.from({ length: 30 }, (_, n) => stores[n % 2 === 0 ? 0 : 1].refOf(person, today)))
    expect(new Set(refs).size).toBe(1)
    expect(refs[0]).toBe(await subjects.findRef(person))
  })

  test('is somebody else than anybody else', async () => {
    expect(await subjects.refOf(aNationalId(othersDigits), today)).not.toBe(await subjects.refOf(aNationalId(), today))
  })

  test('is not known before they have logged in', async () => {
    expect(await subjects.findRef(aNationalId('05917611434'))).toBeNull()
  })

  test('is known by number again only through the ref', async () => {
    const ref = await subjects.refOf(aNationalId(), today)
    expect((await subjects.nationalIdOf(ref)).reveal()).toBe(digits)
    await expect(subjects.nationalIdOf(randomUUID())).rejects.toThrow()
  })

  test('stands in the database without the number, however it is turned', async () => {
    const ref = await subjects.refOf(aNationalId(), today)
    const rows = JSON.stringify(await database.asOwner('SELECT * FROM "Subject"'))
    expect(rows).toContain(ref)
    for (const form of [digits, [...digits].reverse().join(''), Buffer.from(digits).toString('hex'), Buffer.from(digits).toString('base64').replace(/=+$/, '')]) expect(rows).not.toContain(form)
  })
})

describe('the seal on the number', () => {
  test('holds for its own row only: put in another person’s, it opens for nobody', async () => {
    const [one, other] = [await subjects.refOf(aNationalId('20829222281'), today), await subjects.refOf(aNationalId('06847912160'), today)]
    await database.asOwner('UPDATE "Subject" SET "nationalIdSealed" = (SELECT "nationalIdSealed" FROM "Subject" WHERE "ref" = $1) WHERE "ref" = $2', [one, other])
    await expect(subjects.nationalIdOf(other)).rejects.toThrow()
    expect((await subjects.nationalIdOf(one)).reveal()).toBe('20829222281')
  })

  test('survives a change of keys while the old one is kept, and not its removal', async () => {
    const person = aNationalId('07898212828')
    const ref = await subjects.refOf(person, today)
    expect(await storeWith(createSealer([newKey, oldKey])).refOf(person, today)).toBe(ref)
    expect((await storeWith(createSealer([newKey, oldKey])).nationalIdOf(ref)).equals(person)).toBe(true)
    await expect(storeWith(createSealer([newKey])).nationalIdOf(ref)).rejects.toThrow()
  })

  test('that opens to something else than a national id is refused, and what it was is not told', async () => {
    const ref = randomUUID()
    const sealed = createSealer([oldKey]).seal('canary', `subject|${ref}`)
    await database.asOwner('INSERT INTO "Subject" VALUES ($1, $2, $3, $4)', [ref, sealed, randomBytes(32), today])
    await expect(subjects.nationalIdOf(ref)).rejects.toThrow(/^((?!canary).)*$/)
  })
})

test('another bank’s fingerprint key finds nobody', async () => {
  await subjects.refOf(aNationalId(), today)
  const stranger = createSubjectStore(database.db, { sealer: createSealer([oldKey]), fingerprintKey: new Uint8Array(randomBytes(32)) })
  expect(await stranger.findRef(aNationalId())).toBeNull()
})
