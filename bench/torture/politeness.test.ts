import { expect, test } from 'vitest'
import { fewestFetches, fetchesAlone, mostFetches } from './politeness.ts'

const lasting = { lifetime: 119, margin: 15 }
const needs = (...at: readonly number[]) => at.map((second, nr) => ({ instance: nr % 2, scope: 's', at: second }))

test('where a token is always in use, the most is what the margin takes from each, and one', () => {
  const always = needs(...Array.from({ length: 1040 }, (_, second) => second))
  expect(fewestFetches(always, 119)).toBe(9)
  expect(mostFetches(always, { ...lasting, until: 0 })).toBe(11)
  expect(mostFetches(always, { ...lasting, until: 2 })).toBe(12)
})

test('where needs come in bursts, a token is lost with its margin only when a burst falls into it', () => {
  const everyTwoMinutes = needs(0, 120, 240, 360)
  expect(mostFetches(everyTwoMinutes, { ...lasting, until: 2 })).toBe(fewestFetches(everyTwoMinutes, 119) + 1)
  const intoTheMargin = needs(0, 110, 220, 330, 440, 550, 660, 770)
  expect(fewestFetches(intoTheMargin, 119)).toBe(4)
  expect(mostFetches(intoTheMargin, { ...lasting, until: 2 }), 'a token for each').toBe(9)
})

test('each instance for itself fetches as many times as there are instances', () => {
  expect(fetchesAlone(needs(0, 1, 2, 3), lasting)).toBe(2)
  expect(fetchesAlone([...needs(0), { instance: 0, scope: 'other', at: 0 }], lasting)).toBe(2)
})
