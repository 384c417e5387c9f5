import { randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openReading, sealForAnother, sealReading } from './held-reading'

const readerKey = new Uint8Array(randomBytes(32))
const id = randomUUID()

describe('a reading at rest', () => {
  test('comes back whole to the one it was sealed for', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(openReading(sealReading(value, id, readerKey), id, readerKey)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  test('opens for nobody else', () => {
    expect(() => openReading(sealReading({ total: 1 }, id, readerKey), id, new Uint8Array(randomBytes(32)))).toThrow()
  })

  test('is sealed for one more reader by one who can open it, and by nobody else', () => {
    const sealed = sealReading({ total: 1 }, id, readerKey)
    const anothersKey = new Uint8Array(randomBytes(32))
    const forAnother = { ...sealed, sealedKey: sealForAnother(sealed.sealedKey, id, readerKey, anothersKey) }
    expect(openReading(forAnother, id, anothersKey)).toEqual({ total: 1 })
    expect(() => openReading(forAnother, id, readerKey)).toThrow()
    expect(() => sealForAnother(sealed.sealedKey, id, anothersKey, anothersKey)).toThrow()
    expect(() => sealForAnother(sealed.sealedKey, randomUUID(), readerKey, anothersKey)).toThrow()
  })

  test('cannot be put in the place of another reading, nor its seal', () => {
    const [mine, other] = [sealReading({ total: 1 }, id, readerKey), sealReading({ total: 2 }, randomUUID(), readerKey)]
    expect(() => openReading(mine, randomUUID(), readerKey)).toThrow()
    expect(() => openReading({ ...mine, sealedKey: other.sealedKey }, id, readerKey)).toThrow()
    expect(() => openReading({ ...mine, ciphertext: other.ciphertext }, id, readerKey)).toThrow()
  })

  test('is refused when a bit of it is another', () => {
    const sealed = sealReading({ total: 1305523 }, id, readerKey)
    for (const part of ['ciphertext', 'sealedKey'] as const)
      for (let at = 0; at < sealed[part].length; at++) {
        const tampered = { ...sealed, [part]: Uint8Array.from(sealed[part], (byte, i) => (i === at ? byte ^ 1 : byte)) }
        expect(() => openReading(tampered, id, readerKey)).toThrow()
      }
  })

  test('shows nothing of the figures, and is sealed under a new key each time', () => {
    const [one, two] = [sealReading({ total: 1305523 }, id, readerKey), sealReading({ total: 1305523 }, id, readerKey)]
    for (const { ciphertext, sealedKey } of [one, two]) expect(Buffer.concat([ciphertext, sealedKey]).toString('latin1')).not.toMatch(/1305523|total/)
    expect(() => openReading({ ciphertext: one.ciphertext, sealedKey: two.sealedKey }, id, readerKey)).toThrow()
  })
})
