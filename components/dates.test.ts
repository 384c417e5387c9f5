import { expect, test } from 'vitest'
import { formatSecond, startOfDay } from './dates'

test.each([
  ['2026-01-15', '2026-01-14T23:00:00.000Z'],
  ['2026-07-15', '2026-07-14T22:00:00.000Z'],
  // The days on which the clock is moved: they begin by the old time.
  ['2026-03-29', '2026-03-28T23:00:00.000Z'],
  ['2026-03-30', '2026-03-29T22:00:00.000Z'],
  ['2026-10-25', '2026-10-24T22:00:00.000Z'],
  ['2026-10-26', '2026-10-25T23:00:00.000Z'],
  ['2024-02-29', '2024-02-28T23:00:00.000Z'],
])('%s begins in Oslo at %s', (day, instant) => {
  expect(startOfDay(day)?.toISOString()).toBe(instant)
})

test.each(['2026-02-29', '2026-13-01', '2026-1-1', '', 'today', '2026-01-15T00:00', '99999-01-01'])('%j is no day', (day) => {
  expect(startOfDay(day)).toBeNull()
})

test('a second is told as it is in Oslo', () => {
  expect(formatSecond(new Date('2026-07-14T22:05:09.999Z'))).toBe('2026-07-15 00:05:09')
})
