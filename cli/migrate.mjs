/**
 * npm run db:migrate: brings the database of DATABASE_OWNER_URL to the newest form, as that role, and gives the role of
 * DATABASE_URL what it needs. Without either, the embedded PostgreSQL of the demo (never in production).
 */
import { startPostgres } from './embedded-postgres.mjs'
import { migrateDatabase } from './migrate-database.mjs'
import { settingFrom } from './setting.mjs'

const stop = (words) => { console.error(words); process.exit(1) }
const ownerUrl = settingFrom('DATABASE_OWNER_URL')
const appUrl = settingFrom('DATABASE_URL')
const production = (process.env.DEPLOYMENT ?? '') === 'production' || (process.env.NODE_ENV === 'production' && process.env.DEPLOYMENT !== 'sandbox')

if (!ownerUrl !== !appUrl) stop(`${ownerUrl ? 'DATABASE_URL' : 'DATABASE_OWNER_URL'} is missing. Both are needed: the owner migrates, and the app's role gets its rights.`)
if (!ownerUrl && production) stop('DATABASE_OWNER_URL and DATABASE_URL are missing. In production there is no database of our own.')

let embedded
try {
  if (!ownerUrl) embedded = await startPostgres()
  await migrateDatabase(embedded ?? { ownerUrl, appUrl })
  const database = new URL(embedded?.ownerUrl ?? ownerUrl)
  console.log(`The database ${database.pathname.slice(1)} on ${database.host} is up to date.`)
} catch (error) {
  console.error(`The database was not brought up to date. ${error.message}`)
  process.exitCode = 1
} finally {
  await embedded?.stop()
}
