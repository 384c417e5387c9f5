/**
 * npm run torture: everything that may go wrong, on purpose, against the real core, a real PostgreSQL and the sandbox, on
 * this machine. Counts every check, writes test-results/torture.json, prints a table, and exits 1 when an invariant was
 * violated or a suite broke off.
 * `--part`: the short run; `--only <name>`: suites whose name holds this word (may be repeated); `--seed <n>`;
 * `--narrow <words>`: what has these words in its name, in suites that try many things by name;
 * `--amount <name>=<n>`: another amount for suites that have one of this name; `--list`.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT, run } from '../../cli/run.mjs'
import { newSeed } from './random.ts'
import { summed, table, type Results, type SuiteResult } from './report.ts'
import { openCluster, type Cluster } from './scene/cluster.ts'
import { runSuite } from './run-suite.ts'
import type { Amounts, Suite } from './suite.ts'
import { rounds, suites } from './suites.ts'

const { values } = parseArgs({
  options: {
    part: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string' },
    amount: { type: 'string', multiple: true, default: [] },
    narrow: { type: 'string' },
    list: { type: 'boolean', default: false },
    json: { type: 'string', default: join(ROOT, 'test-results/torture.json') },
  },
})
const { part } = values
const seed = values.seed === undefined ? newSeed() : Number(values.seed)
const others = Object.fromEntries(values.amount.map((given) => given.split('=') as [string, string]).map(([name, n]) => [name, Number(n)]))

const began = performance.now()
const since = () => (performance.now() - began) / 1000
const say = (words: string) => { console.log(`${since().toFixed(0).padStart(4)} s  ${words}`) }

const amountsOf = ({ amounts }: Suite): Amounts =>
  Object.fromEntries(Object.entries(part ? amounts.part : amounts.full).map(([name, n]) => [name, others[name] ?? n]))
const isChosen = ({ name }: Suite): boolean => values.only.length === 0 || values.only.some((word) => name.includes(word))
const isDue = (suite: Suite): boolean => isChosen(suite) && Object.values(amountsOf(suite)).some((n) => n > 0)
const due = rounds.map((round) => round.filter(isDue)).filter((round) => round.length > 0)

if (values.list) {
  for (const { name, about, seconds } of suites) console.log(`${name.padEnd(28)} ${String(seconds.full).padStart(4)} s, ${String(seconds.part).padStart(3)} s in the part  ${about}`)
  process.exit(0)
}
if (due.length === 0 || Number.isNaN(seed)) {
  console.error('There is no such suite, or the seed is no number. --list tells the suites.')
  process.exit(2)
}

const playIn = (cluster: Cluster) => async (suite: Suite): Promise<SuiteResult> => {
  say(`${suite.name}: ${suite.about}`)
  const result = await runSuite(suite, { amounts: amountsOf(suite), part, narrow: values.narrow ?? null, seed, cluster, say })
  const violated = Object.values(result.counts).reduce((sum, count) => sum + count.violated, 0)
  say(`${suite.name}: ${result.seconds.toFixed(1)} s${violated > 0 ? `, ${violated} VIOLATIONS` : ''}${result.brokeOff === null ? '' : `, BROKE OFF: ${result.brokeOff}`}`)
  return result
}

let cluster: Cluster | null = null
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void (cluster?.stop() ?? Promise.resolve()).finally(() => process.exit(1)))
const results: SuiteResult[] = []
try {
  await run('prisma', ['generate'], { quiet: true })
  say(`Starting PostgreSQL; the seed is ${seed} …`)
  cluster = await openCluster()
  for (const round of due) results.push(...(await Promise.all(round.map(playIn(cluster)))))
} finally {
  await cluster?.stop()
}

const counts = summed(results)
const sum = (of: 'checked' | 'violated') => Object.values(counts).reduce((all, count) => all + count[of], 0)
const failed = sum('violated') + results.filter(({ brokeOff }) => brokeOff !== null).length
const told: Results = {
  command: `npm run torture${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}`,
  seed,
  part,
  at: new Date().toISOString(),
  machine: { cores: cpus().length, cpu: cpus()[0]?.model.trim() ?? 'unknown', node: process.version, load: loadavg() },
  seconds: since(),
  invariants: counts,
  suites: results,
  passed: sum('checked') - sum('violated'),
  failed,
}
mkdirSync(join(values.json, '..'), { recursive: true })
writeFileSync(values.json, `${JSON.stringify(told, null, 2)}\n`)
console.log(table(told))
console.log(`\n${told.passed} passed, ${told.failed} failed`)
process.exit(failed === 0 && told.passed > 0 ? 0 : 1)
