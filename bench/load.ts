import { setTimeout as pause } from 'node:timers/promises'
import { quantile, sorted } from './numbers.ts'

/** What became of one request. `halfway`: when its first part was done (performance.now). */
export type Sent = { readonly failed: string | null; readonly halfway?: number }
export type Send = () => Promise<Sent>

export type Measured = {
  /** Milliseconds, in order, of the requests that succeeded. */
  readonly latencies: readonly number[]
  readonly halfway: readonly number[]
  /** Successes in a second. */
  readonly perSecond: number
  /** How many failed, by reason: a status that was not expected, a page without its content, a broken connection. */
  readonly failures: Readonly<Record<string, number>>
  /** Everything that was answered well, also while settling. */
  readonly answered: number
  /** Milliseconds that the generator itself was late with a request (99 of 100 were less); part of the latencies. */
  readonly lag: number
}

type Open = { readonly rate: number; readonly seconds: number; readonly settle?: number; readonly send: Send }
type Closed = { readonly clients: number; readonly seconds: number; readonly settle?: number; readonly send: Send }

/** More than this underway, and the server is not keeping up at all: the rest counts as failed. */
const MOST_UNDERWAY = 500

/**
 * Requests at fixed instants, whether or not the earlier ones have been answered. A latency counts from the instant the
 * request was due: a server that stalls pays for everyone who came meanwhile (no coordinated omission). What is sent in
 * the first `settle` seconds is not counted.
 */
export async function openLoop({ rate, seconds, settle = 0.5, send }: Open): Promise<Measured> {
  const tally = newTally()
  const start = performance.now() + 5
  const countFrom = start + settle * 1000
  const total = Math.round(rate * (settle + seconds))
  const all: Promise<void>[] = []
  let underway = 0
  for (let i = 0; i < total; ) {
    const due = start + (i * 1000) / rate
    const now = performance.now()
    if (now < due) {
      await pause(due - now)
      continue
    }
    i++
    const counts = due >= countFrom
    if (counts) tally.late(now - due)
    if (underway >= MOST_UNDERWAY) {
      if (counts) tally.failed('too many underway')
      continue
    }
    underway++
    all.push(one(send, tally, due, counts).finally(() => { underway-- }))
  }
  await Promise.all(all)
  return tally.result(seconds)
}

/** Clients that each ask again as soon as they are answered: what the server can do at most. Its latencies hide stalls. */
export async function closedLoop({ clients, seconds, settle = 0.5, send }: Closed): Promise<Measured> {
  const tally = newTally()
  const countFrom = performance.now() + settle * 1000
  const end = countFrom + seconds * 1000
  const client = async () => {
    for (let now = performance.now(); now < end; now = performance.now()) await one(send, tally, now, now >= countFrom, end)
  }
  await Promise.all(Array.from({ length: clients }, client))
  return tally.result(seconds)
}

async function one(send: Send, tally: Tally, since: number, counts: boolean, until = Number.POSITIVE_INFINITY): Promise<void> {
  const sent = await send().catch((error: unknown): Sent => ({ failed: codeOf(error) }))
  const now = performance.now()
  if (sent.failed !== null) return tally.failed(sent.failed)
  tally.answered()
  if (counts && now <= until) tally.succeeded(now - since, sent.halfway === undefined ? null : sent.halfway - since)
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : error instanceof Error ? error.message : 'unknown')

type Tally = ReturnType<typeof newTally>
function newTally() {
  const latencies: number[] = []
  const halfway: number[] = []
  const lateness: number[] = []
  const failures: Record<string, number> = {}
  let answered = 0
  return {
    answered: () => { answered++ },
    late: (ms: number) => { lateness.push(ms) },
    failed: (why: string) => { failures[why] = (failures[why] ?? 0) + 1 },
    succeeded(ms: number, half: number | null) {
      latencies.push(ms)
      if (half !== null) halfway.push(half)
    },
    result: (seconds: number): Measured => ({
      latencies: sorted(latencies), halfway: sorted(halfway), perSecond: latencies.length / seconds, answered, failures, lag: lateness.length > 0 ? quantile(sorted(lateness), 0.99) : 0,
    }),
  }
}
