import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { newTally, readPlaywright, readVitest } from './tally.mjs'

const folder = mkdtempSync(join(tmpdir(), 'saldosyn-tally-'))
const said: string[] = []
beforeEach(() => {
  said.length = 0
  for (const way of ['log', 'error'] as const) vi.spyOn(console, way).mockImplementation((words: string) => { said.push(words) })
})
afterEach(() => { vi.restoreAllMocks() })
const report = (name: string, content: string) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

describe('the last line', () => {
  test('sums steps and reports', async () => {
    const tally = newTally()
    await tally.step('a', () => Promise.resolve())
    await tally.step('b', () => tally.add({ passed: 3, failed: 0, skipped: 0 }))
    expect(tally.finish()).toBe(0)
    expect(said.at(-1)).toBe('\n4 passed, 0 failed')
  })
  test('a step that throws has failed, and the next one still runs', async () => {
    const tally = newTally()
    await tally.step('a', () => Promise.reject(new Error('types do not fit')))
    await tally.step('b', () => Promise.resolve())
    expect(tally.finish()).toBe(1)
    expect(said.join('\n')).toContain('types do not fit')
    expect(said.at(-1)).toBe('\n1 passed, 1 failed')
  })
  test('what was skipped has not passed', () => {
    const tally = newTally()
    tally.add({ passed: 3, failed: 0, skipped: 2 })
    expect(tally.finish()).toBe(1)
    expect(said.at(-1)).toBe('\n3 passed, 2 failed')
  })
  test('nothing at all is not success', () => { expect(newTally().finish()).toBe(1) })
})

describe('reports', () => {
  test('a runner that wrote none has failed', () => {
    expect(readVitest(join(folder, 'none.json'))).toEqual({ passed: 0, failed: 1, skipped: 0 })
    expect(readPlaywright(report('half.json', '{"stats":'))).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })
  test('vitest: a file that does not load counts, though no test in it failed', () => {
    const file = report('vitest.json', JSON.stringify({ numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, success: false }))
    expect(readVitest(file)).toEqual({ passed: 5, failed: 1, skipped: 2 })
  })
  test('playwright: a flaky journey and a start that failed count', () => {
    const stats = { expected: 4, unexpected: 1, flaky: 1, skipped: 0 }
    expect(readPlaywright(report('flaky.json', JSON.stringify({ stats, errors: [] })))).toEqual({ passed: 4, failed: 2, skipped: 0 })
    expect(readPlaywright(report('start.json', JSON.stringify({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 }, errors: [{}] })))).toEqual({ passed: 0, failed: 1, skipped: 0 })
    rmSync(folder, { recursive: true })
  })
})
