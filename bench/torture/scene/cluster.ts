import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { ROOT } from '../../../cli/run.mjs'
import { sandboxKeys } from '../../../cli/sandbox-keys.mjs'
import { startThrowawayDatabase } from '../../../cli/throwaway-database.mjs'

export const LOGS = join(ROOT, '.data/torture/logs')
export const POSTGRES_LOG = join(LOGS, 'postgres.log')

/** The bank of the sandbox's settings: a row that is written without saying whose is its. */
const BANK = '311111116'

type Row = Record<string, unknown>

/** One database of the cluster: the app's as in production, and everything as its owner. */
export type TortureDatabase = {
  readonly appUrl: string
  readonly ownerUrl: string
  /** Asks as the owner, who may see everything and change all but the audit log. */
  ask<R extends Row = Row>(sql: string, values?: readonly unknown[]): Promise<R[]>
  /** Asks as the superuser: to end a connection, or to stand in for a failing server. */
  asSuperuser<R extends Row = Row>(sql: string, values?: readonly unknown[]): Promise<R[]>
  close(): Promise<void>
}

/** A throw-away PostgreSQL for the whole run, with a migrated database for each who asks. */
export type Cluster = {
  /** As cli/with-database.mjs gives it to tests. */
  readonly env: Readonly<Record<string, string>>
  readonly keys: Awaited<ReturnType<typeof sandboxKeys>>
  newDatabase(): Promise<TortureDatabase>
  stop(): Promise<void>
}

/** `track_commit_timestamp`: when a line of the audit log was there for others to see, for invariant I5. */
const SETTINGS = { track_commit_timestamp: 'on', log_parameter_max_length: '0', log_parameter_max_length_on_error: '0' }

export async function openCluster(): Promise<Cluster> {
  const [server, keys] = await Promise.all([startThrowawayDatabase({ log: POSTGRES_LOG, settings: SETTINGS }), sandboxKeys()])
  const template = new URL(server.env.TEMPLATE_DATABASE_URL)
  const at = (url: string, database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href
  const admin = new pg.Pool({ connectionString: server.superUrl, max: 4 })
  admin.on('error', () => undefined)
  return {
    env: server.env,
    keys,
    async newDatabase() {
      const name = `torture_${randomUUID().replaceAll('-', '')}`
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template.pathname.slice(1)} OWNER saldosyn_owner`)
      const ownerUrl = at(server.env.DATABASE_OWNER_URL, name)
      const pools = { owner: new pg.Pool({ connectionString: ownerUrl, options: `-c saldosyn.bank=${BANK}`, max: 4 }), superuser: new pg.Pool({ connectionString: at(server.superUrl, name), max: 2 }) }
      for (const pool of Object.values(pools)) pool.on('error', () => undefined)
      const asking = (pool: pg.Pool) => async <R extends Row>(sql: string, values: readonly unknown[] = []): Promise<R[]> => (await pool.query<R>(sql, [...values])).rows
      return {
        appUrl: at(server.env.DATABASE_URL, name),
        ownerUrl,
        ask: asking(pools.owner),
        asSuperuser: asking(pools.superuser),
        async close() {
          await Promise.all([pools.owner.end(), pools.superuser.end()])
          await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
        },
      }
    },
    async stop() {
      await admin.end()
      await server.stop()
    },
  }
}
