/**
 * One run at a time. The file says who runs, where, and which processes belong to it; a run that was killed is
 * recognised, its leftovers are stopped, and its file is put aside.
 */
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { identityOf, isSame, stopProcess } from './process-identity.mjs'

export class AlreadyRunning extends Error {
  /** @param {{ address: string, pid: number }} run */
  constructor(run) {
    super(`Saldosyn is already running on ${run.address} (process ${run.pid}).\nOpen that address, or stop it first with Ctrl-C where it was started.`)
    this.address = run.address
  }
}

/**
 * @param {string} file
 * @param {{ address: string }} about
 * @returns {Promise<{ stopped: string[], add: (child: { name: string, pid: number, signal?: NodeJS.Signals, group?: boolean }) => void, release: () => void }>}
 *   `stopped`: the names of leftovers that were stopped
 */
export async function takeLock(file, { address }) {
  const mine = { nonce: randomUUID(), pid: process.pid, identity: identityOf(process.pid), address, children: [] }
  fs.mkdirSync(path.dirname(file), { recursive: true })
  const draft = `${file}.${mine.nonce}`
  const stopped = []
  for (let tries = 0; ; tries++) {
    fs.writeFileSync(draft, JSON.stringify(mine, null, 2), { mode: 0o600 })
    try {
      fs.linkSync(draft, file) // there at once and complete, or not at all
      break
    } catch (error) {
      if (error.code !== 'EEXIST' || tries > 20) throw error
      stopped.push(...(await clearStale(file, draft)))
    } finally {
      fs.rmSync(draft, { force: true })
    }
  }
  return {
    stopped,
    add(child) {
      mine.children.push({ ...child, identity: identityOf(child.pid) })
      fs.writeFileSync(draft, JSON.stringify(mine, null, 2), { mode: 0o600 })
      fs.renameSync(draft, file)
    },
    release() {
      if (read(file)?.nonce === mine.nonce) fs.rmSync(file, { force: true })
    },
  }
}

function read(file) {
  try { return JSON.parse(fs.readFileSync(file, 'utf8')) } catch { return undefined }
}

/** Stops what a dead run left behind and puts its file aside. A run that lives is left alone. */
async function clearStale(file, draft) {
  const run = read(file)
  if (run && isSame(run.pid, run.identity)) throw new AlreadyRunning(run)
  const aside = `${draft}.stale`
  try { fs.renameSync(file, aside) } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
  if (read(aside)?.nonce !== run?.nonce) { // somebody took over in between: it is theirs, give it back
    try { fs.linkSync(aside, file) } catch (error) { if (error.code !== 'EEXIST') throw error }
    fs.rmSync(aside)
    return []
  }
  const left = (run?.children ?? []).filter((child) => isSame(child.pid, child.identity)).reverse()
  for (const child of left) await stopProcess(child)
  fs.rmSync(aside)
  return left.map((child) => child.name)
}
