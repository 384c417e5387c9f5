/** Counts what passed and what failed, over steps and over the reports of the test runners, and says it in one last line. */
import fs from 'node:fs'

export function newTally() {
  const sum = { passed: 0, failed: 0 }
  const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

  /** Runs a step under its name. What it throws is told and counts as a failure; `false` says that it has counted itself. */
  async function step(name, work) {
    const since = performance.now()
    console.log(`\n── ${name}`)
    try {
      if ((await work()) !== false) sum.passed++
      console.log(`── ${name}: ${seconds(since)}`)
      return true
    } catch (error) {
      sum.failed++
      console.error(`${error.output ?? error.message}\n── ${name}: FAILED after ${seconds(since)}`)
      return false
    }
  }

  /** Adds a runner's counts. A skipped test has shown nothing, so it counts as failed. */
  function add({ passed, failed, skipped }) {
    sum.passed += passed
    sum.failed += failed + skipped
    if (skipped) console.error(`${skipped} skipped: each counts as failed.`)
    return false
  }

  function finish() {
    console.log(`\n${sum.passed} passed, ${sum.failed} failed`)
    return sum.failed === 0 && sum.passed > 0 ? 0 : 1
  }
  return { step, add, finish }
}

const report = (file) => { try { return JSON.parse(fs.readFileSync(file, 'utf8')) } catch { return undefined } }

/** @returns {{ passed: number, failed: number, skipped: number }} */
export function readVitest(file) {
  const it = report(file)
  if (!it) return { passed: 0, failed: 1, skipped: 0 }
  return { passed: it.numPassedTests, failed: it.numFailedTests || (it.success ? 0 : 1), skipped: it.numPendingTests + it.numTodoTests }
}

/** @returns {{ passed: number, failed: number, skipped: number }} */
export function readPlaywright(file) {
  const it = report(file)
  if (!it) return { passed: 0, failed: 1, skipped: 0 }
  const { expected, unexpected, flaky, skipped } = it.stats
  return { passed: expected, failed: unexpected + flaky || it.errors.length || (expected ? 0 : 1), skipped }
}
