/** Tells when whoever started us is gone: then we were forgotten, and should end too. */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'

function parentOf(pid) {
  try {
    if (process.platform === 'linux') {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    }
    return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }))
  } catch { return 0 }
}

/** Between npm and its script stands a shell that outlives npm: look one further there. */
export function whenAbandoned(end, { everyMs = 1000 } = {}) {
  const parent = process.ppid
  const look = process.env.npm_lifecycle_event && process.platform !== 'win32' ? () => parentOf(parent) : () => 0
  const above = look()
  const timer = setInterval(() => {
    if (process.ppid === parent && look() === above) return
    clearInterval(timer)
    end()
  }, everyMs)
  timer.unref()
}
