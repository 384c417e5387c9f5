import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NationalId } from './national-id'
import { publishedCustomers, withBrokenControl, withControlDigits } from './testing/builders'

const everywhere = { synthetic: true }
const inProduction = { synthetic: false }
const two = (n: number) => String(n).padStart(2, '0')

/** Numbers of a series with right control digits. Births 1854–1899 (individual number 500–749): nobody who lives. */
const numbers = ({ addToDay = 0, addToMonth = 0 }) =>
  fc
    .tuple(fc.date({ min: new Date('1854-01-01T00:00:00Z'), max: new Date('1899-12-31T00:00:00Z'), noInvalidDate: true }), fc.integer({ min: 500, max: 749 }))
    .map(([born, individual]) => withControlDigits(`${two(born.getUTCDate() + addToDay)}${two(born.getUTCMonth() + 1 + addToMonth)}${two(born.getUTCFullYear() % 100)}${individual}`))
    .filter((digits) => digits !== null)

const series = [
  ['fødselsnummer', {}, 'real'],
  ['D-number', { addToDay: 40 }, 'real'],
  ['synthetic number of series 80', { addToMonth: 80 }, 'synthetic'],
  ['synthetic D-number of series 80', { addToDay: 40, addToMonth: 80 }, 'synthetic'],
  ['synthetic number of series 40', { addToMonth: 40 }, 'synthetic'],
  ['synthetic D-number of series 40', { addToDay: 40, addToMonth: 40 }, 'synthetic'],
  ['synthetic number of series 65', { addToMonth: 65 }, 'synthetic'],
  ['synthetic D-number of series 65', { addToDay: 40, addToMonth: 65 }, 'synthetic'],
] as const

describe.each(series)('a %s', (_name, shift, belongs) => {
  test(`is known as ${belongs}`, () => {
    fc.assert(fc.property(numbers(shift), (digits) => NationalId.parse(digits, everywhere)?.series === belongs), { numRuns: 500 })
  })

  test(belongs === 'real' ? 'may be used in production' : 'is refused in production', () => {
    fc.assert(fc.property(numbers(shift), (digits) => (NationalId.parse(digits, inProduction) !== null) === (belongs === 'real')), { numRuns: 500 })
  })

  test('is none with a wrong last digit', () => {
    fc.assert(fc.property(numbers(shift), (digits) => NationalId.parse(withBrokenControl(digits), everywhere) === null), { numRuns: 500 })
  })
})

describe('the 17 published customers', () => {
  test.each(publishedCustomers)('%s is let in for tests, and refused in production though it looks real', (digits) => {
    expect(NationalId.parse(digits, everywhere)?.series).toBe('synthetic')
    expect(NationalId.parse(digits, inProduction)).toBeNull()
  })
})

describe('what is no national id', () => {
  test.each(['', '1581901002', '158190100299', ' 15819010029', '15819010029 ', '158190 10029', '15819010029\n', '1581901002x', 'abcdefghijk', '１５８１９０１００２９', '١٥٨١٩٠١٠٠٢٩', '15819010029\0', '0x158190100', '-5819010029', '00000000000', '15819010028', '15819010019'])(
    '"%s"', (text) => {
      expect(NationalId.parse(text, everywhere)).toBeNull()
    },
  )

  test('a day or month that no calendar has, in any series, with right control digits', () => {
    const calendar = (day: number, month: number) => {
      const dayOfMonth = day > 40 ? day - 40 : day
      const monthOfYear = [80, 65, 40, 0].map((shift) => month - shift).find((rest) => rest > 0) ?? 0
      return dayOfMonth >= 1 && monthOfYear >= 1 && monthOfYear <= 12 && dayOfMonth <= new Date(Date.UTC(2096, monthOfYear, 0)).getUTCDate()
    }
    for (let day = 0; day <= 99; day++)
      for (let month = 0; month <= 99; month++)
        for (const rest of ['96512', '96600', '96700', '96731']) {
          const digits = withControlDigits(`${two(day)}${two(month)}${rest.slice(0, 5)}`)
          if (digits !== null) expect.soft(NationalId.parse(digits, everywhere) !== null, `${two(day)}${two(month)}…`).toBe(calendar(day, month))
        }
  })

  test('29 February of a year that has none', () => {
    const onThe29th = (year: string) => ['500', '501', '502', '503', '504', '505'].map((n) => withControlDigits(`2982${year}${n}`)).find((digits) => digits !== null) ?? ''
    expect(NationalId.parse(onThe29th('96'), everywhere)).not.toBeNull()
    expect(NationalId.parse(onThe29th('97'), everywhere)).toBeNull()
  })

  test('anything at all that is not eleven ASCII digits', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => NationalId.parse(text, everywhere) === null || /^[0-9]{11}$/.test(text)), { numRuns: 1_000 })
  })
})

describe('a national id', () => {
  const id = NationalId.parse('15819010029', everywhere)

  test('is given to whoever says so out loud', () => {
    expect(id?.reveal()).toBe('15819010029')
  })

  test('prints as [national id] and nothing else', () => {
    const cause = inspect(new Error('it broke', { cause: id }))
    for (const print of [`${id as unknown as string}`, JSON.stringify({ id }), inspect({ id }), inspect(id, { showHidden: true }), cause]) {
      expect(print).toContain('[national id]')
      expect(print).not.toContain('15819010029')
    }
    expect(inspect(id, { customInspect: false, showHidden: true })).not.toContain('15819010029')
  })

  test('is the same person or another', () => {
    const parse = (digits: string) => NationalId.parse(digits, everywhere) as NationalId
    expect(parse('15819010029').equals(parse('15819010029'))).toBe(true)
    expect(parse('15819010029').equals(parse('24907524708'))).toBe(false)
  })
})
