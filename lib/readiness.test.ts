import { expect, test } from 'vitest'
import { openDatabase } from './db'
import { newestMigration, readiness } from './readiness'
import { anOrgNumber } from './testing/builders'
import { freshDatabase } from './testing/database'

const [database, unfinished, rolledBack, empty] = await Promise.all([freshDatabase(), freshDatabase(), freshDatabase(), freshDatabase()])

test('a migrated database is ready', async () => {
  expect(await readiness(database.db)).toEqual({ database: 'ok', migrations: 'ok' })
})

test('a database whose newest migration did not finish, or was rolled back, is not', async () => {
  await unfinished.asOwner('UPDATE "_prisma_migrations" SET "finished_at" = NULL WHERE "migration_name" = $1', [newestMigration])
  expect(await readiness(unfinished.db)).toEqual({ database: 'ok', migrations: 'missing' })
  await rolledBack.asOwner('UPDATE "_prisma_migrations" SET "rolled_back_at" = now() WHERE "migration_name" = $1', [newestMigration])
  expect(await readiness(rolledBack.db)).toEqual({ database: 'ok', migrations: 'missing' })
})

test('a database that was never migrated is not', async () => {
  await empty.asOwner('DROP TABLE "_prisma_migrations"')
  expect(await readiness(empty.db)).toEqual({ database: 'ok', migrations: 'missing' })
})

test('a database that does not answer is down, and nothing throws', async () => {
  const nowhere = openDatabase('postgresql://nobody:x@127.0.0.1:1/none', anOrgNumber())
  expect(await readiness(nowhere)).toEqual({ database: 'down', migrations: 'unknown' })
  await nowhere.$disconnect()
})

test('a database that refuses our password is down', async () => {
  const stranger = openDatabase(Object.assign(new URL(database.appUrl), { password: 'wrong' }).href, anOrgNumber())
  expect(await readiness(stranger)).toEqual({ database: 'down', migrations: 'unknown' })
  await stranger.$disconnect()
})
