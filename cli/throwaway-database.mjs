/** A migrated PostgreSQL that is gone afterwards: a database to use, and a template to copy for each test file. */
import path from 'node:path'
import pg from 'pg'
import { startPostgres } from './embedded-postgres.mjs'
import { migrateDatabase } from './migrate-database.mjs'
import { ROOT } from './run.mjs'

export const TEMPLATE = 'saldosyn_template'

/**
 * @param {{ log?: string, settings?: Record<string, string> }} [options]
 * @returns {Promise<{ env: { DATABASE_URL: string, DATABASE_OWNER_URL: string, DATABASE_RETENTION_URL: string, TEMPLATE_DATABASE_URL: string }, superUrl: string, pid: number, stop: () => Promise<void> }>}
 */
export async function startThrowawayDatabase({ log = path.join(ROOT, 'test-results/logs/postgres.log'), settings } = {}) {
  const server = await startPostgres({ throwaway: true, log, settings })
  try {
    await migrateDatabase(server)
    const admin = new pg.Client({ connectionString: server.superUrl })
    await admin.connect()
    await admin.query(`CREATE DATABASE ${TEMPLATE} TEMPLATE saldosyn OWNER saldosyn_owner`)
    await admin.end()
    const template = new URL(server.ownerUrl)
    template.pathname = `/${TEMPLATE}`
    return { env: { DATABASE_URL: server.appUrl, DATABASE_OWNER_URL: server.ownerUrl, DATABASE_RETENTION_URL: server.retentionUrl, TEMPLATE_DATABASE_URL: template.href }, superUrl: server.superUrl, pid: server.pid, stop: server.stop }
  } catch (error) {
    await server.stop()
    throw error
  }
}
