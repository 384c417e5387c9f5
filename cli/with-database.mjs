/**
 * node cli/with-database.mjs <command> [arguments…]
 * Runs a command beside a migrated PostgreSQL of its own, given in DATABASE_URL (the app's role), DATABASE_OWNER_URL
 * and TEMPLATE_DATABASE_URL (the owner; copy it with CREATE DATABASE … TEMPLATE). The database is gone afterwards.
 */
import { run } from './run.mjs'
import { startThrowawayDatabase } from './throwaway-database.mjs'

const [command, ...args] = process.argv.slice(2)
if (!command) {
  console.error('Which command? For example: node cli/with-database.mjs vitest run lib/consent')
  process.exit(2)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {}) // the command ends, then we do
const database = await startThrowawayDatabase()
try {
  await run(command, args, { env: database.env })
} catch (error) {
  if (error.code === 'ENOENT') console.error(`There is no command "${command}".`)
  process.exitCode = typeof error.code === 'number' ? error.code : 1
} finally {
  await database.stop()
}
