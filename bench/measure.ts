import { setTimeout as pause } from 'node:timers/promises'
import type { Services } from '@/lib/services'
import type { Applicant, Applicants, LogIn } from './applicants.ts'
import { createCaller } from './exchange.ts'
import { closedLoop, openLoop, type Measured, type Send } from './load.ts'
import { load, processorOf, watchOthers } from './machine.ts'
import { quantile } from './numbers.ts'
import { balance, fetchAndShow, hello, rawUpstream, type ActionFields } from './targets.ts'

export type Scene = {
  readonly appUrl: string
  readonly appPid: number
  readonly house: Services
  readonly applicants: Applicants
  readonly people: readonly Applicant[]
  /** Log-ins that hold a reading. */
  readonly held: readonly LogIn[]
  readonly fields: ActionFields
}
export type Lengths = { readonly rounds: number; readonly open: number; readonly closed: number; readonly fetch: number }
export type Rates = { readonly held: number; readonly fetch: number }

/** How many are underway at a time: as a mean in the open loops where the machine can, exactly in calibration. */
const C = 8
/** Clients of the closed loops. */
export const CLIENTS = 32
/** Share of what the slower side can do at most that the open loops ask for: beyond it a queue is measured, not a page. */
const SHARE = 0.6

export type Figures = {
  readonly p50: number
  readonly p99: number
  readonly perSecond: number
  readonly sent: number
  readonly lag: number
  readonly failures: Readonly<Record<string, number>>
  readonly half?: { readonly p50: number; readonly p99: number }
  /** Processor milliseconds of the app for each request. */
  readonly cpu?: number
}
export type Round = {
  readonly load: readonly number[]
  /** Share of the processors that other programs used meanwhile, in percent (Linux only). */
  readonly others: number | null
  /** Comparisons that were run again because others worked meanwhile (only when told to be patient). */
  readonly again: number
  readonly open: Record<'hello' | 'balance' | 'raw' | 'fetch', Figures>
  readonly closed: Record<'hello' | 'balance', Figures>
}

function figures({ latencies, halfway, perSecond, failures, lag }: Measured): Figures {
  const half = halfway.length > 0 && { half: { p50: quantile(halfway, 0.5), p99: quantile(halfway, 0.99) } }
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), perSecond, sent: latencies.length, lag, failures, ...half }
}

type Target = 'hello' | 'balance' | 'raw' | 'fetch'

/** Runs one slice with connections of its own; before a slice of fetches there are fresh log-ins. */
async function slice(scene: Scene, target: Target, logInsNeeded: number, run: (send: Send) => Promise<Measured>): Promise<Figures> {
  const { appUrl, held, fields, house, people, applicants } = scene
  const heap = target === 'fetch' ? await applicants.logIns(people, logInsNeeded) : []
  const caller = createCaller()
  try {
    const sends: Record<Target, () => Send | Promise<Send>> = {
      hello: () => hello(appUrl, caller, held),
      balance: () => balance(appUrl, caller, held),
      fetch: () => fetchAndShow(appUrl, caller, heap, fields),
      raw: () => rawUpstream(house, caller, people),
    }
    const send = await sends[target]()
    const before = processorOf(scene.appPid)
    const measured = await run(send)
    const after = processorOf(scene.appPid)
    return { ...figures(measured), ...(before !== null && after !== null && { cpu: (after - before) / measured.answered }) }
  } finally {
    caller.close()
  }
}

/** Warms everything up, and finds rates at which neither side of a comparison is saturated. */
export async function calibrate(scene: Scene, say: (words: string) => void, patientUntil: number): Promise<Rates> {
  const closed = (target: Target, clients: number, seconds: number, settle: number) =>
    slice(scene, target, clients * 30, (send) => closedLoop({ clients, seconds, settle, send }))
  for (const target of ['hello', 'balance', 'raw'] as const) await closed(target, C, 2, 1)
  await quiet(patientUntil)
  const [page, floor] = [await closed('balance', C, 1.5, 0.5), await closed('hello', C, 1.5, 0.5)]
  const eight = await closed('fetch', C, 1.5, 1.5)
  const most = await closed('fetch', 16, 2, 0.5)
  const rates = {
    held: Math.max(1, Math.floor(SHARE * Math.min(page.perSecond, floor.perSecond))),
    fetch: Math.max(1, Math.floor(Math.min(eight.perSecond, SHARE * most.perSecond))),
  }
  say(`Calibrated: balance ${page.perSecond.toFixed(0)}/s and hello ${floor.perSecond.toFixed(0)}/s at c=${C}; fetch ${eight.perSecond.toFixed(0)}/s at c=${C}, ${most.perSecond.toFixed(0)}/s at c=16.`)
  return rates
}

/** A comparison in which others used more of the processors than this, in percent, was disturbed. */
const DISTURBED = 10

/** Waits for a moment in which others do little, at most until `until` (performance.now). */
async function quiet(until: number): Promise<void> {
  while (performance.now() < until) {
    const others = watchOthers()
    await pause(2000)
    if ((others() ?? 0) <= DISTURBED) return
  }
}

/** Runs one comparison; with time to be patient until `until`, again and again until nobody disturbed it. */
async function undisturbed<T>(until: number, compare: () => Promise<T>): Promise<{ compared: T; others: number | null; again: number }> {
  for (let again = 0; ; again++) {
    await quiet(until)
    const watch = watchOthers()
    const compared = await compare()
    const others = watch()
    if ((others ?? 0) <= DISTURBED || performance.now() >= until) return { compared, others, again }
  }
}

/** One round: each side of each comparison, one right after the other. What to throw away is decided by what others did, never by a figure. */
export async function round(scene: Scene, rates: Rates, lengths: Lengths, patientUntil: number): Promise<Round> {
  const open = (target: Target, rate: number, seconds: number) => slice(scene, target, Math.ceil(rate * (seconds + 1)), (send) => openLoop({ rate, seconds, send }))
  const closed = (target: Target) => slice(scene, target, 0, (send) => closedLoop({ clients: CLIENTS, seconds: lengths.closed, send }))
  const before = load()
  const held = await undisturbed(patientUntil, async () => ({ hello: await open('hello', rates.held, lengths.open), balance: await open('balance', rates.held, lengths.open) }))
  const most = await undisturbed(patientUntil, async () => ({ hello: await closed('hello'), balance: await closed('balance') }))
  const fetched = await undisturbed(patientUntil, async () => ({ raw: await open('raw', rates.fetch, lengths.fetch), fetch: await open('fetch', rates.fetch, lengths.fetch) }))
  const all = [held, most, fetched]
  const others = all.some((it) => it.others === null) ? null : Math.max(...all.map((it) => it.others ?? 0))
  return { load: before, others, again: all.reduce((sum, it) => sum + it.again, 0), open: { ...held.compared, ...fetched.compared }, closed: most.compared }
}
