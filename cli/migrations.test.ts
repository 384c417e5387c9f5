/** The drift check, against the throw-away PostgreSQL that the tests run beside. */
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { findDrift } from './drift.mjs'
import { migrateDatabase } from './migrate-database.mjs'
import { ROOT } from './run.mjs'

vi.setConfig({ testTimeout: 60_000 }) // each starts Prisma's command line
const ownerUrl = process.env.DATABASE_OWNER_URL ?? ''
const appUrl = process.env.DATABASE_URL ?? ''
let folder = ''
let where = { ownerUrl, migrations: '', schema: '' }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'saldosyn-drift-'))
  where = { ownerUrl, migrations: join(folder, 'migrations'), schema: join(folder, 'schema.prisma') }
  cpSync(join(ROOT, 'prisma/migrations'), where.migrations, { recursive: true })
  cpSync(join(ROOT, 'prisma/schema.prisma'), where.schema)
})
afterEach(() => { rmSync(folder, { recursive: true }) })

describe('the drift check', () => {
  test('is content with what we have', async () => { expect(await findDrift(where)).toBe('') })
  test('notices a model that no migration makes', async () => {
    appendFileSync(where.schema, '\nmodel Forgotten {\n  id Int @id\n}\n')
    expect(await findDrift(where)).toContain('Forgotten')
  })
  test('notices a column that no migration makes', async () => {
    const schema = readFileSync(where.schema, 'utf8')
    writeFileSync(where.schema, schema.replace(/^model \w+ \{$/m, (line) => `${line}\n  forgotten String?`))
    expect(await findDrift(where)).toContain('forgotten')
  })
  test('notices a migration that the schema does not know', async () => {
    cpSync(join(where.migrations, 'migration_lock.toml'), join(where.migrations, '29990101000000_more/migration.sql'))
    writeFileSync(join(where.migrations, '29990101000000_more/migration.sql'), 'CREATE TABLE "Surplus" ("id" INTEGER NOT NULL, CONSTRAINT "Surplus_pkey" PRIMARY KEY ("id"));')
    expect(await findDrift(where)).toContain('Surplus')
  })
  test('does not take a migration that fails for "no difference"', async () => {
    cpSync(join(where.migrations, 'migration_lock.toml'), join(where.migrations, '29990101000000_more/migration.sql'))
    writeFileSync(join(where.migrations, '29990101000000_more/migration.sql'), 'CREATE TABLE oh dear;')
    await expect(findDrift(where)).rejects.toThrow(/syntax error/)
  })
})

async function asOwner(sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    return (await owner.query<Record<string, unknown>>(sql, [...values])).rows
  } finally {
    await owner.end()
  }
}

test('migrating again changes nothing: no migration is run or noted anew, and no right comes or goes', async () => {
  const stands = async () => ({
    ours: await asOwner('SELECT * FROM "_prisma_migrations" ORDER BY "id"'),
    queue: await asOwner('SELECT * FROM graphile_worker.migrations ORDER BY "id"'),
    rights: await asOwner("SELECT n.nspname, c.relname, c.relacl::text[] FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'graphile_worker', 'audit_parts') ORDER BY 1, 2"),
  })
  const before = await stands()
  for (const rows of Object.values(before)) expect(rows.length).toBeGreaterThan(0)
  await migrateDatabase({ ownerUrl, appUrl })
  expect(await stands()).toEqual(before)
})

test('a role that does not exist is named', async () => {
  const stranger = new URL(appUrl)
  stranger.username = 'nobody_here'
  await expect(migrateDatabase({ ownerUrl, appUrl: stranger.href })).rejects.toThrow(/"nobody_here" in DATABASE_URL does not exist/)
})

test('rights go to the role that the app logs in as, whatever it is called', async () => {
  const owners = await asOwner("SELECT DISTINCT tableowner AS owner FROM pg_tables WHERE schemaname IN ('public', 'graphile_worker')")
  const may = await asOwner(`SELECT has_table_privilege($1, '"_prisma_migrations"', 'SELECT') AND NOT has_table_privilege($1, '"_prisma_migrations"', 'UPDATE') AS may`, [new URL(appUrl).username])
  expect(owners).toEqual([{ owner: 'saldosyn_owner' }])
  expect(may).toEqual([{ may: true }])
})
