import { expect, test } from 'vitest'
import { systemClock } from './clock'

test('the clock hands out a new instant each time: what a rule does to one does not change the next', () => {
  const first = systemClock.now()
  first.setUTCFullYear(1999)
  expect(systemClock.now().getUTCFullYear()).toBeGreaterThan(2025)
})
