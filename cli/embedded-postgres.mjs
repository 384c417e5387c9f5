/**
 * A real PostgreSQL 18 from npm, with our two roles: the owner, which migrates, and the app's, which may not.
 * Kept in .data/pg, or thrown away. Listens on 127.0.0.1 only, with passwords made on this machine.
 */
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { preparePostgres } from './postgres-binaries.mjs'
import { identityOf } from './process-identity.mjs'
import { freePort, ROOT, tail } from './run.mjs'
import { guard } from './watchdog.mjs'

export const OWNER = 'saldosyn_owner'
export const APP = 'saldosyn_app'
export const RETENTION = 'saldosyn_retention'
const SUPERUSER = 'postgres'
const DATABASE = 'saldosyn'

/** A throw-away cluster need not survive a power cut. */
const HASTE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' }

/**
 * @param {{ dir?: string, throwaway?: boolean, log?: string, settings?: Record<string, string> }} [options] `settings`: further lines of postgresql.conf
 * @returns {Promise<{ appUrl: string, retentionUrl: string, ownerUrl: string, superUrl: string, pid: number, identity?: string, attached: boolean, stop: () => Promise<void> }>}
 */
export async function startPostgres({ dir = path.join(ROOT, '.data/pg'), throwaway = false, log, settings = {} } = {}) {
  if (throwaway) dir = fs.mkdtempSync(path.join(os.tmpdir(), 'saldosyn-pg-'))
  const passwords = throwaway ? newPasswords() : keptPasswords(`${dir}-passwords.json`)
  const place = preparePostgres(dir)
  if (!fs.existsSync(path.join(place.dir, 'PG_VERSION'))) makeCluster(place, passwords, throwaway)
  const url = (port, user, database = DATABASE) => `postgresql://${user}:${passwords[user]}@127.0.0.1:${port}/${database}`
  const server = (await running(place.dir, (port) => url(port, SUPERUSER, 'postgres')))
    ?? (await launchPatiently(place, { log: log ?? `${dir}.log`, settings: { ...(throwaway && HASTE), ...settings }, url: (port) => url(port, SUPERUSER, 'postgres'), remove: throwaway ? place.dir : undefined }))
  try {
    await ensureRoles(server.client, passwords)
    await ensureDatabase(server.client)
  } catch (error) {
    await server.stop()
    throw error
  } finally {
    await server.client.end().catch(() => {})
  }
  return {
    appUrl: url(server.port, APP), retentionUrl: url(server.port, RETENTION), ownerUrl: url(server.port, OWNER), superUrl: url(server.port, SUPERUSER, 'postgres'),
    pid: server.pid, identity: identityOf(server.pid), attached: server.attached, stop: server.stop,
  }
}

const newPasswords = () => Object.fromEntries([SUPERUSER, OWNER, APP, RETENTION].map((role) => [role, randomBytes(24).toString('base64url')]))

/** A role that came later than the file gets its password now; the others keep theirs. */
function keptPasswords(file) {
  const kept = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {}
  const passwords = { ...newPasswords(), ...kept }
  if (Object.keys(kept).length === Object.keys(passwords).length) return passwords
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, JSON.stringify(passwords, null, 2), { mode: 0o600 })
  return passwords
}

function makeCluster({ bin, dir, ids }, passwords, throwaway) {
  const box = fs.mkdtempSync(path.join(os.tmpdir(), 'saldosyn-pw-'))
  const file = path.join(box, 'password')
  fs.writeFileSync(file, passwords[SUPERUSER], { mode: 0o600 })
  if (ids.uid !== undefined) for (const at of [box, file]) fs.chownSync(at, ids.uid, ids.gid)
  const args = ['-D', dir, '-U', SUPERUSER, '-A', 'scram-sha-256', `--pwfile=${file}`, '-E', 'UTF8', '--locale=C',
    '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions', ...(throwaway ? ['--no-sync'] : [])]
  const made = spawnSync(bin('initdb'), args, { ...ids, cwd: '/', encoding: 'utf8' })
  fs.rmSync(box, { recursive: true, force: true })
  if (made.status !== 0) throw new Error(`PostgreSQL could not make its files in ${dir}: ${made.stderr || made.error}`)
}

async function connect(connectionString) {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  await client.connect()
  return client
}

/** A server already running on these very files: one of another command, which we then share and never stop. */
async function running(dir, url) {
  const file = path.join(dir, 'postmaster.pid')
  if (!fs.existsSync(file)) return undefined
  const [pid, , , port] = fs.readFileSync(file, 'utf8').split('\n').map((line) => line.trim())
  if (!identityOf(Number(pid))) return undefined
  const client = await connect(url(port)).catch(() => undefined)
  if (!client) return undefined
  const { rows } = await client.query('SHOW data_directory')
  if (path.resolve(rows[0].data_directory) !== path.resolve(dir)) { await client.end(); return undefined }
  return { client, port, pid: Number(pid), attached: true, stop: async () => {} }
}

/** A server that was killed may be in the list of processes, and its children hold its memory, for a moment yet; or a port was snatched away. */
const PASSES = /lock file "postmaster.pid" already exists|pre-existing shared memory block|Address already in use/

async function launchPatiently(place, options) {
  for (let tries = 1; ; tries++) {
    try {
      return await launch(place, options)
    } catch (error) {
      if (tries === 20 || !PASSES.test(error.message)) throw error
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
}

async function launch({ bin, dir, ids }, { log, settings, url, remove }) {
  const port = await freePort()
  const flags = { listen_addresses: '127.0.0.1', unix_socket_directories: '', timezone: 'UTC', log_timezone: 'UTC', ...settings }
  fs.mkdirSync(path.dirname(log), { recursive: true })
  const out = fs.openSync(log, 'a', 0o600)
  const child = spawn(bin('postgres'), ['-D', dir, '-p', String(port), ...Object.entries(flags).flatMap(([name, value]) => ['-c', `${name}=${value}`])], { ...ids, cwd: '/', detached: true, stdio: ['ignore', out, out] })
  fs.closeSync(out)
  const signal = remove ? 'SIGQUIT' : 'SIGINT'
  const release = guard({ name: 'PostgreSQL', pid: child.pid, signal, remove })
  let ended = false
  const gone = new Promise((resolve) => child.once('exit', () => { ended = true; release(); resolve() }))
  child.once('error', () => {})
  const stop = async () => {
    if (!ended) child.kill(signal)
    await gone
    if (remove) fs.rmSync(remove, { recursive: true, force: true })
  }
  for (const end = Date.now() + 30_000; ;) {
    if (ended) throw new Error(`PostgreSQL ended before it answered. ${tail(log)}`)
    const client = await connect(url(port)).catch(() => undefined)
    if (client) return { client, port, pid: child.pid, attached: false, stop }
    if (Date.now() > end) { await stop(); throw new Error(`PostgreSQL did not answer within 30 s. ${tail(log)}`) }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The owner may make databases (shadow and test copies); the other two may log in and nothing else. */
async function ensureRoles(client, passwords) {
  for (const [role, rights] of [[OWNER, 'LOGIN CREATEDB'], [APP, 'LOGIN NOCREATEDB NOCREATEROLE NOINHERIT'], [RETENTION, 'LOGIN NOCREATEDB NOCREATEROLE NOINHERIT']]) {
    const known = (await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])).rowCount
    await client.query(`${known ? 'ALTER' : 'CREATE'} ROLE ${role} ${rights} PASSWORD ${client.escapeLiteral(passwords[role])}`)
  }
}

async function ensureDatabase(client) {
  const known = (await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE])).rowCount
  if (known) return
  await client.query(`CREATE DATABASE ${DATABASE} OWNER ${OWNER}`)
  await client.query(`REVOKE TEMPORARY ON DATABASE ${DATABASE} FROM PUBLIC`)
}
