import fc from 'fast-check'
import { systemClock } from '@/lib/clock'
import { syntheticPeople } from '../people.ts'
import { suite } from '../suite.ts'
import { anyBeginning, anySteps, play } from './commands.ts'
import { aSequence, openHouse } from './house.ts'

export type Played = { readonly sequences: number; readonly steps: Readonly<Record<string, number>>; readonly failure: string | null }

/**
 * Plays random sequences in the model and in the real core on the given databases, side by side, one lane for each. Every
 * sequence has people of its own; the first that differs is made as short as it can be, and told with its seed.
 */
export async function playSequences({ amount, seed, databases, start }: { amount: number; seed: number; databases: readonly { appUrl: string; ownerUrl: string }[]; start: Date }): Promise<Played> {
  const people = syntheticPeople()
  const next = () => {
    const one = people.next()
    if (one.done) throw new Error('there are no more people')
    return one.value
  }
  const steps: Record<string, number> = {}
  let sequences = 0
  const lane = async (urls: { appUrl: string; ownerUrl: string }, nr: number): Promise<string | null> => {
    const house = await openHouse(urls)
    try {
      await house.ensureRoom(start)
      const property = fc.asyncProperty(anyBeginning, anySteps, async (beginning, sequence) => {
        sequences++
        const core = await aSequence(house, { ada: next(), bo: next() }, start.getTime())
        await play(core, start.getTime(), beginning, sequence, (step) => void (steps[step] = (steps[step] ?? 0) + 1)).finally(() => core.forget())
      })
      const checked = await fc.check(property, { numRuns: Math.ceil(amount / databases.length), seed: seed + nr })
      return checked.failed ? `${String(checked.errorInstance)}\n${fc.defaultReportMessage(checked)}` : null
    } finally {
      await house.close()
    }
  }
  const failures = await Promise.all(databases.map(lane))
  return { sequences, steps, failure: failures.find((it) => it !== null) ?? null }
}

/** The core against a model of it that is small enough to believe. */
export const modelSequences = suite({
  name: 'model sequences',
  about: 'random sequences of what two people, Altinn, ID-porten and the jobs do, in the core and in a model, compared after each step',
  seconds: { full: 150, part: 25 },
  amounts: { full: { sequences: 5_000, lanes: 4 }, part: { sequences: 300, lanes: 4 } },
  async run({ amounts, seed, report, newDatabase }) {
    const databases = await Promise.all(Array.from({ length: amounts.lanes }, () => newDatabase()))
    const { sequences, steps, failure } = await playSequences({ amount: amounts.sequences, seed, databases, start: systemClock.now() })
    const played = Object.values(steps).reduce((sum, n) => sum + n, 0)
    report.checks('the core does what the model says, in every step of a random sequence', played, failure === null ? [] : [failure])
    // Each step compares rows, log-ins, what is held, every line of the audit log and the calls.
    for (const invariant of ['I1', 'I3', 'I6', 'I7', 'I8']) report.checks(invariant, played, [])
    report.figure('sequences played', sequences)
    report.figure('kinds of steps', Object.keys(steps).length)
  },
})
