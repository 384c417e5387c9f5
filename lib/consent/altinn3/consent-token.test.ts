import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose'
import { describe, expect, test } from 'vitest'
import { Secret } from '@/lib/secret'
import { day, othersDigits } from '@/lib/testing/builders'
import { consentTokens, expected } from '@/lib/testing/consent-tokens'
import { aKeyPair, keySetOf } from '@/lib/testing/key-pairs'
import { checkConsentToken, type ExpectedConsent } from './consent-token'
import { personUrn } from './wire'

const [ours, next, stranger] = await Promise.all([aKeyPair('mp-2026'), aKeyPair('mp-2027'), aKeyPair('mp-2026')])
const keys = keySetOf(ours)
const { genuine, token, signWith, bad, good } = await consentTokens({ ours, next, stranger })
const check = async (of: string, keySet: JWTVerifyGetKey = keys, but: Partial<ExpectedConsent> = {}) => checkConsentToken(new Secret(of), keySet, { ...expected, ...but })

describe('a consent token is never used', () => {
  test('in any of more than 120 bad variants', () => {
    expect(bad.length).toBeGreaterThanOrEqual(120)
    expect(new Set(bad.map(({ what }) => what)).size).toBe(bad.length)
  })

  test.each(bad)('$what', async ({ token: of, found }) => {
    const checked = await check(of)
    expect(checked).toMatchObject({ ok: false, reason: 'not-our-consent', detail: expect.stringMatching(found) as string })
    expect(JSON.stringify(checked)).not.toMatch(/eyJ|\d{11}/)
  })

  test('signed in a way that was not agreed on, though the issuer does not say which its keys are for', async () => {
    const { alg: _alg, use: _use, ...anyAlg } = ours.publicJwk
    const keySet = createLocalJWKSet({ keys: [anyAlg] })
    expect(await check(await token(), keySet)).toMatchObject({ ok: true })
    expect(await check(await token({}, { alg: 'PS256' }, await signWith('PS256')), keySet)).toMatchObject({ ok: false, reason: 'not-our-consent' })
  })

  test('for another consent, person, bank, resource, scope or issuer than the one at hand', async () => {
    const others: Partial<ExpectedConsent>[] = [{ id: '00000000-5c1e-4f2b-9a55-0d6f3a1b2c3d' }, { from: personUrn(othersDigits) }, { to: '0192:312222221' }, { resource: 'slk-other' }, { scope: 'lanekassen:other' }, { issuer: 'https://maskinporten.no/' }, { now: day(1) }, { now: day(-1) }]
    for (const other of others) expect(await check(genuine, keys, other)).toMatchObject({ ok: false })
  })

  test('while the keys cannot be had: that is not the token’s fault, and said so', async () => {
    const unreachable = (() => Promise.reject(new TypeError('fetch failed: unreachable'))) as unknown as JWTVerifyGetKey
    expect(await check(genuine, unreachable)).toEqual({ ok: false, reason: 'keys-unavailable' })
  })
})

describe('a consent token is never refused', () => {
  test('in any of more than 20 good variants', () => {
    expect(good.length).toBeGreaterThanOrEqual(20)
  })

  test.each(good)('$what', async ({ token: of }) => {
    expect(await check(of)).toEqual({ ok: true, value: undefined })
  })

  test('while keys are being exchanged: the old and the new hold side by side', async () => {
    const both = keySetOf(ours, next)
    expect(await check(genuine, both)).toMatchObject({ ok: true })
    expect(await check(await token({}, { kid: 'mp-2027' }, next.signing.key), both)).toMatchObject({ ok: true })
    expect(await check(genuine, keySetOf(next))).toMatchObject({ ok: false })
  })
})
