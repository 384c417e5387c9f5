import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { newCorrelationId } from '@/lib/correlation-id'
import { createSealer, fingerprint } from '@/lib/sealed'
import { tokenHashOf } from '@/lib/session/session'
import { after, aNationalId } from '@/lib/testing/builders'
import { freshDatabase, today } from '@/lib/testing/database'
import { aStaffHouse, staffKeys, staffLimits } from '@/lib/testing/staff'
import type { StaffClaims } from './staff-provider'
import { createStaffStore } from './staff-store'

/** How employees' log-ins begin and are ended, with a real database and a provider that says what the test says. */
const database = await freshDatabase()
const aHouse = (but: Partial<StaffClaims> = {}) => aStaffHouse(database, but)

describe('a log-in', () => {
  test('of an employee with a role is a session, and stands in the log with its roles', async () => {
    const { isIn, find, told, store } = aHouse({ roles: ['auditor', 'admin'], name: 'Dagny Drift' })
    const token = await isIn()
    const session = await find(token)
    expect(session).toMatchObject({ roles: ['auditor', 'admin'], unit: 'Avdeling Sentrum', checkedAt: today, expiresAt: after(today, { hours: 8 }) })
    expect(await told(session?.staffRef ?? '')).toEqual(['staff-session.started: auditor-admin'])
    expect(await store.nameOf(session?.staffRef ?? '')).toBe('Dagny Drift')
  })

  test('gives a name that is told of those who are known, and of nobody else: not of one who is gone, was never named, or whose name no key opens', async () => {
    const [named, nameless] = [aHouse({ name: 'Ragnhild Rådgiver' }), aHouse({ name: null })]
    const refOf = async (house: typeof named) => (await house.find(await house.isIn()))?.staffRef ?? ''
    const [hers, his] = [await refOf(named), await refOf(nameless)]
    expect([...(await named.store.namesOf([hers, his, hers, randomUUID()]))]).toEqual([[hers, 'Ragnhild Rådgiver']])
    const withNewKey = createStaffStore(database.db, { ...staffKeys, sealer: createSealer([{ kid: 'k2', key: randomBytes(32) }]) })
    expect([...(await withNewKey.namesOf([hers]))]).toEqual([])
    await database.db.staffMember.updateMany({ where: { ref: hers }, data: { nameSealed: null } })
    expect([...(await named.store.namesOf([hers]))]).toEqual([])
  })

  test('of one without a role is refused and logged, and leaves nobody behind', async () => {
    const { logIn, store, sub } = aHouse({ roles: [] })
    const before = (await database.events()).length
    expect(await logIn()).toMatchObject({ ok: false, reason: 'no-role' })
    expect((await database.events()).slice(before)).toMatchObject([{ type: 'staff-session.refused', actor: 'staff', outcome: 'no-role' }])
    expect(await store.findRef(sub.sub)).toBeNull()
  })

  test('of one who had a role before is refused under their name', async () => {
    const { isIn, logIn, now, find, told, sub } = aHouse()
    const session = await find(await isIn())
    now.says = { ...sub, roles: [] }
    expect(await logIn()).toMatchObject({ reason: 'no-role' })
    expect((await told(session?.staffRef ?? '')).at(-1)).toBe('staff-session.refused: no-role')
  })

  test.each(['refused', 'provider-unavailable'] as const)('whose answer is %s is none', async (says) => {
    const { logIn, now } = aHouse()
    now.says = says
    expect(await logIn()).toMatchObject({ ok: false, reason: says === 'refused' ? 'not-valid' : says })
  })

  test('that this browser did not begin, or began ten minutes ago, is none', async () => {
    const { logIn, clock } = aHouse()
    expect(await logIn(null, null)).toMatchObject({ reason: 'no-transaction' })
    expect(await logIn(null, { state: 's', nonce: 'n', verifier: 'v', begun: clock.now().getTime() - 600_000 })).toMatchObject({ reason: 'no-transaction' })
  })

  test('takes the place of the one before in the same browser; the employee keeps their name', async () => {
    const { isIn, logIn, find, told } = aHouse()
    const first = await isIn()
    const session = await find(first)
    const second = await logIn(first)
    expect(await find(first)).toBeNull()
    expect(second.ok && (await find(second.value.token))?.staffRef).toBe(session?.staffRef)
    expect(await told(session?.staffRef ?? '')).toEqual(['staff-session.started: adviser', 'staff-session.ended: replaced', 'staff-session.started: adviser'])
  })

  test('is none when the log does not take its line', async () => {
    const { logIn, store } = aHouse()
    const count = async () => (await store.members()).reduce((sum, { sessions }) => sum + sessions, 0)
    const before = await count()
    await database.asOwner('REVOKE INSERT ON "AuditEvent" FROM saldosyn_app')
    await expect(logIn()).rejects.toThrow()
    await database.asOwner('GRANT INSERT ON "AuditEvent" TO saldosyn_app')
    expect(await count()).toBe(before)
  })

  test('leaves neither name, number, nor token in the database that anybody could read', async () => {
    const { isIn, store, find } = aHouse({ name: 'Canary Canarysen', nationalId: aNationalId('22847500038') })
    const token = await isIn()
    const session = await find(token)
    const rows = JSON.stringify(await database.asOwner('SELECT m::text AS m, s::text AS s FROM "StaffMember" m JOIN "StaffSession" s ON s."staffRef" = m."ref"'))
    expect(rows).toContain(session?.staffRef)
    for (const canary of ['Canary', '22847500038', token.reveal(), 'refresh-1', 'eyJ.id', 'ansatt']) for (const written of [canary, Buffer.from(canary).toString('hex')]) expect(rows).not.toContain(written)
    // The same as the person's own as a customer: nobody sees figures of their own as an adviser.
    expect(Buffer.from((await store.nationalIdFingerprintOf(session?.staffRef ?? '')) ?? [])).toEqual(Buffer.from(fingerprint(staffKeys.fingerprintKey, 'national-id', '22847500038')))
  })

  test('at another provider is somebody else’s, whatever they are called there', async () => {
    const { isIn, sub } = aHouse()
    await isIn()
    expect(await createStaffStore(database.db, { ...staffKeys, issuer: 'https://log-in.other.example' }).findRef(sub.sub)).toBeNull()
  })
})

describe('log-ins are ended', () => {
  const ending = (reason: 'back-channel' | 'ended-by-admin') => ({ reason, at: today, correlationId: newCorrelationId() })

  test('by the provider’s session, by its name of the employee, or by both; a log-out token is good once', async () => {
    const { isIn, store, find, sub } = aHouse()
    const token = await isIn()
    const jti = { value: randomUUID(), expiresAt: after(today, { hours: 1 }) }
    expect(await store.endOnce({ sid: 'another', sub: sub.sub }, jti, ending('back-channel'))).toBe(0)
    expect(await store.endOnce({ sid: null, sub: sub.sub }, jti, ending('back-channel'))).toBeNull()
    expect(await find(token)).not.toBeNull()
    expect(await store.endOnce({ sid: 'sid-1', sub: sub.sub }, { ...jti, value: randomUUID() }, ending('back-channel'))).toBe(1)
    expect(await find(token)).toBeNull()
    expect(await store.end({ sid: null, sub: null }, ending('back-channel'))).toBe(0)
  })

  test('by an admin: all of an employee’s, and the log says who ordered it', async () => {
    const { isIn, store, find, told } = aHouse()
    const [one, two] = [await isIn(), await isIn()]
    const ref = (await find(one))?.staffRef ?? ''
    const order = ending('ended-by-admin')
    const admin = randomUUID()
    expect(await store.endAtWord({ staffRef: ref }, order, { type: 'staff-session.end-ordered', at: today, actor: `staff:${admin}`, correlationId: order.correlationId, subjectRef: null, consentId: null, outcome: null })).toBe(2)
    expect([await find(one), await find(two)]).toEqual([null, null])
    expect(await told(admin)).toEqual(['staff-session.end-ordered: null'])
    expect((await told(ref)).slice(-2)).toEqual(['staff-session.ended: ended-by-admin', 'staff-session.ended: ended-by-admin'])
  })

  test('that ran out while nobody looked', async () => {
    const { isIn, store, find, clock, passes } = aHouse()
    const [idle, busy] = [await isIn(), await isIn()]
    passes({ minutes: 14 })
    await store.touch(tokenHashOf(busy.reveal()), clock.now())
    passes({ minutes: 1 })
    await store.endExpired(staffLimits, clock.now(), newCorrelationId())
    expect([await find(idle), (await find(busy)) !== null]).toEqual([null, true])
  })
})
