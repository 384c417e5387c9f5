import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

/** Writes single rows as fast as so many clients can, each in a transaction of its own, and says how many a second. */
export type Writers = { readonly name: string; perSecond(load: { url: string; options: string; sql: string; seconds: number }): Promise<number> }

export const CLIENTS = 16

/** PostgreSQL's own load generator: cheap beside the server, so that the processors are the server's. */
const pgbench: Writers = {
  name: 'pgbench',
  async perSecond({ url, options, sql, seconds }) {
    const box = mkdtempSync(join(tmpdir(), 'saldosyn-bench-'))
    const script = join(box, 'insert.sql')
    writeFileSync(script, `\\set n random(1, 100000)\n${sql};\n`)
    const { hostname, port, username, password, pathname } = new URL(url)
    try {
      const args = ['-n', '-M', 'prepared', '-c', String(CLIENTS), '-j', '2', '-T', String(seconds), '-f', script, '-h', hostname, '-p', port, '-U', username, pathname.slice(1)]
      const child = spawn('pgbench', args, { env: { ...process.env, PGPASSWORD: password, PGOPTIONS: options }, stdio: ['ignore', 'pipe', 'pipe'] })
      let said = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { said += chunk.toString() })
      const code = await new Promise((resolve) => child.once('close', resolve))
      const tps = /tps = ([\d.]+)/.exec(said)?.[1]
      if (code !== 0 || tps === undefined || !/failed transactions: 0 /.test(said)) throw new Error(`pgbench did not do its work: ${said}`)
      return Number(tps)
    } finally {
      rmSync(box, { recursive: true })
    }
  },
}

/** Where there is no pgbench: clients in this process. They take processor time of their own, on every side alike. */
const ours: Writers = {
  name: 'own clients (no pgbench here)',
  async perSecond({ url, options, sql, seconds }) {
    const clients = Array.from({ length: CLIENTS }, () => new pg.Client({ connectionString: url, options }))
    await Promise.all(clients.map((client) => client.connect()))
    const text = sql.replaceAll(':n', '$1::int')
    const end = performance.now() + seconds * 1000
    let written = 0
    await Promise.all(clients.map(async (client) => {
      for (let n = 1; performance.now() < end; n = (n * 48_271) % 100_000) {
        await client.query({ name: 'insert', text, values: [n] })
        written++
      }
    }))
    await Promise.all(clients.map((client) => client.end()))
    return written / seconds
  },
}

export const findWriters = (): Writers => (spawnSync('pgbench', ['--version']).status === 0 ? pgbench : ours)
