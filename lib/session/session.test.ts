import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Secret } from '@/lib/secret'
import { after, aSession, day } from '@/lib/testing/builders'
import { endedBy, keyFromToken, newSessionToken, tokenHashOf } from './session'

const limits = { idleMinutes: 15, maxMinutes: 120 }

describe('a session', () => {
  const session = aSession({ lastSeenAt: day(0), expiresAt: after(day(0), { hours: 2 }) })

  test.each([
    [{ ms: 0 }, null],
    [{ minutes: 14, seconds: 59, ms: 999 }, null],
    [{ minutes: 15 }, 'idle'],
    [{ minutes: 15, ms: 1 }, 'idle'],
    [{ hours: 1, minutes: 59 }, 'idle'],
    [{ hours: 2 }, 'absolute'],
    [{ hours: 3 }, 'absolute'],
  ])('seen last %o ago is over by: %s', (ago, why) => {
    expect(endedBy(session, limits, after(day(0), ago))).toBe(why)
  })

  test('used all the time is over at its end all the same', () => {
    const busy = { ...session, lastSeenAt: after(day(0), { hours: 2, ms: -1 }) }
    expect(endedBy(busy, limits, after(day(0), { hours: 2, ms: -1 }))).toBeNull()
    expect(endedBy(busy, limits, after(day(0), { hours: 2 }))).toBe('absolute')
  })

  test('once over, is never alive again while time goes on', () => {
    fc.assert(
      fc.property(fc.nat(200 * 60_000), fc.nat(200 * 60_000), (ms, more) => endedBy(session, limits, after(day(0), { ms })) === null || endedBy(session, limits, after(day(0), { ms: ms + more })) !== null),
    )
  })
})

describe('the cookie', () => {
  test('is 256 random bits that fit in a cookie, and never the same', () => {
    const tokens = Array.from({ length: 2_000 }, newSessionToken)
    expect(new Set(tokens).size).toBe(2_000)
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/)
  })

  test('is known to the database by its SHA-256 alone', () => {
    const token = newSessionToken()
    expect(Buffer.from(tokenHashOf(token)).toString('hex')).toBe(createHash('sha256').update(token).digest('hex'))
  })

  test('gives one key for readings and another for the id_token, neither of which is in the database', () => {
    const token = newSessionToken()
    const [reading, idToken] = [keyFromToken(new Secret(token), 'reading'), keyFromToken(new Secret(token), 'id-token')]
    expect(reading).toHaveLength(32)
    expect(reading.equals(idToken)).toBe(false)
    expect(reading.equals(Buffer.from(tokenHashOf(token)))).toBe(false)
    expect(reading.equals(keyFromToken(new Secret(token), 'reading'))).toBe(true)
    expect(reading.equals(keyFromToken(new Secret(newSessionToken()), 'reading'))).toBe(false)
  })
})
