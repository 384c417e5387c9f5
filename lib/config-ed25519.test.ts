import { generateKeyPairSync } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { ed25519Jwk, ed25519PublicKeys } from './config-ed25519'

const aKey = () => generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as JWK & { x: string; d: string }
const own = aKey()
const { d: _d, ...ownPublic } = own
const read = (value: unknown) => ed25519Jwk.safeParse(typeof value === 'string' ? value : JSON.stringify(value))
const readSet = (value: unknown) => ed25519PublicKeys.safeParse(JSON.stringify(value))

describe('a key that signs', () => {
  test('is read, has its thumbprint for a name, and gives its public half away and nothing more', async () => {
    const { data } = read(own)
    expect(data?.kid).toBe(await calculateJwkThumbprint(ownPublic))
    expect(data?.publicJwk).toEqual({ kty: 'OKP', crv: 'Ed25519', x: own.x, kid: data?.kid, alg: 'EdDSA', use: 'sig' })
    expect(JSON.stringify(data)).not.toContain(own.d)
  })

  test('keeps the name it has', () => {
    expect(read({ ...own, kid: 'bank-2026' }).data?.kid).toBe('bank-2026')
  })

  test.each([
    ['no JSON', 'x'], ['the public half alone', ownPublic], ['halves of two keys', { ...own, x: aKey().x }], ['another curve', { ...own, crv: 'Ed448' }], ['an RSA key', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })],
    ['a short private half', { ...own, d: own.d.slice(1) }], ['a name with spaces', { ...own, kid: 'a b' }], ['a set', { keys: [own] }], ['nothing', null],
  ])('is not %s, and what it was is not told', (_what, value) => {
    const { success, error } = read(value)
    expect(success).toBe(false)
    expect(error?.issues.map(({ message }) => message)).toEqual(['must be a private Ed25519 key as JWK'])
  })
})

describe('keys that have signed before', () => {
  test('are public ones', () => {
    expect(readSet({ keys: [ownPublic, { ...ownPublic, kid: 'old' }] }).data?.map(({ kid }) => kid)).toEqual([read(own).data?.kid, 'old'])
  })
  test.each([{ keys: [own] }, {}, [], { keys: [{ kty: 'RSA' }] }])('and nothing else', (value) => {
    expect(readSet(value).success).toBe(false)
  })
})
