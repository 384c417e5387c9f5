/**
 * npm run bench: the balance page beside a hello page of the same build and beside the raw upstream, in one run on this
 * machine. Prints a table, writes test-results/bench.json, and exits 1 when a request failed or the run broke off.
 * `--quick`: one short round, to see that it works; `--patient`: waits, at most a quarter of an hour, for moments in which
 * nobody else works here; `--sharing-off`: advisers see nothing, as an installation comes; `--profile`: also writes CPU profiles
 * of the app to .data/bench. `--signing`: only how long signing holds the event loop up.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseConfig } from '@/lib/config'
import { createServices } from '@/lib/services'
import { freePort, ROOT } from '../cli/run.mjs'
import { startStack } from '../cli/stack.mjs'
import { createApplicants } from './applicants.ts'
import { buildWithHello } from './build.ts'
import { createCaller } from './exchange.ts'
import { startInstance } from './instance.ts'
import { about, load, memoryOf } from './machine.ts'
import { calibrate, round, type Lengths, type Round, type Scene } from './measure.ts'
import { weighScripts } from './page-scripts.ts'
import { failuresOf, report, summarise, type Delays, type Results } from './report.ts'
import { measureSigning } from './signing.ts'
import { countedUrl, countStatements, logSettings, logStatements } from './statements.ts'
import { balance, fetchAndShow, fetchForm, findFetchForm, hello } from './targets.ts'

const quick = process.argv.includes('--quick')
const lengths: Lengths = quick ? { rounds: 1, open: 1, closed: 1, fetch: 2 } : { rounds: 5, open: 3, closed: 3, fetch: 5 }
/** Settings that are not as in the demo. */
const others: Record<string, string> = process.argv.includes('--sharing-off') ? { ADVISER_SHARING: 'off' } : {}
/** What the upstreams take: a guess at an ordinary day, the same for both sides. */
const delays: Delays = { tokenMs: 30, accountsMs: 70 }
const BOX = join(ROOT, '.data/bench')
const RESULTS = join(ROOT, 'test-results')

const began = performance.now()
const say = (words: string) => { console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${words}`) }

type Stack = Awaited<ReturnType<typeof startStack>>

async function measured(server: string, stack: Stack, appPid: number): Promise<Results> {
  const idle = await pause(1000).then(() => memoryOf(appPid))
  const house = createServices(parseConfig(stack.settings))
  const applicants = createApplicants(house, stack.sandboxUrl)
  const caller = createCaller()
  try {
    const people = await applicants.all()
    const held = await applicants.logIns(people, 16)
    for (const logIn of held) await applicants.read(logIn)
    const [newcomer] = await applicants.logIns(people, 1)
    const [holder] = held
    if (!newcomer || !holder) throw new Error('nobody has logged in')
    const fields = await findFetchForm(stack.appUrl, caller, newcomer)
    say(`${people.length} people have consented, ${held.length} log-ins hold a reading.`)

    const cookie = `applicant.session=${holder.token}`
    const scales = { appUrl: stack.appUrl, server, caller }
    const scripts = { hello: await weighScripts(scales, '/hello', cookie), balance: await weighScripts(scales, '/balance', cookie) }

    say('Starting further instances, to time that and to count SQL …')
    const coldStartsMs: number[] = []
    const start = (settings: Record<string, string>) => freePort().then((port) => startInstance({ server, port, settings, log: join(BOX, 'logs/instance.log') }))
    for (let i = 0; i < (quick ? 1 : 3); i++) {
      const instance = await start(stack.settings)
      coldStartsMs.push(instance.startMs)
      await instance.stop()
    }
    const statements = await countedStatements(stack, () => start({ ...stack.settings, DATABASE_URL: countedUrl(stack.databaseUrl) }))

    await applicants.control('PUT', 'faults/maskinporten', { fault: 'slow', seconds: delays.tokenMs / 1000, step: 'consent-token' })
    await applicants.control('PUT', 'faults/lanekassen', { fault: 'slow', seconds: delays.accountsMs / 1000, step: 'accounts' })
    const scene: Scene = { appUrl: stack.appUrl, appPid, house, applicants, people, held, fields }
    say('Warming up and calibrating …')
    const patientUntil = process.argv.includes('--patient') ? performance.now() + 900_000 : 0
    const rates = await calibrate(scene, say, patientUntil)
    const rounds: Round[] = []
    for (let i = 1; i <= lengths.rounds; i++) {
      say(`Round ${i} of ${lengths.rounds}, load ${load()[0]} …`)
      rounds.push(await round(scene, rates, lengths, patientUntil))
    }
    const machine = await about(stack.databaseUrl)
    return { machine, delays, rates, lengths, rounds, statements, scripts, coldStartsMs, memory: { idle, after: memoryOf(appPid) }, loadAfter: load(), seconds: (performance.now() - began) / 1000 }
  } finally {
    caller.close()
    await house.db.$disconnect()
  }

  /** In a pass of its own, on an instance of its own: logging would slow what is timed. */
  async function countedStatements({ superUrl, logs }: Stack, startCounted: () => ReturnType<typeof startInstance>): Promise<Results['statements']> {
    if (!superUrl) throw new Error('the bench needs a database of its own')
    await logStatements(superUrl, true)
    const { appUrl, stop } = await startCounted()
    try {
      const once = async (sent: Promise<{ failed: string | null }>) => { const { failed } = await sent; if (failed !== null) throw new Error(failed) }
      const people = await applicants.all()
      const fresh = await applicants.logIns(people, 5)
      const later = await applicants.logIns(people, 5)
      const fields = await findFetchForm(appUrl, caller, fresh[0]!)
      await once(fetchAndShow(appUrl, caller, [fresh.pop()!], fields)())
      const posted = await countStatements(logs.postgres, 4, async () => { await caller.call(fetchForm(appUrl, fresh.shift()!, fields)) })
      for (const logIn of later) await applicants.read(logIn)
      const page = await countStatements(logs.postgres, 5, () => once(balance(appUrl, caller, later)()))
      const floor = await countStatements(logs.postgres, 5, () => once(hello(appUrl, caller, later)()))
      return { balance: page, hello: floor, fetch: posted }
    } finally {
      await stop()
      await logStatements(superUrl, false)
    }
  }
}

if (process.argv.includes('--signing')) {
  console.log(await measureSigning(quick ? 2 : 20))
  process.exit()
}

mkdirSync(join(BOX, 'logs'), { recursive: true })
mkdirSync(RESULTS, { recursive: true })
rmSync(join(BOX, 'logs/instance.log'), { force: true })
let stop = async () => {}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop().finally(() => process.exit(1)))
try {
  const server = await buildWithHello(say)
  say('Starting PostgreSQL, the sandbox and the app …')
  let appPid = 0
  const stack = await startStack({
    port: await freePort(), sandboxPort: await freePort(), throwaway: true, server, logs: join(BOX, 'logs'),
    env: { ...(process.argv.includes('--profile') && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${BOX}` }), ...others },
    // A bank's database survives a power cut: so does this one, since that costs time.
    postgres: { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', ...logSettings },
    onStarted: ({ name, pid }) => { if (name === 'The app') appPid = pid },
    onStop: (how) => { stop = how },
  })
  const results = await measured(server, { ...stack, settings: { ...stack.settings, ...others } }, appPid)
  writeFileSync(join(RESULTS, 'bench.json'), `${JSON.stringify({ ...results, summary: summarise(results), failures: failuresOf(results.rounds) }, null, 2)}\n`)
  console.log(report(results))
  if (Object.keys(failuresOf(results.rounds)).length > 0) process.exitCode = 1
} catch (error) {
  console.error(`\nThe bench broke off. ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  await stop()
}
