/** npm run check: types, lint, arrows, drift, then unit and integration tests. Ends with "N passed, N failed". */
import fs from 'node:fs'
import path from 'node:path'
import { findDrift } from './drift.mjs'
import { ROOT, run } from './run.mjs'
import { newTally } from './tally.mjs'
import { besideDatabase, endTidily, generate, vitest } from './test-steps.mjs'

const FOLDERS = ['app', 'components', 'lib', 'messages', 'sandbox', 'cli', 'bench', 'e2e', 'proxy.ts', 'instrumentation.ts'].filter((at) => fs.existsSync(path.join(ROOT, at)))

endTidily()
const { step, ...tally } = newTally()
await step('generate', async () => { await generate(); await run('next', ['typegen'], { quiet: true }); return false })
await step('types', () => run('tsc', ['--noEmit'], { quiet: true }))
await step('lint', () => run('eslint', ['.', '--max-warnings=0'], { quiet: true }))
await step('arrows', () => run('depcruise', ['--config', '.dependency-cruiser.cjs', ...FOLDERS], { quiet: true }))
await step('tests beside a throw-away PostgreSQL', () => besideDatabase(async (env) => {
  await step('migrations lead to the schema', async () => {
    const drift = await findDrift({ ownerUrl: env.DATABASE_OWNER_URL })
    if (drift) throw new Error(`prisma/schema.prisma and prisma/migrations differ:\n${drift}`)
  })
  return vitest(tally, env)
}))
process.exit(tally.finish())
