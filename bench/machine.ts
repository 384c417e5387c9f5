import { readdirSync, readFileSync } from 'node:fs'
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { ROOT } from '../cli/run.mjs'
import { rounded } from './numbers.ts'

const versionOf = (name: string): string => (JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version

/** What the figures were measured on and with. */
export async function about(databaseUrl: string) {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ server_version: string; fsync: string }>("SELECT current_setting('server_version') AS server_version, current_setting('fsync') AS fsync")
  await client.end()
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: rounded(totalmem() / 2 ** 30, 0),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    next: versionOf('next'),
    react: versionOf('react'),
    prisma: versionOf('@prisma/client'),
    postgres: rows[0]?.server_version ?? 'unknown',
    fsync: rows[0]?.fsync ?? 'unknown',
  }
}

export const load = (): readonly number[] => loadavg().map((value) => rounded(value, 2))

const procFile = (pid: number | string, name: string): string | null => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return null // not Linux
  }
}

/** Resident memory of a process in MB; null where /proc does not say. */
export function memoryOf(pid: number): number | null {
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(procFile(pid, 'status') ?? '')?.[1]
  return kb === undefined ? null : rounded(Number(kb) / 1024, 0)
}

function statOf(pid: number | string): { parent: number; ms: number } | null {
  const stat = procFile(pid, 'stat')
  if (stat === null) return null
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { parent: Number(fields[1]), ms: (Number(fields[11]) + Number(fields[12])) * 10 } // in hundredths of a second
}

/** Milliseconds of processor that a process has used so far (its own, not its children's). */
export const processorOf = (pid: number): number | null => statOf(pid)?.ms ?? null

/** Milliseconds of all processors so far: how many there were, how many were worked, and how many of those by us and what we started. */
function processors(): { all: number; worked: number; ours: number } | null {
  const [, ...times] = procFile('', 'stat')?.split('\n')[0]?.split(/\s+/).map(Number) ?? []
  const all = times.slice(0, 8).reduce((sum, time) => sum + time, 0)
  if (all === 0) return null
  const known = new Map(readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => [Number(name), statOf(name)]))
  const isOurs = (pid: number): boolean => pid === process.pid || (pid > 1 && isOurs(known.get(pid)?.parent ?? 0))
  const ours = [...known].reduce((sum, [pid, stat]) => sum + (stat && isOurs(pid) ? stat.ms : 0), 0)
  return { all: all * 10, worked: (all - (times[3] ?? 0) - (times[4] ?? 0)) * 10, ours }
}

/** Starts watching; ask it for the share of all processors, in percent, that others have used since. Null where /proc does not say. */
export function watchOthers(): () => number | null {
  const before = processors()
  return () => {
    const now = processors()
    if (!before || !now || now.all === before.all) return null
    return rounded(Math.max(0, (100 * (now.worked - before.worked - (now.ours - before.ours))) / (now.all - before.all)), 0)
  }
}
