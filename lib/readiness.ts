import type { Database } from './db'

/** The newest migration this version of the code was written for; a test holds it to prisma/migrations. */
export const newestMigration = '20261122050000_each_share_tells_its_end'

export type Readiness = {
  readonly database: 'ok' | 'down'
  readonly migrations: 'ok' | 'missing' | 'unknown'
  /** `not-apart`: connections are not told their bank; or there are several, and nothing holds their rows apart for our role. */
  readonly banks: 'ok' | 'not-apart' | 'unknown'
}

/** What a load balancer wants to know of the database. Never throws. */
export async function readiness({ db, banks }: { readonly db: Database; readonly banks: readonly unknown[] }): Promise<Readiness> {
  try {
    const [row] = await db.$queryRaw<{ done: boolean; told: boolean; locked: boolean }[]>`
      SELECT EXISTS (SELECT FROM "_prisma_migrations" WHERE "migration_name" = ${newestMigration} AND "finished_at" IS NOT NULL AND "rolled_back_at" IS NULL) AS done,
        current_setting('saldosyn.bank', true) IS NOT DISTINCT FROM ${db.bank} AS told,
        coalesce((SELECT row_security_active(oid) FROM pg_class WHERE oid = to_regclass('"Session"')), false) AS locked`
    if (!row?.done) return { database: 'ok', migrations: 'missing', banks: 'unknown' }
    return { database: 'ok', migrations: 'ok', banks: row.told && (row.locked || banks.length === 1) ? 'ok' : 'not-apart' }
  } catch {
    // The question could not be answered: without the table the database itself is well, and this much it can tell.
    const [about] = await db.$queryRaw<{ none: boolean }[]>`SELECT to_regclass('"_prisma_migrations"') IS NULL AS none`.catch(() => [])
    return about ? { database: 'ok', migrations: about.none ? 'missing' : 'unknown', banks: 'unknown' } : { database: 'down', migrations: 'unknown', banks: 'unknown' }
  }
}
