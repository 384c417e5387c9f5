import { afterAll, describe, expect, test } from 'vitest'
import { openDatabase, type Database } from './db'
import { newestMigration, readiness } from './readiness'
import { anOrgNumber } from './testing/builders'
import { freshDatabase } from './testing/database'

const [database, unfinished, rolledBack, empty] = await Promise.all([freshDatabase(), freshDatabase(), freshDatabase(), freshDatabase()])
const opened: Database[] = []
afterAll(() => Promise.all(opened.map((db) => db.$disconnect())))
const reached = (url: string, change: Partial<URL> = {}) => {
  const db = openDatabase(Object.assign(new URL(url), change).href, anOrgNumber())
  opened.push(db)
  return db
}
const readyWith = (db: Database, banks = 1) => readiness({ db, banks: Array.from({ length: banks }) })

test('a migrated database is ready, for one bank and for several', async () => {
  for (const banks of [1, 2]) expect(await readyWith(database.db, banks)).toEqual({ database: 'ok', migrations: 'ok', banks: 'ok' })
})

test('a database whose newest migration did not finish, or was rolled back, is not', async () => {
  await unfinished.asOwner('UPDATE "_prisma_migrations" SET "finished_at" = NULL WHERE "migration_name" = $1', [newestMigration])
  expect(await readyWith(unfinished.db)).toEqual({ database: 'ok', migrations: 'missing', banks: 'unknown' })
  await rolledBack.asOwner('UPDATE "_prisma_migrations" SET "rolled_back_at" = now() WHERE "migration_name" = $1', [newestMigration])
  expect(await readyWith(rolledBack.db)).toEqual({ database: 'ok', migrations: 'missing', banks: 'unknown' })
})

test('a database that was never migrated is not', async () => {
  await empty.asOwner('DROP TABLE "_prisma_migrations"')
  expect(await readyWith(empty.db)).toEqual({ database: 'ok', migrations: 'missing', banks: 'unknown' })
})

test('a database that does not answer is down, and nothing throws', async () => {
  expect(await readyWith(reached('postgresql://nobody:x@127.0.0.1:1/none'))).toEqual({ database: 'down', migrations: 'unknown', banks: 'unknown' })
})

test('a database that refuses our password is down', async () => {
  expect(await readyWith(reached(database.appUrl, { password: 'wrong' }))).toEqual({ database: 'down', migrations: 'unknown', banks: 'unknown' })
})

describe('the rows of several banks', () => {
  test('are not held apart for the owner, who sees them all; with one bank there is nothing to hold apart', async () => {
    const owner = reached(database.ownerUrl)
    expect(await readyWith(owner, 2)).toMatchObject({ migrations: 'ok', banks: 'not-apart' })
    expect(await readyWith(owner, 1)).toMatchObject({ banks: 'ok' })
  })

  test('are not held apart where row-level security is off', async () => {
    const off = await freshDatabase()
    await off.asOwner('ALTER TABLE "Session" DISABLE ROW LEVEL SECURITY')
    expect(await readyWith(off.db, 2)).toMatchObject({ banks: 'not-apart' })
  })

  test('nor is one bank served over connections that something on the way keeps from being told theirs', async () => {
    const untold = reached(database.appUrl, { search: '?options=-c%20TimeZone%3DUTC' })
    expect(await readyWith(untold)).toMatchObject({ migrations: 'ok', banks: 'not-apart' })
  })
})
