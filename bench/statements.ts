import { readFileSync, statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { median } from './numbers.ts'

/** Lines of postgresql.conf: who a logged statement belongs to, and none of its values. */
export const logSettings = { log_line_prefix: '%p %a|', log_parameter_max_length: '0', log_parameter_max_length_on_error: '0' }

/** Marks the instance whose statements are counted. */
const NAME = 'counted'

/** The same database under a name of its own, for the instance that is counted. */
export const countedUrl = (databaseUrl: string): string => Object.assign(new URL(databaseUrl), { search: `?application_name=${NAME}` }).href

/** Makes PostgreSQL log the statements of connections made from now on. */
export async function logStatements(superUrl: string, on: boolean): Promise<void> {
  const admin = new pg.Client({ connectionString: superUrl })
  await admin.connect()
  await admin.query(`ALTER DATABASE saldosyn ${on ? "SET log_statement = 'all'" : 'RESET log_statement'}`)
  await admin.end()
}

export type Counted = { readonly roundTrips: number; readonly statements: readonly string[] }

/**
 * The statements that one request costs, each a round trip: the median of several, and the list of the last. What the
 * job queue does on connections of its own is left out.
 */
export async function countStatements(log: string, times: number, request: () => Promise<void>): Promise<Counted> {
  const counts: number[] = []
  let statements: string[] = []
  for (let i = 0; i < times; i++) {
    const from = statSync(log).size
    await request()
    await pause(60)
    statements = statementsIn(readFileSync(log).subarray(from).toString('utf8'))
    counts.push(statements.length)
  }
  return { roundTrips: median(counts), statements }
}

/** The statements of the counted instance in a piece of PostgreSQL's log, shortened to what tells them apart. */
export function statementsIn(log: string): string[] {
  const lines = [...log.matchAll(/^(\d+) ([^|]*)\|LOG: {2}(?:statement|execute [^:]*): (.*(?:\n\t.*)*)/gm)].filter(([, , name]) => name === NAME)
  const queue = new Set(lines.filter(([, , , sql = '']) => /graphile_worker|LISTEN/.test(sql)).map(([, pid]) => pid))
  return lines.filter(([, pid]) => !queue.has(pid)).map(([, , , sql = '']) => shortened(sql))
}

function shortened(sql: string): string {
  const flat = sql.replace(/\s+/g, ' ').replaceAll('"public".', '').replace(/^SELECT .*? FROM/, 'SELECT … FROM').trim()
  return flat.length > 90 ? `${flat.slice(0, 89)}…` : flat
}
