import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readPrivateJwks } from './private-jwk'

const made = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits }).privateKey.export({ format: 'jwk' })
const [one, two, short] = [made(2048), made(3072), made(1024)]
const read = (value: unknown) => readPrivateJwks(typeof value === 'string' ? value : JSON.stringify(value))
const keysIn = (value: unknown) => {
  const result = read(value)
  if (!result.ok) throw new Error(result.reason)
  return result.value
}

describe('a private key as JWK', () => {
  test('is one key with its kid, its length and RS256 unless it says otherwise', () => {
    expect(keysIn({ ...one, kid: 'k1' })).toMatchObject([{ id: 'k1', header: { kid: 'k1' }, alg: 'RS256', bits: 2048 }])
    expect(keysIn({ ...two, kid: 'k1', alg: 'RS512' })).toMatchObject([{ alg: 'RS512', bits: 3072 }])
  })

  test('or a set, in its own order: the first one signs', () => {
    expect(keysIn({ keys: [{ ...one, kid: 'now' }, { ...two, kid: 'next' }] }).map(({ id }) => id)).toEqual(['now', 'next'])
  })

  test('does not print', () => {
    expect(JSON.stringify(read({ ...one, kid: 'k1' }))).not.toContain(one.d)
  })
})

describe('its age', () => {
  const endOf = (more: object) => keysIn({ ...one, kid: 'k1', ...more })[0].expiresAt?.toISOString() ?? null

  test('is not known of itself', () => {
    expect(keysIn({ ...one, kid: 'k1' })[0]).toMatchObject({ since: null, expiresAt: null })
  })

  test.each([[1_793_232_000], ['2026-10-29'], ['2026-10-29T00:00:00Z'], ['2026-10-29T01:00:00+01:00']])('is a year from the day that iat says it was posted: %s', (iat) => {
    expect(endOf({ iat })).toBe('2027-10-29T00:00:00.000Z')
  })

  test('is what exp says, also against iat', () => {
    expect(endOf({ exp: '2027-02-01' })).toBe('2027-02-01T00:00:00.000Z')
    expect(endOf({ iat: '2026-10-29', exp: '2027-02-01' })).toBe('2027-02-01T00:00:00.000Z')
  })

  test.each(['in a year', '2026-13-01', -5, '', null, true])('is not guessed from %j', (iat) => {
    expect(read({ ...one, kid: 'k1', iat })).toEqual({ ok: false, reason: 'no-such-date' })
  })
})

test.each([
  ['not-json', 'canary'], ['not-json', '"canary"'], ['not-json', ''],
  ['not-a-key', {}], ['not-a-key', { ...one, kid: 'k', kty: 'oct' }], ['not-a-key', { ...one, kid: 'k', alg: 'none' }], ['not-a-key', { ...one, kid: 'k', alg: 'HS256' }], ['not-a-key', { ...one, kid: 'k', n: '!' }],
  ['not-a-key', { ...one, kid: 'k', p: undefined }], ['not-a-key', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })],
  ['public-half', { kty: 'RSA', n: one.n, e: one.e, kid: 'k' }],
  ['no-kid', one], ['no-kid', { ...one, kid: '' }], ['no-kid', { ...one, kid: 5 }],
  ['too-short', { ...short, kid: 'k' }],
  ['same-kid', { keys: [{ ...one, kid: 'k' }, { ...two, kid: 'k' }] }],
  ['not-one-to-five', { keys: [] }], ['not-one-to-five', { keys: ['a', 'b', 'c', 'd', 'e', 'f'].map((kid) => ({ ...one, kid })) }],
  ['not-a-key', { keys: [{ ...one, kid: 'now' }, {}] }],
])('%s: a key that is none of ours is refused, and nothing of it is told', (reason, value) => {
  expect(read(value)).toEqual({ ok: false, reason })
})
