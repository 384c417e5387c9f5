import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSealer, decrypt, deriveKey, encrypt, fingerprint, type NamedKey } from './sealed'

const aKey = () => new Uint8Array(randomBytes(32))
const named = (kid: string): NamedKey => ({ kid, key: aKey() })
const outcomeOf = (open: () => string) => {
  try {
    return open()
  } catch {
    return 'refused'
  }
}

describe('what is encrypted', () => {
  const key = aKey()

  test('comes back whole, whatever it is', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.string(), (plain, context) => decrypt(key, encrypt(key, plain, context), context).equals(plain)))
  })

  test('is refused when a single bit of any of its bytes is another', () => {
    const sealed = encrypt(key, Buffer.from('15819010029'), 'subject|1')
    for (let at = 0; at < sealed.length; at++)
      for (let bit = 0; bit < 8; bit++) {
        const tampered = Uint8Array.from(sealed, (byte, i) => (i === at ? byte ^ (1 << bit) : byte))
        expect(() => decrypt(key, tampered, 'subject|1')).toThrow()
      }
  })

  test('is refused when it is cut short anywhere, also in the middle of its tag', () => {
    const sealed = encrypt(key, Buffer.from('15819010029'), 'subject|1')
    for (let length = 0; length < sealed.length; length++) expect(() => decrypt(key, sealed.subarray(0, length), 'subject|1')).toThrow()
  })

  test('is refused in another place than the one it was made for', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (made, asked) => made === asked || outcomeOf(() => decrypt(key, encrypt(key, Buffer.from('x'), made), asked).toString()) === 'refused'))
  })

  test('is refused under another key', () => {
    expect(() => decrypt(aKey(), encrypt(key, Buffer.from('x'), 'here'), 'here')).toThrow()
  })

  test('never looks the same twice', () => {
    const nonces = new Set(Array.from({ length: 5_000 }, () => Buffer.from(encrypt(key, Buffer.from('x'), 'here')).subarray(0, 12).toString('hex')))
    expect(nonces.size).toBe(5_000)
  })
})

describe('a seal under rotating keys', () => {
  const [oldKey, newKey] = [named('2025'), named('2026')]
  const before = createSealer([oldKey])
  const during = createSealer([newKey, oldKey])
  const afterwards = createSealer([newKey])

  test('opens for as long as its key is among ours', () => {
    const sealed = before.seal('15819010029', 'subject|1')
    expect(during.open(sealed, 'subject|1')).toBe('15819010029')
    expect(() => afterwards.open(sealed, 'subject|1')).toThrow('no key 2025')
  })

  test('is made with the first key, named in it', () => {
    const sealed = during.seal('text', 'here')
    expect(sealed).toMatch(/^v1\.2026\.[\w-]+$/)
    expect(afterwards.open(sealed, 'here')).toBe('text')
  })

  test('does not open under another key’s name, even when that name now holds the same key', () => {
    const sealed = before.seal('text', 'here')
    const renamed = createSealer([{ kid: 'other', key: oldKey.key }])
    expect(() => renamed.open(sealed.replace('2025', 'other'), 'here')).toThrow()
  })

  test('changed anywhere, it opens to nothing but what was sealed', () => {
    const sealed = before.seal('15819010029', 'subject|1')
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.stringMatching(/^[\w.-]$/), (at, sign) => {
        const tampered = sealed.slice(0, at) + sign + sealed.slice(at + 1)
        expect(['15819010029', 'refused']).toContain(outcomeOf(() => before.open(tampered, 'subject|1')))
      }),
      { numRuns: 3_000 },
    )
  })

  test.each(['', 'v1', 'v1.2025', 'v1.2025.', 'v2.2025.AAAA', 'v1.2025.AAAA', '2025.AAAA', 'v1..AAAA', 'v1.2025.AAAA.more'])('is not "%s"', (text) => {
    expect(() => before.open(text, 'here')).toThrow()
  })

  test('with anything written after it is no seal', () => {
    expect(() => before.open(`${before.seal('text', 'here')}.more`, 'here')).toThrow()
  })

  test('says nothing of its text when it does not open', () => {
    const sealed = before.seal('15819010029', 'here')
    expect(() => afterwards.open(sealed, 'here')).toThrow(/^((?!15819010029|\.).)*$/)
  })
})

describe('keys and fingerprints', () => {
  test('one secret gives another key for each purpose, and the same one each time', () => {
    const secret = aKey()
    expect(deriveKey(secret, 'a').equals(deriveKey(secret, 'a'))).toBe(true)
    expect(deriveKey(secret, 'a').equals(deriveKey(secret, 'b'))).toBe(false)
    expect(deriveKey(secret, 'a')).toHaveLength(32)
  })

  test('a fingerprint is the same for the same value, and worthless without its key', () => {
    const key = aKey()
    const print = (of: Uint8Array, purpose: string, value: string) => Buffer.from(fingerprint(of, purpose, value)).toString('hex')
    expect(print(key, 'national-id', '15819010029')).toBe(print(key, 'national-id', '15819010029'))
    expect(print(aKey(), 'national-id', '15819010029')).not.toBe(print(key, 'national-id', '15819010029'))
    expect(print(key, 'something-else', '15819010029')).not.toBe(print(key, 'national-id', '15819010029'))
  })
})
