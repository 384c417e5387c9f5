import { randomUUID } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { day } from '@/lib/testing/builders'
import { aKeyPair, importAs } from '@/lib/testing/key-pairs'
import { signJwtGrant } from './jwt-grant'

const pair = await aKeyPair('bank-2026')
const claims = { clientId: '11111111-2222-4333-8444-555555555555', audience: 'https://test.maskinporten.no/', scope: 'lanekassen:lan/v1/saldoopplysninger' }
const now = new Date(day(0).getTime() + 999)
const grant = async (more: object = {}) => (await signJwtGrant(pair.signing, { ...claims, ...more }, now, 'jti-1')).reveal()

describe('a grant', () => {
  test('names the registered key, and nothing else, in its header', async () => {
    expect(decodeProtectedHeader(await grant())).toEqual({ alg: 'RS256', kid: 'bank-2026' })
  })

  test('says exactly what Maskinporten asks for: whole seconds, one audience with its slash, a hundred seconds of life', async () => {
    const iat = day(0).getTime() / 1000
    expect(decodeJwt(await grant())).toEqual({ iss: claims.clientId, aud: claims.audience, scope: claims.scope, iat, exp: iat + 100, jti: 'jti-1' })
  })

  test('never lives longer than the 120 s that are allowed, whatever part of a second it is made in', async () => {
    for (let ms = 0; ms < 1000; ms += 37) {
      const { iat = 0, exp = 0 } = decodeJwt((await signJwtGrant(pair.signing, claims, new Date(day(0).getTime() + ms), randomUUID())).reveal())
      expect(exp - iat).toBeLessThanOrEqual(120)
    }
  })

  test('of a supplier names the bank, and of the bank itself nobody', async () => {
    expect(decodeJwt(await grant({ consumerOrg: '311111116' }))).toMatchObject({ consumer_org: '311111116' })
    expect(decodeJwt(await grant())).not.toHaveProperty('consumer_org')
  })

  test('for a consent names that one, in all three fields', async () => {
    const consent = { type: 'urn:altinn:consent', id: '7d1f0a52-5c1e-4f2b-9a55-0d6f3a1b2c3d', from: 'urn:altinn:person:identifier-no:15819010029' }
    expect(decodeJwt(await grant({ consent }))).toMatchObject({ authorization_details: [consent] })
  })

  test('is signed by our key and holds with nobody else’s', async () => {
    const ours = await importAs('x', 'RS256', pair.publicJwk)
    await expect(jwtVerify(await grant(), ours.key, { currentDate: now })).resolves.toBeDefined()
    const stranger = await aKeyPair('stranger')
    const strangers = await importAs('x', 'RS256', stranger.publicJwk)
    await expect(jwtVerify(await grant(), strangers.key, { currentDate: now })).rejects.toThrow()
  })

  test('does not print', async () => {
    expect(`${JSON.stringify(await signJwtGrant(pair.signing, claims, now, 'jti-1'))}`).toBe('"[secret]"')
  })
})

describe('the key', () => {
  test('signs with the algorithm it is registered for', async () => {
    const signing = await importAs('k', 'RS512', pair.privateJwk)
    expect(decodeProtectedHeader((await signJwtGrant(signing, claims, now, 'j')).reveal())).toEqual({ alg: 'RS512', kid: 'k' })
  })

  test('is not a shared secret', async () => {
    await expect(importAs('k', 'HS256', { kty: 'oct', k: 'c2VjcmV0' })).rejects.toThrow()
  })
})
