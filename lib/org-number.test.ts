import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { iso6523, parseOrgNumber } from './org-number'

const weights = [3, 2, 7, 6, 5, 4, 3, 2]
const remainder = (eight: string) => weights.reduce((total, weight, i) => total + weight * Number(eight[i]), 0) % 11
const eightDigits = fc.tuple(fc.constantFrom('2', '3', '8', '9'), fc.stringMatching(/^\d{7}$/)).map(([first, rest]) => first + rest)

describe('an organisation number', () => {
  test.each(['311111116', '312222221', '960885406', '974760673'])('is %s', (text) => {
    expect(parseOrgNumber(text)).toBe(text)
  })

  test('has one right control digit, or none', () => {
    fc.assert(
      fc.property(eightDigits, (eight) => {
        const right = Array.from({ length: 10 }, (_, digit) => `${eight}${digit}`).filter((text) => parseOrgNumber(text) !== null)
        const expected = remainder(eight) === 0 ? 0 : 11 - remainder(eight)
        expect(right).toEqual(expected === 10 ? [] : [`${eight}${expected}`])
      }),
    )
  })

  test.each(['', '31111111', '3111111160', '311111117', ' 311111116', '311111116 ', '311 111 116', '０12345678', '３１１１１１１１６', '311111116\n', '111111117', 'NO311111116', '0192:311111116'])('is not "%s"', (text) => {
    expect(parseOrgNumber(text)).toBeNull()
  })

  test('is named in tokens with Norway’s 0192 before it', () => {
    const orgNumber = parseOrgNumber('311111116')
    expect(orgNumber && iso6523(orgNumber)).toBe('0192:311111116')
  })
})
