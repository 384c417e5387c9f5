import { checkInvariants } from '../invariants/check.ts'
import type { Random } from '../random.ts'
import { suite } from '../suite.ts'
import { cases, nameOf, tryCase, type Case } from './case.ts'
import { openLane } from './lane.ts'

/** So many of them, of every place and of every kind some; those that take seconds, and new instances, last and few. */
function some(random: Random, most: number): readonly Case[] {
  if (most >= cases.length) return cases
  const rank = new Map(cases.map((one) => [one, random.next() + (one.kind.slow ? 2 : 0) + (one.place.onlyFresh ? 1 : 0)]))
  const shuffled = [...cases].sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0))
  const chosen = new Set<Case>()
  for (const by of [(one: Case) => one.place.name, (one: Case) => one.kind.name])
    for (const one of shuffled) if (![...chosen].some((other) => by(other) === by(one)) && chosen.size < most) chosen.add(one)
  for (const one of shuffled) if (chosen.size < most) chosen.add(one)
  return [...chosen]
}

/** Each kind of fault at every call to Altinn, Maskinporten and Lånekassen. */
export const faultMatrix = suite({
  name: 'fault matrix',
  about: 'every kind of fault at every call to a public party: told in the right words, nothing shown, and a way on when it is gone',
  seconds: { full: 120, part: 35 },
  amounts: { full: { faults: 1_000, lanes: 8 }, part: { faults: 60, lanes: 4 } },
  async run({ amounts, narrow, report, random, openScene, say }) {
    // The slowest first, so that nobody waits for one lane at the end.
    const meant = narrow === null ? some(random('cases'), amounts.faults) : cases.filter((one) => nameOf(one).includes(narrow))
    const due = [...meant].sort((a, b) => Number(b.kind.slow ?? false) - Number(a.kind.slow ?? false))
    if (due.length === 0) throw new Error('no fault has these words in its name')
    report.figure('faults tried', due.length)
    let longest = { ms: 0, name: '' }
    await Promise.all(Array.from({ length: Math.min(amounts.lanes, due.length) }, async () => {
      const scene = await openScene({ front: true })
      // The feed tells of everything at once: an empty one has nothing to be wrong in.
      await scene.street.set({ eventsDelaySeconds: 0 })
      const lane = openLane(scene, await scene.startInstance())
      for (let one = due.shift(); one; one = due.shift()) {
        const begun = performance.now()
        await tryCase(lane, one, report)
        const ms = performance.now() - begun
        if (ms > longest.ms) longest = { ms, name: nameOf(one) }
      }
      // Every case throws the shared tokens away; and lines are broken where the street cannot know.
      await checkInvariants(scene, report, { brokenLines: true, tokensLost: cases.length * 3 })
    }))
    say(`the slowest case took ${(longest.ms / 1000).toFixed(1)} s: ${longest.name}`)
  },
})
