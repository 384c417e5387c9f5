import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient, type Prisma } from '@/prisma/generated/client'
import type { OrgNumber } from './org-number'
import { database as policy } from './policies'

/** The rows of one bank. Queries name it; and the connections know it, so that one that forgets to finds nothing of another's. */
export type Database = PrismaClient & { readonly bank: OrgNumber }
/** A transaction, or the database itself: what a query may be given. */
export type Queries = Prisma.TransactionClient

const { connection: limits, transaction: transactionOptions } = policy

/**
 * What a connection is told when it is made. Prisma writes and reads instants without their zone, so the session's must be
 * UTC whatever the server's is. Row-level security asks for the bank (the migration bank_of_every_row).
 */
export const connectionOptions = (bank: OrgNumber): string => `-c TimeZone=UTC -c saldosyn.bank=${bank}`

/** How many statements are kept ready on a connection; beyond it they are prepared each time, so that memory is bounded. */
const KEPT_READY = 300

/** A name for each text of a statement, so that PostgreSQL parses and plans it once for each connection; empty for no name. */
export function createStatementNames(most = KEPT_READY): (statement: { readonly sql: string }) => string {
  const names = new Map<string, string>()
  return ({ sql }) => {
    if (!names.has(sql) && names.size < most) names.set(sql, `saldosyn-${names.size}`)
    return names.get(sql) ?? ''
  }
}

/** How many connections each of so many banks may have in one process: ten; several share thirty, and none has fewer than three. */
export const connectionsFor = (banks: number): number => Math.max(3, Math.min(10, Math.floor(30 / banks)))

/** For work in the night that may look at a month of the audit log: ten minutes. Nobody waits for it, and it waits for no lock. */
export const patient = { ...limits, query_timeout: 600_000, statement_timeout: 600_000 } as const

/** At most `connections` at once, each for the one bank. */
export function openDatabase(url: string, bank: OrgNumber, connections = 10, patience: typeof limits = limits): Database {
  const client = new PrismaClient({
    adapter: new PrismaPg({ connectionString: url, max: connections, idleTimeoutMillis: 30_000, application_name: 'saldosyn', options: connectionOptions(bank), ...patience }, { onPoolError: () => undefined, statementNameGenerator: createStatementNames() }),
    errorFormat: 'minimal',
    transactionOptions,
  })
  return Object.assign(client, { bank })
}

/** True when PostgreSQL broke the question off, since it had had its time (57014), or we did. */
export function isTooSlow(error: unknown): boolean {
  return error instanceof Error && /57014|statement timeout|Query read timeout/.test(`${error.message} ${JSON.stringify('meta' in error ? error.meta : '')}`)
}

/** True when the error says that a unique rule was already taken: somebody else got there first. */
export const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'P2002'
