/** A process id says little: the system gives it out again. With its time of birth it is unmistakable. */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'

const quietly = (read) => { try { return read() } catch { return undefined } }

/**
 * Something that only this very process has, or undefined when there is no such process.
 * @param {number | undefined} pid
 * @returns {string | undefined}
 */
export function identityOf(pid) {
  if (!pid || !isAlive(pid)) return undefined
  if (process.platform === 'linux') {
    const stat = quietly(() => fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))
    if (!stat) return undefined
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? undefined : `${quietly(() => fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())}/${rest[18]}`
  }
  if (process.platform === 'win32') return 'alive'
  return quietly(() => execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()) || undefined
}

export const isSame = (pid, identity) => identity !== undefined && identityOf(pid) === identity

function isAlive(pid) {
  try { process.kill(pid, 0); return true } catch (error) { return error.code === 'EPERM' }
}

/** Asks a process (and its group, when it leads one) to stop, waits, and insists. */
export async function stopProcess({ pid, identity, group = false, signal = 'SIGTERM', seconds = 12 }) {
  const send = (target, what) => quietly(() => process.kill(target, what))
  if (!isSame(pid, identity)) return
  send(pid, signal)
  for (const end = Date.now() + seconds * 1000; isSame(pid, identity) && Date.now() < end;) await new Promise((resolve) => setTimeout(resolve, 50))
  if (isSame(pid, identity)) send(pid, 'SIGKILL')
  if (group) send(-pid, 'SIGKILL')
}
