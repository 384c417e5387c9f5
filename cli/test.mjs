/**
 * npm test: unit and integration tests, the production build, and the journeys in a real browser against it.
 * With --browser, the build and the journeys only. Ends with "N passed, N failed".
 */
import fs from 'node:fs'
import path from 'node:path'
import { ensureBuild } from './build-output.mjs'
import { run } from './run.mjs'
import { newTally, readPlaywright } from './tally.mjs'
import { besideDatabase, endTidily, generate, RESULTS, vitest } from './test-steps.mjs'

endTidily()
const { step, ...tally } = newTally()
if (!process.argv.includes('--browser')) {
  await step('unit and integration tests', async () => { await generate(); return besideDatabase((env) => vitest(tally, env)) })
}
const built = await step('production build', () => ensureBuild())
if (built) await step('journeys in a browser', async () => {
  const out = path.join(RESULTS, 'journeys.json')
  fs.rmSync(out, { force: true })
  await run('playwright', ['test'], { env: { PLAYWRIGHT_JSON_OUTPUT_FILE: out } }).catch(() => {})
  return tally.add(readPlaywright(out))
})
process.exit(tally.finish())
