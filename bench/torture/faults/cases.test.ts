import { describe, expect, test } from 'vitest'
import { cases, nameOf } from './case.ts'
import { skews, worlds } from './clock-faults.ts'
import { databaseFaults } from './database-faults.ts'
import { kinds, sourceKinds, tokenKinds } from './kinds.ts'
import { missingWords } from './words.ts'

describe('the matrix', () => {
  test('holds at least three hundred faults, each once', () => {
    expect(cases.length).toBeGreaterThanOrEqual(300)
    expect(new Set(cases.map(nameOf)).size).toBe(cases.length)
  })
  test('says what words are right wherever a fault is noticed', () => {
    const wordless = cases.filter(({ place, kind, once }) => !once && kind.sort !== 'fine' && kind.sort !== 'either' && !place.words[kind.sort]?.length)
    expect(wordless.map(nameOf)).toEqual([])
  })
  test('holds every class of the failure model; names (F22) and certificates (F21) are with the doors', () => {
    const classes = new Set([...kinds, ...sourceKinds, ...tokenKinds.any, ...tokenKinds.consent].map(({ f }) => Number(f.slice(1))))
    expect([...Array(27).keys()].map((n) => n + 1).filter((n) => !classes.has(n))).toEqual([21, 22])
  })
})

test('the database and the clocks: nineteen faults and more, twenty-seven together', () => {
  expect(databaseFaults.length).toBeGreaterThanOrEqual(19)
  expect(databaseFaults.length + skews.length + worlds.length).toBeGreaterThanOrEqual(27)
  expect(new Set(databaseFaults.map(({ d, name }) => `${d} ${name}`)).size).toBe(databaseFaults.length)
})

test('words are missed where there are none', () => {
  expect([missingWords('noBalance', 'source-busy'), missingWords('error', ''), missingWords('unavailable', '')]).toEqual([null, null, null])
  expect(missingWords('noBalance', 'nonsense')).toBe('noBalance.nonsense has no words in nb, nn, en')
})
