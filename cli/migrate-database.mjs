/** Brings a database to the newest form, as its owner, and gives the app's role exactly what it needs. */
import fs from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { ROOT, run } from './run.mjs'

/** @param {{ ownerUrl: string, appUrl: string, retentionUrl?: string }} urls */
export async function migrateDatabase({ ownerUrl, appUrl, retentionUrl }) {
  await run('prisma', ['migrate', 'deploy'], { env: { DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: ownerUrl }, quiet: true })
  await migrateJobQueue(ownerUrl)
  await grant(ownerUrl, appUrl, { setting: 'DATABASE_URL', file: 'grants.sql', as: 'app_role' })
  if (retentionUrl) await grant(ownerUrl, retentionUrl, { setting: 'DATABASE_RETENTION_URL', file: 'grants-retention.sql', as: 'retention_role', not: [appUrl, ownerUrl] })
}

/** graphile-worker keeps its tables in a schema of its own and migrates them itself. */
async function migrateJobQueue(ownerUrl) {
  const { runMigrations, Logger } = await import('graphile-worker')
  const logger = new Logger(() => (level, message) => { if (level === 'error') console.error(message) })
  await runMigrations({ connectionString: ownerUrl, logger })
}

const roleOf = (url) => decodeURIComponent(new URL(url).username)

/** Runs a file of prisma/, where :"<as>" stands for the role that the address logs in as. */
async function grant(ownerUrl, url, { setting, file, as, not = [] }) {
  const role = roleOf(url)
  if (not.map(roleOf).includes(role)) throw new Error(`The role "${role}" in ${setting} is another's already. It needs one of its own, which may do nothing else.`)
  const owner = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 10_000 })
  await owner.connect()
  try {
    const known = await owner.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])
    if (!known.rowCount) throw new Error(`The role "${role}" in ${setting} does not exist in this PostgreSQL. Make it first: CREATE ROLE "${role}" LOGIN PASSWORD '…'.`)
    const sql = fs.readFileSync(path.join(ROOT, 'prisma', file), 'utf8').replaceAll(`:"${as}"`, () => owner.escapeIdentifier(role))
    await owner.query('BEGIN')
    await owner.query(sql)
    await owner.query('COMMIT')
  } finally {
    await owner.end()
  }
}
