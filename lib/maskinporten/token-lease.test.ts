import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createSealer } from '@/lib/sealed'
import { Secret } from '@/lib/secret'
import { systemClock } from '@/lib/clock'
import { freshDatabase } from '@/lib/testing/database'
import { createTokenLease } from './token-lease'

const database = await freshDatabase({ timeZone: 'Australia/Lord_Howe' })
const { asOwner } = database
const aKey = (kid: string) => ({ kid, key: new Uint8Array(randomBytes(32)) })
const [oldKey, newKey] = [aKey('2025'), aKey('2026')]
const [here, there] = [createTokenLease(database.db, createSealer([oldKey])), createTokenLease(database.another(), createSealer([oldKey]))]
const aToken = () => new Secret(`eyJ.${randomUUID()}`)
const taken = async (key: string, seconds = 30) => (await here.acquire(key, seconds)) ?? Promise.reject(new Error('somebody else has it'))
/** Lets the time of a lease, or of its token, be up. */
const letPass = (key: string, column: 'leaseUntil' | 'expiresAt') => asOwner(`UPDATE "TokenLease" SET "${column}" = clock_timestamp() - interval '1 second' WHERE "key" = $1`, [key])

describe('the lease', () => {
  test('goes to one of fifty who ask at once on two instances', async () => {
    const epochs = await Promise.all(Array.from({ length: 50 }, (_, n) => (n % 2 ? here : there).acquire('many', 30)))
    expect(epochs.filter((epoch) => epoch !== null)).toHaveLength(1)
  })

  test('goes to nobody else until its time is up, and then under a higher epoch', async () => {
    const first = await taken('in turn')
    expect(await there.acquire('in turn', 30)).toBeNull()
    await letPass('in turn', 'leaseUntil')
    const second = await there.acquire('in turn', 30)
    expect(second).toBeGreaterThan(first)
  })

  test('is free at once when it is given up or used', async () => {
    await here.release('given up', await taken('given up'))
    expect(await there.acquire('given up', 30)).not.toBeNull()
    await here.put('used', await taken('used'), aToken(), 120)
    expect(await there.acquire('used', 30)).not.toBeNull()
  })

  test('of one key is not the lease of another', async () => {
    await taken('one')
    expect(await there.acquire('other', 30)).not.toBeNull()
  })

  test('fences off the one who woke up too late: neither their token nor their giving up counts', async () => {
    const late = await taken('fenced')
    await letPass('fenced', 'leaseUntil')
    const now = (await there.acquire('fenced', 30)) ?? 0n
    expect(await here.put('fenced', late, aToken(), 120)).toBe(false)
    expect(await here.read('fenced', 0)).toBeNull()
    await here.release('fenced', late)
    expect(await here.acquire('fenced', 30)).toBeNull()

    const token = aToken()
    expect(await there.put('fenced', now, token, 120)).toBe(true)
    expect(await here.put('fenced', late, aToken(), 120)).toBe(false)
    expect((await here.read('fenced', 0))?.token.reveal()).toBe(token.reveal())
  })
})

describe('the token', () => {
  const kept = async (key: string, lifetime = 120) => {
    const token = aToken()
    await here.put(key, await taken(key), token, lifetime)
    return token
  }

  test('is the same on every instance, and says when it ends by the database’s own clock', async () => {
    const token = await kept('shared')
    const read = await there.read('shared', 15)
    expect(read?.token.reveal()).toBe(token.reveal())
    const [{ left } = { left: 0 }] = await asOwner('SELECT extract(epoch FROM "expiresAt" - clock_timestamp())::float AS left FROM "TokenLease" WHERE "key" = $1', ['shared'])
    expect(Number(left)).toBeGreaterThan(60)
    expect(Number(left)).toBeLessThanOrEqual(120)
    expect((read?.expiresAt.getTime() ?? 0) - systemClock.now().getTime()).toBeGreaterThan(60_000)
    expect((read?.expiresAt.getTime() ?? 0) - systemClock.now().getTime()).toBeLessThan(180_000)
  })

  test('is used up a margin before its end', async () => {
    await kept('margin', 60)
    expect(await there.read('margin', 15)).not.toBeNull()
    expect(await there.read('margin', 61)).toBeNull()
  })

  test('is none when its time is up', async () => {
    await kept('expired')
    await letPass('expired', 'expiresAt')
    expect(await here.read('expired', 0)).toBeNull()
  })

  test('is none before anybody has fetched one', async () => {
    expect(await here.read('never', 0)).toBeNull()
    await taken('being fetched')
    expect(await here.read('being fetched', 0)).toBeNull()
  })

  test('stands sealed in the database, for its own key only', async () => {
    const token = await kept('sealed')
    const [row] = await asOwner('SELECT "tokenSealed" FROM "TokenLease" WHERE "key" = $1', ['sealed'])
    expect(row?.tokenSealed).not.toContain(token.reveal())
    await kept('its place')
    await asOwner('UPDATE "TokenLease" SET "tokenSealed" = $1 WHERE "key" = $2', [row?.tokenSealed, 'its place'])
    expect(await here.read('its place', 0)).toBeNull()
  })

  test('sealed under a key that was rotated away is no token: a new one is fetched', async () => {
    const token = await kept('rotated')
    expect((await createTokenLease(database.db, createSealer([newKey, oldKey])).read('rotated', 0))?.token.reveal()).toBe(token.reveal())
    const rotated = createTokenLease(database.db, createSealer([newKey]))
    expect(await rotated.read('rotated', 0)).toBeNull()
    const fresh = aToken()
    const epoch = await rotated.acquire('rotated', 30)
    expect(epoch).not.toBeNull()
    await rotated.put('rotated', epoch ?? 0n, fresh, 120)
    expect((await rotated.read('rotated', 0))?.token.reveal()).toBe(fresh.reveal())
  })

  test('that was refused is forgotten everywhere, so that the next one asks anew', async () => {
    const token = await kept('refused')
    await there.forget('refused', token)
    expect(await here.read('refused', 0)).toBeNull()
  })

  test('that came after the refused one stays: a late complaint forgets nothing', async () => {
    const old = await kept('complaint')
    const fresh = await kept('complaint')
    await Promise.all(Array.from({ length: 20 }, () => there.forget('complaint', old)))
    expect((await here.read('complaint', 0))?.token.reveal()).toBe(fresh.reveal())
  })
})
