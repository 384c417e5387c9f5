import { randomFrom, type Random } from '../random.ts'

/** One parser, how to make its input, and what it promised. */
export type Subject = {
  readonly name: string
  /** Its share of the cases, beside the others' shares. */
  readonly share: number
  readonly make: (random: Random) => string
  /** Throws (or rejects) when the parser breaks its word: an error outside its Result, or a value that must not have been let through. */
  readonly keepsItsWord: (input: string) => void | Promise<void>
}

export type Broken = { readonly subject: string; readonly nr: number; readonly what: string; readonly input: string }
export type Fuzzed = { readonly cases: number; readonly seconds: number; readonly slowestMs: number; readonly broken: readonly Broken[] }

/** For a subject's promise: throws unless it holds. */
export const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what)
}

/** As the door reads a body: what is no JSON is nothing. */
export function tried(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** No input may keep a parser busy for longer: it would keep everybody else waiting. */
export const LONGEST_MS = 50
const MOST_TOLD = 20

/** Processor time of one case alone, the least of three: a busy machine or a collection of garbage is not the parser's fault. */
async function alone({ keepsItsWord }: Subject, input: string): Promise<number> {
  let least = Infinity
  for (let n = 0; n < 3; n++) {
    const before = process.cpuUsage()
    await (async () => keepsItsWord(input))().catch(() => undefined)
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1000)
  }
  return least
}

const shown = (input: string): string => JSON.stringify(input.length > 300 ? `${input.slice(0, 200)} … (${input.length} signs)` : input)

/** Tries every subject with its share of `amount`. Case `nr` of a subject is the same in every run with this seed. */
export async function fuzz(subjects: readonly Subject[], { amount, seed }: { amount: number; seed: number }): Promise<ReadonlyMap<string, Fuzzed>> {
  const all = subjects.reduce((sum, { share }) => sum + share, 0)
  const results = new Map<string, Fuzzed>()
  for (const subject of subjects) results.set(subject.name, await fuzzOne(subject, Math.ceil((amount * subject.share) / all), seed))
  return results
}

async function fuzzOne(subject: Subject, cases: number, seed: number): Promise<Fuzzed> {
  const { name, make, keepsItsWord } = subject
  const broken: Broken[] = []
  const slow: [nr: number, input: string][] = []
  let slowestMs = 0
  const begun = performance.now()
  for (let nr = 0; nr < cases; nr++) {
    const input = make(randomFrom(seed, name, nr))
    const before = performance.now()
    try {
      const underway = keepsItsWord(input)
      if (underway) await underway
    } catch (error) {
      const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
      if (broken.length < MOST_TOLD) broken.push({ subject: name, nr, what: what.slice(0, 300), input: shown(input) })
    }
    const took = performance.now() - before
    if (took > LONGEST_MS) slow.push([nr, input])
    else slowestMs = Math.max(slowestMs, took)
  }
  const seconds = (performance.now() - begun) / 1000
  for (const [nr, input] of slow) {
    const ms = await alone(subject, input)
    slowestMs = Math.max(slowestMs, ms)
    if (ms > LONGEST_MS) broken.push({ subject: name, nr, what: `took ${ms.toFixed(0)} ms of processor time`, input: shown(input) })
  }
  return { cases, seconds, slowestMs, broken }
}
