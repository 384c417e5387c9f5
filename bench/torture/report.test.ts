import { expect, test } from 'vitest'
import { newReport, summed, table, type Results, type SuiteResult } from './report.ts'

const result = (name: string, report: ReturnType<typeof newReport>, brokeOff: string | null = null): SuiteResult => ({ name, about: name, seconds: 1, budget: 2, amounts: { people: 1234567 }, counts: report.counts, figures: report.figures, brokeOff })
const results = (suites: SuiteResult[]): Results => ({ command: 'npm run torture', seed: 7, part: true, at: '2026-11-21T00:00:00Z', machine: { cores: 2, cpu: 'x', node: 'v24', load: [] }, seconds: 3, invariants: summed(suites), suites, passed: 0, failed: 0 })

test('counts over all suites, and tells what was violated with its words', () => {
  const [one, two] = [newReport(), newReport()]
  expect(one.check('I1', true, () => { throw new Error('words are for failures') })).toBe(true)
  expect(two.check('I1', false, () => 'a balance without a consent')).toBe(false)
  two.checks('tokens refused', 240, ['the fifth was taken'])
  const sum = summed([result('one', one), result('two', two)])
  expect(sum).toEqual({ I1: { checked: 2, violated: 1, examples: ['a balance without a consent'] }, 'tokens refused': { checked: 240, violated: 1, examples: ['the fifth was taken'] } })
})

test('the table names every invariant, and says which was not checked', () => {
  const report = newReport()
  report.checks('I7', 1_000, [])
  report.check('I8', false, () => 'another’s balance')
  const told = table(results([result('a suite', report, 'it could not go on')]))
  expect(told).toMatch(/^I7 +checked +1 000 times, violated 0 /m)
  expect(told).toMatch(/^I1 +not checked in this run/m)
  expect(told).toContain('VIOLATED 1 times: I8\n  another’s balance')
  expect(told).toContain('BROKE OFF: it could not go on')
  expect(told).toContain('people 1 234 567')
})

test('keeps neither a national id nor a token in the words of a violation', () => {
  const report = newReport()
  report.check('I9', false, () => 'found 24907524708 and eyJhbGciOiJSUzI1NiJ9.eyJpc3M.x-_ there')
  expect(report.counts.I9?.examples).toEqual(['found [digits] and [token] there'])
})
