import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nok } from '@/lib/money'
import { barSegments } from './balance-bar'

const debts = (amounts: readonly number[]) => amounts.map((ore) => ({ kind: 'loan' as const, name: '', amount: nok(ore), changedAt: null }))

test('The segments stand side by side, fill the bar, and are wide enough to see', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 10_000_000_00 }), { minLength: 1, maxLength: 8 }), (amounts) => {
      const segments = barSegments(debts(amounts))
      segments.reduce((x, segment) => {
        expect(segment.x).toBeCloseTo(x)
        expect(segment.width).toBeGreaterThan(0.01)
        return x + segment.width
      }, 0)
      expect(segments.reduce((whole, { width }) => whole + width, 0)).toBeCloseTo(1)
    }),
  )
})

test('A segment is as wide as its share', () => {
  expect(barSegments(debts([75_00, 25_00])).map(({ width }) => width)).toEqual([0.75, 0.25])
})
