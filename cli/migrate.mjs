/**
 * npm run db:migrate: brings the database of DATABASE_OWNER_URL to the newest form, as that role, and gives the role of
 * DATABASE_URL what it needs, and that of DATABASE_RETENTION_URL, if there is one, its one right. Without either, the embedded PostgreSQL of the demo.
 */
import { startPostgres } from './embedded-postgres.mjs'
import { migrateDatabase } from './migrate-database.mjs'
import { settingFrom } from './setting.mjs'

const stop = (words) => { console.error(words); process.exit(1) }
const ownerUrl = settingFrom('DATABASE_OWNER_URL')
const appUrl = settingFrom('DATABASE_URL')
const retentionUrl = settingFrom('DATABASE_RETENTION_URL')
/** Only a try-out may have a database of its own. */
const { DEPLOYMENT = '', NODE_ENV } = process.env
const serious = DEPLOYMENT === '' ? NODE_ENV === 'production' : DEPLOYMENT !== 'sandbox'

if (!ownerUrl !== !appUrl) stop(`${ownerUrl ? 'DATABASE_URL' : 'DATABASE_OWNER_URL'} is missing. Both are needed: the owner migrates, and the app's role gets its rights.`)
if (!ownerUrl && serious) stop('DATABASE_OWNER_URL and DATABASE_URL are missing. Only the sandbox has a database of its own.')
for (const [name, url] of Object.entries({ DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: appUrl, DATABASE_RETENTION_URL: retentionUrl })) {
  if (url && !(/^postgres(ql)?:/.test(url) && URL.canParse(url))) stop(`${name} is not an address like postgresql://role:password@host:5432/database.`)
}

let embedded
try {
  if (!ownerUrl) embedded = await startPostgres()
  await migrateDatabase(embedded ?? { ownerUrl, appUrl, retentionUrl })
  const database = new URL(embedded?.ownerUrl ?? ownerUrl)
  console.log(`The database ${database.pathname.slice(1)} on ${database.host} is up to date.`)
} catch (error) {
  console.error(`The database was not brought up to date. ${error.message}`)
  process.exitCode = 1
} finally {
  await embedded?.stop()
}
