import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { format, fromDecimalText, negate, nok, sum } from './money'

/** The same amount by whole numbers of any size: what the rule must agree with. */
const oreOf = (kroner: bigint, ore: number, negative: boolean) => Number((kroner * 100n + BigInt(ore)) * (negative ? -1n : 1n))
const amounts = fc.record({ kroner: fc.bigInt({ min: 0n, max: 999_999_999_999n }), ore: fc.integer({ min: 0, max: 99 }), negative: fc.boolean(), zeros: fc.integer({ min: 0, max: 10 }) })
const many = { numRuns: 10_000 }

describe('an amount in the digits that Lånekassen wrote', () => {
  test('is exactly as many øre, whatever its size', () => {
    fc.assert(
      fc.property(amounts, ({ kroner, ore, negative, zeros }) => {
        const text = `${negative ? '-' : ''}${kroner}.${String(ore).padStart(2, '0')}${'0'.repeat(zeros)}`
        expect(fromDecimalText(text)?.ore).toBe(oreOf(kroner, ore, negative) || 0)
      }),
      many,
    )
  })

  test('with one decimal counts tens of øre, and with none whole kroner', () => {
    fc.assert(
      fc.property(amounts, ({ kroner, ore, negative }) => {
        const sign = negative ? '-' : ''
        expect(fromDecimalText(`${sign}${kroner}.${ore % 10}`)?.ore).toBe(oreOf(kroner, (ore % 10) * 10, negative) || 0)
        expect(fromDecimalText(`${sign}${kroner}`)?.ore).toBe(oreOf(kroner, 0, negative) || 0)
      }),
      many,
    )
  })

  test('with a part of an øre is no amount: nobody rounds somebody’s debt', () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 1, max: 9 }), ({ kroner, ore, zeros }, more) => {
        expect(fromDecimalText(`${kroner}.${String(ore).padStart(2, '0')}${'0'.repeat(zeros)}${more}`)).toBeNull()
      }),
      many,
    )
  })

  test.each(['', ' ', '-', '.', '1.', '.5', '+1', '--1', '1e3', '1E3', '1e400', '1e-2', 'NaN', 'Infinity', '-Infinity', '0x10', '1,5', '1 000', '1_000', '12.3.4', 'null', '1 ', ' 1', '1\n', '１', '12684,79', '1000000000000', `0.${'0'.repeat(31)}`])(
    'is not "%s"', (text) => {
      expect(fromDecimalText(text)).toBeNull()
    },
  )

  test('is never anything but a whole number of øre or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.stringMatching(/^[-+.eE\d]{0,24}$/)), (text) => {
        const money = fromDecimalText(text)
        expect(money === null || Number.isSafeInteger(money.ore)).toBe(true)
      }),
      many,
    )
  })

  test.each(['0', '-0', '0.0', '-0.00'])('"%s" is plain zero, without a sign', (text) => {
    expect(Object.is(fromDecimalText(text)?.ore, 0)).toBe(true)
  })
})

describe('money', () => {
  test.each([0.5, 12684.79, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('is never %d øre', (ore) => {
    expect(() => nok(ore)).toThrow(RangeError)
  })

  test('adds up exactly, where floats would not', () => {
    const parts = ['0.1', '0.2', '12684.79', '90.44', '280.0'].map((text) => fromDecimalText(text) ?? nok(Number.NaN))
    expect(sum(parts)).toEqual(nok(1305553))
    expect(sum([])).toEqual(nok(0))
  })

  test('adds up the same in any order', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -1e12, max: 1e12 }), { maxLength: 50 }), (all) => sum(all.map(nok)).ore === sum([...all].reverse().map(nok)).ore))
  })

  test('too large to add exactly is an error, not a wrong sum', () => {
    expect(() => sum([nok(Number.MAX_SAFE_INTEGER), nok(1)])).toThrow(RangeError)
  })

  test('owed the other way is the same amount with the other sign, and zero stays zero', () => {
    expect(negate(nok(-152350))).toEqual(nok(152350))
    expect(Object.is(negate(nok(0)).ore, 0)).toBe(true)
  })
})

describe('on the screen', () => {
  const NBSP = '\u00a0'
  test.each([
    ['nb', 1268479, `12${NBSP}684,79${NBSP}kr`],
    ['nn', 1268479, `12${NBSP}684,79${NBSP}kr`],
    ['en', 1268479, `NOK${NBSP}12,684.79`],
    ['nb', 0, `0,00${NBSP}kr`],
    ['nn', -152350, `−1${NBSP}523,50${NBSP}kr`],
    ['nb', 120433000, `1${NBSP}204${NBSP}330,00${NBSP}kr`],
    ['en', -152350, `-NOK${NBSP}1,523.50`],
  ])('in %s, %d øre is "%s"', (locale, ore, text) => {
    expect(format(nok(ore), locale)).toBe(text)
  })

  test('every øre is there, for any amount a person can owe', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e14, max: 1e14 }), (ore) => {
        expect(format(nok(ore), 'nb').replace(/\D/g, '')).toBe(String(Math.abs(ore)).padStart(3, '0'))
      }),
      many,
    )
  })
})
