import type { about } from './machine.ts'
import { CLIENTS, type Figures, type Lengths, type Rates, type Round } from './measure.ts'
import { median, rounded } from './numbers.ts'
import type { PageScripts } from './page-scripts.ts'
import type { Counted } from './statements.ts'

export type Delays = { readonly tokenMs: number; readonly accountsMs: number }
export type Results = {
  readonly machine: Awaited<ReturnType<typeof about>>
  readonly delays: Delays
  readonly rates: Rates
  readonly lengths: Lengths
  readonly rounds: readonly Round[]
  readonly statements: Readonly<Record<'balance' | 'hello' | 'fetch', Counted>>
  readonly scripts: Readonly<Record<'balance' | 'hello', PageScripts>>
  readonly coldStartsMs: readonly number[]
  readonly memory: { readonly idle: number | null; readonly after: number | null }
  readonly loadAfter: readonly number[]
  readonly seconds: number
}

type Goal = { readonly name: string; readonly value: number; readonly unit: string; readonly goal: string; readonly met: boolean; readonly wish?: true }

/** Medians over the rounds, and what they say of the goals. Differences and shares are taken within a round first. */
export function summarise({ rounds, scripts, statements, coldStartsMs }: Results) {
  const over = (pick: (round: Round) => number, digits = 1) => rounded(median(rounds.map(pick)), digits)
  const side = (pick: (round: Round) => Figures) => ({
    p50: over((it) => pick(it).p50), p99: over((it) => pick(it).p99), perSecond: over((it) => pick(it).perSecond), cpuMs: over((it) => pick(it).cpu ?? Number.NaN, 2), lagMs: over((it) => pick(it).lag),
  })
  const js = rounded((scripts.balance.total - scripts.hello.total) / 1000, 2)
  const overhead = {
    p50: over(({ open }) => open.fetch.p50 - open.raw.p50),
    p99: over(({ open }) => open.fetch.p99 - open.raw.p99),
    postP50: over(({ open }) => (open.fetch.half?.p50 ?? Number.NaN) - open.raw.p50),
    postP99: over(({ open }) => (open.fetch.half?.p99 ?? Number.NaN) - open.raw.p99),
  }
  const share = over(({ closed }) => (100 * closed.balance.perSecond) / closed.hello.perSecond)
  const coldStart = rounded(median(coldStartsMs), 0)
  const goals: Goal[] = [
    { name: 'Overhead over raw upstream, p50', value: overhead.p50, unit: 'ms', goal: '≤ 12', met: overhead.p50 <= 12 },
    { name: 'Overhead over raw upstream, p99', value: overhead.p99, unit: 'ms', goal: '≤ 60', met: overhead.p99 <= 60, wish: true },
    { name: 'Throughput of balance ÷ hello', value: share, unit: '%', goal: '≥ 60', met: share >= 60 },
    { name: 'JavaScript over the floor, gzip -9', value: js, unit: 'kB', goal: '≤ 10', met: js <= 10 },
    { name: 'SQL round trips per balance page', value: statements.balance.roundTrips, unit: '', goal: '≤ 6', met: statements.balance.roundTrips <= 6 },
    { name: 'Cold start to ready', value: coldStart, unit: 'ms', goal: '≤ 2500', met: coldStart <= 2500 },
  ]
  return {
    open: { hello: side((it) => it.open.hello), balance: side((it) => it.open.balance), raw: side((it) => it.open.raw), fetch: side((it) => it.open.fetch) },
    closed: { hello: side((it) => it.closed.hello), balance: side((it) => it.closed.balance) },
    overhead,
    cpuShare: over(({ closed }) => (100 * (closed.hello.cpu ?? Number.NaN)) / (closed.balance.cpu ?? Number.NaN)),
    goals,
  }
}

/** Requests that failed anywhere in the run, by target and reason. */
export function failuresOf(rounds: readonly Round[]): Record<string, number> {
  const total: Record<string, number> = {}
  for (const { open, closed } of rounds)
    for (const [loop, sides] of Object.entries({ open, closed }))
      for (const [target, { failures }] of Object.entries<Figures>(sides))
        for (const [why, count] of Object.entries(failures)) total[`${target} (${loop}): ${why}`] = (total[`${target} (${loop}): ${why}`] ?? 0) + count
  return total
}

const cell = (value: number | null, digits = 1): string => (value === null || Number.isNaN(value) ? '–' : value.toFixed(digits)).padStart(9)
const row = (name: string, ...cells: string[]): string => `  ${name.padEnd(34)}${cells.join('')}`
const head = (...names: string[]): string => row('', ...names.map((name) => name.padStart(9)))

/** What other programs did meanwhile, which the load average cannot tell from us. */
function others(rounds: readonly Round[]): string[] {
  if (rounds.some((it) => it.others === null)) return []
  const again = rounds.reduce((sum, it) => sum + it.again, 0)
  const disturbed = rounds.some((it) => (it.others ?? 0) > 10) ? ' DISTURBED: shares still say something, milliseconds do not.' : ''
  return [`Other programs used ${rounds.map((it) => it.others).join(', ')} % of the processors in the rounds${again > 0 ? `; ${again} disturbed comparisons were run again` : ''}.${disturbed}`]
}

/** The whole story for a person at a terminal. */
export function report(results: Results): string {
  const { machine, delays, rates, lengths, rounds, statements, scripts, coldStartsMs, memory, loadAfter, seconds } = results
  const { open, closed, overhead, cpuShare, goals } = summarise(results)
  const latency = (name: string, { p50, p99, perSecond, lagMs }: (typeof open)['hello']) => row(name, cell(p50), cell(p99), cell(perSecond), cell(lagMs))
  const throughput = (name: string, { p50, p99, perSecond, cpuMs }: (typeof open)['hello']) => row(name, cell(p50), cell(p99), cell(perSecond), cell(cpuMs, 2))
  const failures = Object.entries(failuresOf(rounds))
  const files = (name: string, page: PageScripts) => [
    row(`${name}: ${page.files.length} files`, cell(page.total / 1000, 2), ` kB   (its HTML ${(page.html / 1000).toFixed(2)} kB)`),
    ...page.files.map((file) => row(`  ${file.path.split('/').pop()}`, cell(file.gzip / 1000, 2), ' kB')),
  ]
  return [
    '',
    `${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB, ${machine.system}`,
    `Node ${machine.node}, Next ${machine.next}, React ${machine.react}, Prisma ${machine.prisma}, PostgreSQL ${machine.postgres} (fsync ${machine.fsync})`,
    'Bench, app, sandbox and PostgreSQL share the processors, unpinned.',
    `Load average before each round: ${rounds.map((it) => it.load[0]).join(', ')}; after: ${loadAfter.join(' ')}.`,
    ...others(rounds),
    `${rounds.length} rounds of hello, balance, hello, balance, raw, fetch; medians over rounds. Took ${seconds.toFixed(0)} s.`,
    `The sandbox waits ${delays.tokenMs} ms before a consent token and ${delays.accountsMs} ms before a balance. No TLS, no compression.`,
    '',
    `Held balance and hello, ${rates.held} requests a second (fixed rate), ms`,
    head('p50', 'p99', 'req/s', 'lag p99'),
    latency('GET /hello', open.hello),
    latency('GET /balance, held reading', open.balance),
    '',
    `As much as it can, ${CLIENTS} clients (closed loop), ms`,
    head('p50', 'p99', 'req/s', 'CPU ms'),
    throughput('GET /hello', closed.hello),
    throughput('GET /balance, held reading', closed.balance),
    row('hello ÷ balance by CPU of the app', cell(cpuShare), ' %'),
    '',
    `Fetch and raw upstream, ${rates.fetch} a second (fixed rate), ms`,
    head('p50', 'p99', 'req/s', 'lag p99'),
    latency('raw: token and balance', open.raw),
    latency('fetch: POST and the page after it', open.fetch),
    row('overhead', cell(overhead.p50), cell(overhead.p99)),
    row('overhead without the page after it', cell(overhead.postP50), cell(overhead.postP99)),
    '',
    'SQL round trips',
    row('GET /hello', cell(statements.hello.roundTrips, 0)),
    row('GET /balance, held reading', cell(statements.balance.roundTrips, 0)),
    ...statements.balance.statements.map((sql) => `      ${sql}`),
    row('POST that fetches', cell(statements.fetch.roundTrips, 0)),
    ...statements.fetch.statements.map((sql) => `      ${sql}`),
    '',
    'JavaScript, gzip -9, without nomodule',
    ...files('/hello', scripts.hello),
    ...files('/balance', scripts.balance),
    row('/balance over /hello', cell((scripts.balance.total - scripts.hello.total) / 1000, 2), ' kB'),
    row('/balance over Next’s own files', cell((scripts.balance.total - scripts.balance.next) / 1000, 2), ' kB   (stricter: the layout’s and the error page’s scripts count too)'),
    '',
    row('Cold starts', ...coldStartsMs.map((ms) => cell(ms, 0)), ' ms'),
    row('Memory (RSS): idle, after the run', cell(memory.idle, 0), cell(memory.after, 0), ' MB'),
    row('Requests that failed', failures.length === 0 ? '        0' : ''),
    ...failures.map(([what, count]) => `      ${count} × ${what}`),
    ...(lengths.rounds < 5 ? ['', 'A quick run: these figures are for developing the bench, not for comparing.'] : []),
    '',
    'Goals',
    ...goals.map(({ name, value, unit, goal, met, wish }) => `  ${(met ? 'met' : wish ? 'beyond' : 'MISSED').padEnd(8)}${name.padEnd(36)}${String(value).padStart(8)} ${unit.padEnd(3)} (goal ${goal}${wish ? ', a wish' : ''})`),
    '',
  ].join('\n')
}
