import type { Database } from './db'

/** The newest migration this version of the code was written for; a test holds it to prisma/migrations. */
export const newestMigration = '20261121210000_altinn2'

export type Readiness = { readonly database: 'ok' | 'down'; readonly migrations: 'ok' | 'missing' | 'unknown' }

/** What a load balancer wants to know of the database. Never throws. */
export async function readiness(db: Database): Promise<Readiness> {
  try {
    const [row] = await db.$queryRaw<{ done: boolean }[]>`
      SELECT EXISTS (SELECT FROM "_prisma_migrations" WHERE "migration_name" = ${newestMigration} AND "finished_at" IS NOT NULL AND "rolled_back_at" IS NULL) AS done`
    return { database: 'ok', migrations: row?.done ? 'ok' : 'missing' }
  } catch {
    // The question could not be answered: without the table the database itself is well, and this much it can tell.
    const [about] = await db.$queryRaw<{ none: boolean }[]>`SELECT to_regclass('"_prisma_migrations"') IS NULL AS none`.catch(() => [])
    return about ? { database: 'ok', migrations: about.none ? 'missing' : 'unknown' } : { database: 'down', migrations: 'unknown' }
  }
}
