import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPostgres } from './embedded-postgres.mjs'
import { identityOf } from './process-identity.mjs'

const folder = mkdtempSync(join(tmpdir(), 'saldosyn-kept-'))
const dir = join(folder, 'pg')
const log = join(folder, 'postgres.log')
let server: Awaited<ReturnType<typeof startPostgres>>

async function ask(url: string, ...statements: string[]) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    let rows: Record<string, unknown>[] = []
    for (const text of statements) ({ rows } = await client.query<Record<string, unknown>>(text))
    return rows
  } finally { await client.end() }
}

beforeAll(async () => {
  chmodSync(folder, 0o755) // run as root, the server is somebody else, who must get there
  server = await startPostgres({ dir, log })
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

describe('the two roles', () => {
  test('the owner owns the database', async () => {
    expect(await ask(server.ownerUrl, "SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = current_database()")).toEqual([{ owner: 'saldosyn_owner' }])
  })
  test.each(['CREATE TABLE x (a int)', 'CREATE SCHEMA x', 'CREATE TEMPORARY TABLE x (a int)', 'CREATE DATABASE x', 'CREATE ROLE x', 'SET ROLE saldosyn_owner'])("the app's role may not: %s", async (sql) => {
    await expect(ask(server.appUrl, sql)).rejects.toThrow(/permission denied/)
  })
  test('neither is a superuser or passes row security by', async () => {
    const rows = await ask(server.ownerUrl, "SELECT rolname FROM pg_roles WHERE rolname LIKE 'saldosyn%' AND (rolsuper OR rolbypassrls OR rolreplication OR rolcreaterole)")
    expect(rows).toEqual([])
  })
  test('nobody enters without the password', async () => {
    const url = new URL(server.appUrl)
    url.password = 'guessed'
    await expect(ask(url.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/)
  })
})

test('it listens on this machine only', async () => {
  expect(await ask(server.ownerUrl, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
})

test('its passwords can be read by nobody else', () => { expect(statSync(`${dir}-passwords.json`).mode & 0o777).toBe(0o600) })

test('what is kept is there after a restart, and a second command shares a running server without stopping it', async () => {
  await ask(server.ownerUrl, 'CREATE TABLE kept (a int)', 'INSERT INTO kept VALUES (1)')
  const second = await startPostgres({ dir, log })
  expect(second.attached).toBe(true)
  await second.stop()
  expect(identityOf(server.pid)).toBe(server.identity)
  await server.stop()
  expect(identityOf(server.pid)).toBeUndefined()
  server = await startPostgres({ dir, log })
  expect(await ask(server.ownerUrl, 'SELECT a FROM kept')).toEqual([{ a: 1 }])
  expect(readFileSync(log, 'utf8')).toContain('database system is ready')
})

test('a server that was killed starts again with everything acknowledged', async () => {
  await ask(server.ownerUrl, 'INSERT INTO kept VALUES (2)')
  process.kill(server.pid, 'SIGKILL')
  await expect.poll(() => identityOf(server.pid), { timeout: 10_000 }).toBeUndefined()
  server = await startPostgres({ dir, log })
  expect(await ask(server.ownerUrl, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 2 }])
})

test('a throw-away one is gone afterwards', async () => {
  const thrown = await startPostgres({ throwaway: true, log })
  const [row] = await ask(thrown.superUrl, 'SHOW data_directory')
  const place = String(row?.data_directory)
  expect(existsSync(place)).toBe(true)
  await thrown.stop()
  expect(existsSync(place)).toBe(false)
})
