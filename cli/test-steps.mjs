/** The steps that `npm run check` and `npm test` have in common. */
import fs from 'node:fs'
import path from 'node:path'
import { ROOT, run } from './run.mjs'
import { withoutSettings } from './sandbox-settings.mjs'
import { readVitest } from './tally.mjs'
import { startThrowawayDatabase } from './throwaway-database.mjs'

export const RESULTS = path.join(ROOT, 'test-results')

/** The generated client must be there before anything is checked or tested. */
export const generate = () => run('prisma', ['generate'], { quiet: true })

/** Runs `work` beside a throw-away PostgreSQL, and ends it however that goes. */
export async function besideDatabase(work) {
  const database = await startThrowawayDatabase({ log: path.join(RESULTS, 'logs/postgres-vitest.log') })
  try { return await work({ ...withoutSettings(), ...database.env }) } finally { await database.stop() }
}

/** Unit and integration tests, counted from vitest's own report. */
export async function vitest(tally, env) {
  const out = path.join(RESULTS, 'vitest.json')
  fs.rmSync(out, { force: true })
  await run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${out}`], { env: { ...env, NODE_ENV: 'test' } }).catch(() => {})
  return tally.add(readVitest(out))
}

/** Ctrl-C reaches the tools too: they end, we tidy up, and say what we know. */
export function endTidily() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => setTimeout(() => process.exit(1), 3000).unref())
}
