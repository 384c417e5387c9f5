import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isCorrelationId, newCorrelationId } from './correlation-id'

describe('a reference for the telephone', () => {
  test('is three groups of four signs that cannot be misheard or misread, and never a word', () => {
    for (let n = 0; n < 2_000; n++) expect(newCorrelationId()).toMatch(/^[2-9BCDFGHJKLMNPQRSTVWXZ]{4}(-[2-9BCDFGHJKLMNPQRSTVWXZ]{4}){2}$/)
  })

  test('is recognised when it comes back', () => {
    for (let n = 0; n < 2_000; n++) expect(isCorrelationId(newCorrelationId())).toBe(true)
  })

  test('is not drawn twice', () => {
    expect(new Set(Array.from({ length: 20_000 }, newCorrelationId)).size).toBe(20_000)
  })

  test.each(['', 'K7QM', 'K7QM-9XTB', 'k7qm-9xtb-2rwh', 'K7QM-9XTB-2RWH ', 'K7QM-9XTB-2RWH\n', 'K7QM9XTB2RWH', 'K7QM-9XTB-2RWH-7777', 'KAQM-9XTB-2RWH', 'K0QM-9XTB-2RWH', 'KIQM-9XTB-2RWH', '<b>'])(
    'is not "%s"', (text) => {
      expect(isCorrelationId(text)).toBe(false)
    },
  )

  test('is nothing that anybody else makes up', () => {
    fc.assert(fc.property(fc.string(), (text) => !isCorrelationId(text)))
  })
})
