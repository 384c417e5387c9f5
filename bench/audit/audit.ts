/**
 * npm run bench -- --audit: what the sealed audit log costs. Single-row inserts by 16 clients into a plain table, into the
 * audit log while it is being sealed, and into a log with one hash chain; in turn, in one run, on this machine. Then how fast a dump of
 * it is verified. Prints a table and writes test-results/bench-audit.json. `--quick`: one short round.
 */
import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { createAuditLog } from '@/lib/audit/audit-log'
import { openAuditKey, trustKey, type Checkpoint } from '@/lib/audit/checkpoint.ts'
import { readDump } from '@/lib/audit/dump.ts'
import { sealAudit } from '@/lib/audit/seal'
import { createSealStore } from '@/lib/audit/seal-store'
import { verifyLog } from '@/lib/audit/verify.ts'
import { connectionOptions, openDatabase } from '@/lib/db'
import { parseOrgNumber } from '@/lib/org-number'
import { newAuditJwk } from '@/lib/testing/audit-keys'
import { exportAudit } from '../../cli/export-audit.mjs'
import { ROOT } from '../../cli/run.mjs'
import { startThrowawayDatabase } from '../../cli/throwaway-database.mjs'
import { about, load } from '../machine.ts'
import { median, rounded } from '../numbers.ts'
import { CLIENTS, findWriters } from './writers.ts'

const quick = process.argv.includes('--quick')
const [ROUNDS, SECONDS] = quick ? [1, 2] : [10, 3]
/** How often the sealer goes to work here. In the app every twenty seconds: the work for each event is the same. */
const SEAL_EVERY_MS = 500
const RESULTS = join(ROOT, 'test-results')
const bank = parseOrgNumber('311111116')
if (!bank) throw new Error('not an organisation number')

/** The log before it was sealed: same columns, checks and indexes; one table, no triggers, no row-level security. And the chain: the same with one row that every writer must lock. */
const TABLES = `
  CREATE TABLE bench_plain (LIKE "AuditEvent" INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
  ALTER TABLE bench_plain DROP COLUMN "xid", ADD PRIMARY KEY ("at", "id");
  CREATE INDEX ON bench_plain ("bank", "subjectRef", "at");
  CREATE TABLE bench_chain (LIKE bench_plain INCLUDING ALL, "hash" bytea NOT NULL);
  CREATE TABLE bench_head (one int PRIMARY KEY, "hash" bytea NOT NULL) WITH (fillfactor = 10);
  INSERT INTO bench_head VALUES (1, sha256(''));
  CREATE FUNCTION bench_link() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    SELECT sha256(h."hash" || convert_to(NEW."id" || NEW."type" || NEW."actor" || coalesce(NEW."subjectRef"::text, '') || coalesce(NEW."outcome", '') || NEW."correlationId", 'UTF8')) INTO NEW."hash" FROM bench_head h WHERE one = 1 FOR UPDATE;
    UPDATE bench_head SET "hash" = NEW."hash" WHERE one = 1;
    RETURN NEW;
  END $$;
  CREATE TRIGGER bench_link BEFORE INSERT ON bench_chain FOR EACH ROW EXECUTE FUNCTION bench_link()`

const insertInto = (table: string): string => `INSERT INTO ${table} ("at", "type", "actor", "subjectRef", "outcome", "correlationId")
  VALUES (clock_timestamp(), 'reading.shown', 'applicant', ('00000000-0000-4000-8000-' || lpad((:n)::text, 12, '0'))::uuid, 'ok', 'K7QM-9XTB-2RWH')`.replaceAll('\n', ' ')

type Round = { readonly plain: number; readonly sealed: number; readonly chain: number; readonly behind: number; readonly catchUpMs: number; readonly load: number }

async function measured({ DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl }: { DATABASE_URL: string; DATABASE_OWNER_URL: string }) {
  const writers = findWriters()
  const owner = new pg.Client({ connectionString: ownerUrl, options: connectionOptions(bank!) })
  await owner.connect()
  const db = openDatabase(appUrl, bank!)
  const options = connectionOptions(bank!)
  const jwk = newAuditJwk()
  const outside: Checkpoint[] = []
  const deps = { clock: { now: () => new Date() }, seals: createSealStore(db), auditKey: openAuditKey(jwk), publish: async (checkpoint: Checkpoint) => void outside.push(checkpoint), log: { info: () => {}, warn: () => {}, error: () => {} }, counted: () => {} }
  const insert = (table: string, url: string, seconds = SECONDS) => writers.perSecond({ url, options, sql: insertInto(table), seconds })
  try {
    await createAuditLog(db).ensureRoom(new Date())
    await owner.query(TABLES)
    for (const [table, url] of [['bench_plain', ownerUrl], ['"AuditEvent"', appUrl], ['bench_chain', ownerUrl]] as const) await insert(table, url, 1)
    await sealAudit(deps, 'K7QM-9XTB-2RWH')

    const rounds: Round[] = []
    const whileSealing = async () => {
      let writing = true
      const sealing = (async () => { while (writing) { await sealAudit(deps, 'K7QM-9XTB-2RWH'); await pause(SEAL_EVERY_MS) } })()
      const sealed = await insert('"AuditEvent"', appUrl)
      const { rows } = await owner.query<{ behind: string }>('SELECT (SELECT count(*) FROM "AuditEvent") - (SELECT count(*) FROM "AuditSeal") AS behind')
      const since = performance.now()
      writing = false
      await sealing
      await sealAudit(deps, 'K7QM-9XTB-2RWH')
      const catchUpMs = performance.now() - since
      return { sealed, behind: Number(rows[0]?.behind), catchUpMs }
    }
    const sides = [async () => ({ plain: await insert('bench_plain', ownerUrl) }), whileSealing, async () => ({ chain: await insert('bench_chain', ownerUrl) })]
    for (let i = 1; i <= ROUNDS; i++) {
      const parts: Partial<Round>[] = [{ load: load()[0] ?? 0 }]
      // There and back: whoever always came second would get the worse of what the machine does meanwhile.
      for (const side of i % 2 === 1 ? sides : sides.toReversed()) parts.push(await side())
      const round = Object.assign({}, ...parts) as Round
      rounds.push(round)
      console.log(`Round ${i} of ${ROUNDS}: plain ${round.plain.toFixed(0)}/s, sealed ${round.sealed.toFixed(0)}/s (${round.behind} not yet sealed at the end), one chain ${round.chain.toFixed(0)}/s`)
    }
    return { writers: writers.name, rounds, verification: await verification(owner, outside, jwk.x) }
  } finally {
    await db.$disconnect()
    await owner.end()
  }
}

/** From a dump in a file to the verdict, as `npm run verify-audit` does it: on one processor. */
async function verification(owner: pg.Client, outside: readonly Checkpoint[], x: string) {
  const box = mkdtempSync(join(tmpdir(), 'saldosyn-dump-'))
  const file = join(box, 'audit.sql')
  try {
    const exportBegan = performance.now()
    await pipeline(Readable.from(exportAudit(owner)), createWriteStream(file))
    const exportSeconds = (performance.now() - exportBegan) / 1000
    const runs = []
    for (let i = 0; i < (quick ? 1 : 3); i++) {
      const [began, cpu] = [performance.now(), process.cpuUsage()]
      const [rows] = await readDump(createReadStream(file, 'utf8'))
      const result = verifyLog({ rows: rows!, outside, keys: [trustKey(x)] })
      if (result.findings.length > 0 || result.pending > 0) throw new Error(`the log that the bench wrote does not verify: ${JSON.stringify(result.findings.slice(0, 3))}`)
      const used = process.cpuUsage(cpu)
      runs.push({ events: result.events, seconds: (performance.now() - began) / 1000, cpuSeconds: (used.user + used.system) / 1e6 })
    }
    return { exportSeconds, runs }
  } finally {
    rmSync(box, { recursive: true })
  }
}

const database = await startThrowawayDatabase({ log: join(RESULTS, 'logs/postgres-bench-audit.log'), settings: { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', max_wal_size: '4GB', checkpoint_timeout: '30min' } })
try {
  const { writers, rounds, verification: verified } = await measured(database.env)
  const machine = await about(database.env.DATABASE_OWNER_URL)
  const shares = (pick: (round: Round) => number) => rounds.map((round) => (100 * pick(round)) / round.plain)
  const share = (pick: (round: Round) => number) => rounded(median(shares(pick)))
  const spread = (pick: (round: Round) => number) => `${Math.min(...shares(pick)).toFixed(0)} to ${Math.max(...shares(pick)).toFixed(0)} %`
  const perSecond = (pick: (round: Round) => number) => rounded(median(rounds.map(pick)), 0)
  const events = verified.runs[0]?.events ?? 0
  const summary = {
    plain: perSecond((round) => round.plain), sealed: perSecond((round) => round.sealed), chain: perSecond((round) => round.chain),
    sealedShare: share((round) => round.sealed), chainShare: share((round) => round.chain),
    /** As if nobody wrote until everything was sealed: what can go on for ever. */
    lastingShare: share((round) => (round.sealed * SECONDS) / (SECONDS + round.catchUpMs / 1000)),
    verifiedPerSecond: rounded(median(verified.runs.map((run) => run.events / run.seconds)), 0),
    verifiedPerCpuSecond: rounded(median(verified.runs.map((run) => run.events / run.cpuSeconds)), 0),
  }
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(join(RESULTS, 'bench-audit.json'), `${JSON.stringify({ machine, writers, clients: CLIENTS, seconds: SECONDS, rounds, verified, summary }, null, 2)}\n`)
  const line = (name: string, value: number, unit: string, goal?: [at: number, word: string]) => `  ${(goal ? (value >= goal[0] ? 'met' : 'MISSED') : '').padEnd(8)}${name.padEnd(52)}${String(value).padStart(9)} ${unit.padEnd(10)}${goal ? `(goal ${goal[1]})` : ''}`
  console.log([
    '', `${machine.cores} × ${machine.cpu}, ${machine.system}, Node ${machine.node}, PostgreSQL ${machine.postgres} (fsync ${machine.fsync})`,
    `${CLIENTS} clients by ${writers}; bench, sealer and PostgreSQL share the processors. ${ROUNDS} rounds of ${SECONDS} s a side; medians, shares within a round.`,
    `Audit inserts ÷ plain in a round: ${spread((round) => round.sealed)}; one hash chain ÷ plain: ${spread((round) => round.chain)}.`,
    `Load average before each round: ${rounds.map((round) => round.load).join(', ')}; above the number of processors the machine was not ours alone, or the round before still shows.`, '',
    line('Plain inserts', summary.plain, '/s'), line('Audit inserts while sealing', summary.sealed, '/s'), line('One hash chain for all', summary.chain, '/s'),
    line('Audit inserts ÷ plain', summary.sealedShare, '%', [80, '≥ 80']), line('  with the time to seal the rest counted in', summary.lastingShare, '%'), line('One hash chain ÷ plain', summary.chainShare, '%'),
    line(`Verification of a dump of ${events} events`, summary.verifiedPerSecond, 'events/s', [50_000, '≥ 50000']), line('  for each second of processor', summary.verifiedPerCpuSecond, 'events/s'),
    ...(quick ? ['', 'A quick run: these figures are for developing the bench, not for comparing.'] : []), '',
  ].join('\n'))
} finally {
  await database.stop()
}
