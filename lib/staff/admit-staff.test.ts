import { describe, expect, test } from 'vitest'
import { newCorrelationId } from '@/lib/correlation-id'
import { fail } from '@/lib/result'
import { Secret } from '@/lib/secret'
import { tokenHashOf } from '@/lib/session/session'
import { after, anOrgNumber } from '@/lib/testing/builders'
import { freshDatabase } from '@/lib/testing/database'
import { aStaffHouse, staffKeys } from '@/lib/testing/staff'
import type { StaffClaims } from './staff-provider'
import { createStaffStore } from './staff-store'

/** What an employee's log-in is good for, and when the provider is asked about it: with a real database. */
const database = await freshDatabase()
const aHouse = (but: Partial<StaffClaims> = {}) => aStaffHouse(database, but)

describe('an employee', () => {
  test('goes where their role lets them, and nowhere else; each refusal is logged', async () => {
    const { isIn, admit, find, told } = aHouse({ roles: ['auditor'] })
    const token = await isIn()
    expect(await admit(token, 'any')).toMatchObject({ ok: true })
    expect(await admit(token, 'auditor')).toMatchObject({ ok: true })
    expect(await admit(token, 'adviser')).toMatchObject({ ok: false, reason: 'wrong-role' })
    expect(await admit(token, 'admin')).toMatchObject({ ok: false, reason: 'wrong-role' })
    expect((await told((await find(token))?.staffRef ?? '')).slice(1)).toEqual(['access.refused: needs-adviser', 'access.refused: needs-admin'])
  })

  test('is nobody with a cookie that we did not give, or that another bank gave', async () => {
    const { isIn, admit } = aHouse()
    expect(await admit(new Secret('x'.repeat(43)))).toMatchObject({ reason: 'unknown' })
    const token = await isIn()
    const elsewhere = createStaffStore(database.another(anOrgNumber('312222221')), staffKeys)
    expect(await admit(token, 'any', { at: elsewhere })).toMatchObject({ reason: 'unknown' })
    expect((await admit(token)).ok).toBe(true)
  })

  test.each([[{ minutes: 14, seconds: 59 }, null], [{ minutes: 15 }, 'idle']] as const)('who was away for %o is in, or out for being away', async (away, why) => {
    const { isIn, admit, passes, find } = aHouse()
    const token = await isIn()
    passes(away)
    expect(await admit(token)).toMatchObject(why ? { ok: false, reason: why } : { ok: true })
    expect((await find(token)) === null).toBe(why !== null)
  })

  test('is out when their working day is over, however busy', async () => {
    const { isIn, admit, passes } = aHouse()
    const token = await isIn()
    for (let hours = 0; hours < 48; hours++) {
      passes({ minutes: 10 })
      if (hours < 47) expect((await admit(token)).ok).toBe(true)
    }
    expect(await admit(token)).toMatchObject({ reason: 'absolute' })
  })

  test.each(['idle', 'absolute', 'role-lost', 'refused-by-provider'] as const)('whose log-in was ended while they were not looking is told why: %s', async (reason) => {
    const { isIn, admit, store, clock } = aHouse()
    const token = await isIn()
    await store.end({ tokenHash: tokenHashOf(token.reveal()) }, { reason, at: clock.now(), correlationId: newCorrelationId() })
    expect(await admit(token)).toMatchObject({ reason })
  })

  test.each([['back-channel', 'elsewhere'], ['ended-by-admin', 'elsewhere'], ['own', 'unknown'], ['replaced', 'unknown']] as const)('whose log-in was ended as %s is %s', async (reason, why) => {
    const { isIn, admit, store, clock } = aHouse()
    const token = await isIn()
    await store.end({ tokenHash: tokenHashOf(token.reveal()) }, { reason, at: clock.now(), correlationId: newCorrelationId() })
    expect(await admit(token)).toMatchObject({ reason: why })
  })

  test('who only watches a page that follows by itself is away', async () => {
    const { isIn, admit, passes } = aHouse()
    const token = await isIn()
    passes({ minutes: 10 })
    expect((await admit(token, 'any', { touch: false })).ok).toBe(true)
    passes({ minutes: 5 })
    expect(await admit(token)).toMatchObject({ reason: 'idle' })
  })
})

describe('the provider is asked', () => {
  test('at most about once a minute, by one request of all, at use', async () => {
    const { isIn, admit, passes, asked, other } = aHouse()
    const token = await isIn()
    passes({ seconds: 49 })
    await admit(token)
    expect(asked()).toBe(0)
    passes({ seconds: 1 })
    // A refresh token is good once: asked twice with the same one, the provider would end it all.
    const many = await Promise.all(Array.from({ length: 8 }, (_, n) => admit(token, 'any', n % 2 ? { at: other } : {})))
    expect(many.every(({ ok }) => ok)).toBe(true)
    expect(asked()).toBe(1)
  })

  test('first, when its word is too old: everybody waits for it', async () => {
    const { isIn, admit, passes, asked, other } = aHouse()
    const token = await isIn()
    passes({ minutes: 10 })
    const many = await Promise.all(Array.from({ length: 6 }, (_, n) => admit(token, 'any', n % 2 ? { at: other } : {})))
    expect(many.every(({ ok }) => ok)).toBe(true)
    expect(asked()).toBe(1)
  })

  test.each([['one role of two', ['auditor'], null], ['the last role', [], 'role-lost']] as const)('and takes away %s', async (_, left, why) => {
    const { isIn, admit, passes, now, sub, find, told } = aHouse({ roles: ['auditor', 'admin'] })
    const token = await isIn()
    const ref = (await find(token))?.staffRef ?? ''
    now.says = { ...sub, roles: left }
    expect((await admit(token, 'admin')).ok).toBe(true)
    passes({ seconds: 50 })
    expect(await admit(token, 'admin')).toMatchObject({ ok: false, reason: why ?? 'wrong-role' })
    expect((await told(ref)).slice(1)).toEqual(why ? [`staff-session.ended: ${why}`] : ['staff-session.roles-changed: auditor', 'access.refused: needs-admin'])
    expect((await find(token)) === null).toBe(why !== null)
  })

  test('and says no more of somebody who is disabled: they are out', async () => {
    const { isIn, admit, passes, now, find, told } = aHouse()
    const token = await isIn()
    const ref = (await find(token))?.staffRef ?? ''
    now.says = 'refused'
    passes({ seconds: 50 })
    expect(await admit(token)).toMatchObject({ reason: 'refused-by-provider' })
    expect((await told(ref)).at(-1)).toBe('staff-session.ended: refused-by-provider')
  })

  test('in vain for three minutes at most: then nothing is shown, and all goes on when it answers', async () => {
    const { isIn, admit, passes, now, sub } = aHouse()
    const token = await isIn()
    now.says = 'provider-unavailable'
    for (const _ of [1, 2, 3]) {
      passes({ seconds: 59 })
      expect((await admit(token)).ok).toBe(true)
    }
    passes({ seconds: 3 })
    expect(await admit(token)).toMatchObject({ ok: false, reason: 'unchecked' })
    now.says = sub
    expect((await admit(token)).ok).toBe(true)
  })

  test.each([['an answer', false], ['none', true]] as const)('and a log-in that was ended until it gave %s goes no further', async (_, silent) => {
    const house = aHouse({ roles: ['auditor'] })
    const token = await house.isIn()
    house.passes({ seconds: 51 })
    const { provider } = house.deps.staff
    const asks = provider.ask.bind(provider)
    provider.ask = async (tokens) => {
      await house.store.end({ tokenHash: tokenHashOf(token.reveal()) }, { reason: 'back-channel', at: house.clock.now(), correlationId: newCorrelationId() })
      return silent ? fail('provider-unavailable') : asks(tokens)
    }
    expect(await house.admit(token, 'auditor')).toMatchObject({ ok: false, reason: 'elsewhere' })
  })

  test('anew when whoever asked has died meanwhile', async () => {
    const { isIn, admit, passes, store, clock, asked } = aHouse()
    const token = await isIn()
    passes({ minutes: 4 })
    await store.claimCheck(tokenHashOf(token.reveal()), after(clock.now(), { seconds: 9 }), { checkedBefore: clock.now(), now: clock.now() })
    passes({ seconds: 9 })
    expect((await admit(token)).ok).toBe(true)
    expect(asked()).toBe(1)
  })
})
