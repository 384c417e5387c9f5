import { randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createReturnRefs, isReturnRef, returnRefHash } from './return-ref'

const refs = createReturnRefs(randomBytes(32))

describe('the reference in the address Altinn sends a person back to', () => {
  test('is the same each time for a request, so that the request can be repeated word for word', () => {
    const id = randomUUID()
    expect(refs.of(id)).toBe(refs.of(id))
  })

  test('tells neither which request it is for nor can be made by somebody who knows the request', () => {
    const id = randomUUID()
    expect(refs.of(id)).not.toContain(id)
    expect(createReturnRefs(randomBytes(32)).of(id)).not.toBe(refs.of(id))
  })

  test('is another for each request, and recognised as ours', () => {
    const all = Array.from({ length: 2_000 }, () => refs.of(randomUUID()))
    expect(new Set(all).size).toBe(2_000)
    expect(all.every(isReturnRef)).toBe(true)
  })

  test('is in the database as a hash only', () => {
    const ref = refs.of(randomUUID())
    expect(returnRefHash(ref)).toHaveLength(32)
    expect(Buffer.from(returnRefHash(ref)).toString('base64url')).not.toBe(ref)
  })

  test.each([null, undefined, '', 'a'.repeat(42), 'a'.repeat(44), `${'a'.repeat(42)}=`, `${'a'.repeat(42)}.`, `${'a'.repeat(43)}\n`, '../../etc/passwd', '<script>'.repeat(6).slice(0, 43)])('%o is none of ours, and is not looked up', (text) => {
    expect(isReturnRef(text)).toBe(false)
  })

  test('nothing else than 43 signs of base64url is one', () => {
    fc.assert(fc.property(fc.string({ maxLength: 60 }), (text) => isReturnRef(text) === /^[\w-]{43}$/.test(text)))
  })
})
