/**
 * A small second process that outlives us. It hears on a pipe which processes we have started; when the pipe closes,
 * however we ended (kill -9 too), it stops those that are left. So nothing of ours stays behind.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import fs from 'node:fs'
import { isSame, identityOf, stopProcess } from './process-identity.mjs'

let dog
let next = 0

/**
 * @param {{ name: string, pid: number | undefined, group?: boolean, signal?: NodeJS.Signals, remove?: string }} charge
 *   `group`: it leads its own process group; `signal`: how to ask it to stop; `remove`: a directory to delete afterwards
 * @returns {() => void} call it when the process has ended in the ordinary way
 */
export function guard(charge) {
  if (!charge.pid) return () => {}
  if (!dog || dog.exitCode !== null) {
    dog = spawn(process.execPath, [import.meta.filename, '--watch'], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' })
    dog.on('error', () => {})
    dog.stdin.on('error', () => {})
    dog.unref()
    dog.stdin.unref()
  }
  const id = ++next
  dog.stdin.write(JSON.stringify({ id, ...charge, identity: identityOf(charge.pid) }) + '\n')
  return () => { dog.stdin.write(JSON.stringify({ id, released: true }) + '\n') }
}

async function watch() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
  const charges = new Map()
  for await (const line of createInterface({ input: process.stdin })) {
    const message = JSON.parse(line)
    if (message.released) charges.delete(message.id)
    else charges.set(message.id, message)
  }
  // Last started, first stopped: the app before its database.
  for (const charge of [...charges.values()].reverse()) {
    if (isSame(charge.pid, charge.identity)) await stopProcess(charge)
    if (charge.remove) fs.rmSync(charge.remove, { recursive: true, force: true })
  }
}

if (process.argv[1] === import.meta.filename && process.argv[2] === '--watch') await watch()
