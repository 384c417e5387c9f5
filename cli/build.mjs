/** npm run build: the production build in .next/standalone, with no settings and no database. */
import path from 'node:path'
import { build, SERVER } from './build-output.mjs'
import { ROOT } from './run.mjs'

try {
  await build()
  console.log(`\nBuilt. Start it with "npm start", or run ${path.relative(ROOT, SERVER)} yourself.`)
} catch (error) {
  console.error(`\nThe build failed. ${error.message}`)
  process.exit(1)
}
