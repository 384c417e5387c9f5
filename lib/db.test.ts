import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createStatementNames, isTaken, openDatabase } from './db'
import { anOrgNumber } from './testing/builders'
import { freshDatabase, today } from './testing/database'

const database = await freshDatabase({ timeZone: 'Europe/Oslo' })
const { db } = database

describe('the database as the app opens it', () => {
  test('reckons in UTC, whatever zone the server is in: an instant written is the same instant read', async () => {
    expect(await db.$queryRaw`SHOW TimeZone`).toEqual([{ TimeZone: 'UTC' }])
    const inOslo = await database.asOwner(`SELECT current_setting('TimeZone') AS zone`)
    expect(inOslo).toEqual([{ zone: 'Europe/Oslo' }])
  })

  test('keeps both halves of the hour that Oslo has twice in October apart', async () => {
    for (const text of ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']) {
      const ref = randomUUID()
      await db.subject.create({ data: { ref, nationalIdSealed: 'v1.k.sealed', fingerprint: new Uint8Array(randomBytes(32)), createdAt: new Date(text) } })
      expect((await db.subject.findFirstOrThrow({ where: { ref } })).createdAt.toISOString()).toBe(text)
      expect(await database.asOwner('SELECT "createdAt" = $2::timestamptz AS same FROM "Subject" WHERE "ref" = $1', [ref, text])).toEqual([{ same: true }])
    }
  })

  test('waits neither for a statement, nor for a lock, nor for a transaction that nobody ends', async () => {
    const settings = await db.$queryRaw`SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock, current_setting('idle_in_transaction_session_timeout') AS idle`
    expect(settings).toEqual([{ statement: '2s', lock: '1s', idle: '5s' }])
  })

  test('gives up on a statement that takes too long', async () => {
    await expect(db.$queryRaw`SELECT pg_sleep(60)::text`).rejects.toThrow('statement timeout')
  })

  test('has a statement parsed once for each connection, however often it is used', async () => {
    const prepared = await db.$transaction(async (tx) => {
      for (const number of [1, 2, 3]) await tx.$queryRaw`SELECT ${number}::int AS "a number of this test"`
      return tx.$queryRaw`SELECT "generic_plans" + "custom_plans" AS used FROM pg_prepared_statements WHERE "statement" LIKE '%a number of this test%' AND "name" LIKE 'saldosyn-%' AND "statement" NOT LIKE '%pg_prepared%'`
    })
    expect(prepared).toEqual([{ used: 3n }])
  })

  test('lives on when the server throws its connections out', async () => {
    await db.$queryRaw`SELECT 1`
    await db.$queryRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name = 'saldosyn' AND datname = current_database()`
    await expect.poll(() => db.$queryRaw`SELECT 1 AS one`.catch(() => 'not yet')).toEqual([{ one: 1 }])
  })

  test('says that it is not there, and does not wait for ever', async () => {
    const nowhere = openDatabase('postgresql://nobody:x@127.0.0.1:1/none', anOrgNumber())
    await expect(nowhere.$queryRaw`SELECT 1`).rejects.toThrow()
    await nowhere.$disconnect()
  })
})

describe('the names of statements', () => {
  test('are the same for the same text, others for others, and run out before memory does', () => {
    const nameOf = createStatementNames(2)
    const [one, two] = [nameOf({ sql: 'SELECT 1' }), nameOf({ sql: 'SELECT 2' })]
    expect(new Set([one, two, '']).size).toBe(3)
    expect(nameOf({ sql: 'SELECT 3' })).toBe('')
    expect([nameOf({ sql: 'SELECT 1' }), nameOf({ sql: 'SELECT 2' })]).toEqual([one, two])
  })
})

describe('a rule that was already taken', () => {
  const aSubject = { ref: randomUUID(), nationalIdSealed: 'v1.k.sealed', fingerprint: new Uint8Array(randomBytes(32)), createdAt: today }

  test('is told from every other error', async () => {
    await db.subject.create({ data: aSubject })
    expect(isTaken(await db.subject.create({ data: aSubject }).catch((error: unknown) => error))).toBe(true)
    expect(isTaken(await db.session.delete({ where: { bank_tokenHash: { bank: db.bank, tokenHash: new Uint8Array(32) } } }).catch((error: unknown) => error))).toBe(false)
    for (const other of [null, undefined, 'P2002', { code: 'P2002' }, new Error('P2002')]) expect(isTaken(other)).toBe(false)
  })

  test('also inside a transaction', async () => {
    const error = await db.$transaction((tx) => tx.subject.create({ data: aSubject })).catch((thrown: unknown) => thrown)
    expect(isTaken(error)).toBe(true)
  })
})
