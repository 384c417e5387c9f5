/** Brings a database to the newest form, as its owner, and gives the app's role exactly what it needs. */
import fs from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { ROOT, run } from './run.mjs'

/** @param {{ ownerUrl: string, appUrl: string }} urls */
export async function migrateDatabase({ ownerUrl, appUrl }) {
  await run('prisma', ['migrate', 'deploy'], { env: { DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: ownerUrl }, quiet: true })
  await migrateJobQueue(ownerUrl)
  await grant({ ownerUrl, appUrl })
}

/** graphile-worker keeps its tables in a schema of its own and migrates them itself. */
async function migrateJobQueue(ownerUrl) {
  const { runMigrations, Logger } = await import('graphile-worker')
  const logger = new Logger(() => (level, message) => { if (level === 'error') console.error(message) })
  await runMigrations({ connectionString: ownerUrl, logger })
}

/** Runs prisma/grants.sql, where :"app_role" stands for the role that the app logs in as. */
async function grant({ ownerUrl, appUrl }) {
  const file = path.join(ROOT, 'prisma/grants.sql')
  if (!fs.existsSync(file)) return
  const role = decodeURIComponent(new URL(appUrl).username)
  const owner = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 10_000 })
  await owner.connect()
  try {
    const known = await owner.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])
    if (!known.rowCount) throw new Error(`The role "${role}" in DATABASE_URL does not exist in this PostgreSQL. Make it first: CREATE ROLE "${role}" LOGIN PASSWORD '…'.`)
    const sql = fs.readFileSync(file, 'utf8').replaceAll(':"app_role"', () => owner.escapeIdentifier(role))
    await owner.query('BEGIN')
    await owner.query(sql)
    await owner.query('COMMIT')
  } finally {
    await owner.end()
  }
}
