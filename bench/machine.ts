import { readFileSync } from 'node:fs'
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

const procFile = (pid: number, name: string): string | null => {
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

/** Milliseconds of processor that a process has used so far (its own, not its children's). */
export function processorOf(pid: number): number | null {
  const stat = procFile(pid, 'stat')
  if (stat === null) return null
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10 // in hundredths of a second
}
