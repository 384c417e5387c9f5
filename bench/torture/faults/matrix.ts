import { checkInvariants } from '../invariants/check.ts'
import type { Random } from '../random.ts'
import type { Report } from '../report.ts'
import type { Scene } from '../scene/scene.ts'
import { suite } from '../suite.ts'
import { cases, nameOf, tryCase, type Case } from './case.ts'
import { openLane } from './lane.ts'
import { houses, type House } from './places.ts'

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

/** A consent for which a token was given is not exchanged again, although its answer was lost or could not be used. */
async function checkGiven({ street }: Scene, report: Report): Promise<void> {
  const given = (await street.requests({ party: 'maskinporten', step: 'consent-token' })).filter(({ status, consent }) => status === 200 && consent !== undefined)
  for (const id of new Set(given.map(({ consent }) => consent))) {
    const times = given.filter(({ consent }) => consent === id).length
    report.check('an exchange that may have been made is not made twice', times === 1, () => `consent ${id} was exchanged ${times} times`)
  }
}

/** Each kind of fault at the calls to Altinn, Maskinporten and Lånekassen that are in places.ts. */
export const faultMatrix = suite({
  name: 'fault matrix',
  about: 'every kind of fault at every call to a public party: told in the right words, nothing shown, and a way on when it is gone',
  seconds: { full: 120, part: 35 },
  amounts: { full: { faults: 480, lanes: 8, otherLanes: 2 }, part: { faults: 60, lanes: 4, otherLanes: 1 } },
  async run({ amounts, narrow, report, random, openScene, say }) {
    // The slowest first, so that nobody waits for one lane at the end.
    const meant = narrow === null ? some(random('cases'), amounts.faults) : cases.filter((one) => nameOf(one).includes(narrow))
    const due = [...meant].sort((a, b) => Number(b.kind.slow ?? false) - Number(a.kind.slow ?? false))
    if (due.length === 0) throw new Error('no fault has these words in its name')
    report.figure('faults tried', due.length)
    let longest = { ms: 0, name: '' }
    const lanes = (house: House, most: number) => {
      const own = due.filter(({ place }) => (place.house ?? 'usual') === house)
      return Array.from({ length: Math.min(most, own.length) }, async () => {
        const scene = await openScene({ front: true, settings: houses[house].settings })
        // The feed tells of everything at once: an empty one has nothing to be wrong in.
        await scene.street.set({ eventsDelaySeconds: 0, ...houses[house].street })
        const lane = openLane(scene, await scene.startInstance())
        for (let one = own.shift(); one; one = own.shift()) {
          const begun = performance.now()
          await tryCase(lane, one, report)
          const ms = performance.now() - begun
          if (ms > longest.ms) longest = { ms, name: nameOf(one) }
        }
        if (house === 'consents exchanged') await checkGiven(scene, report)
        // Every case throws the shared tokens away; and lines are broken where the street cannot know.
        await checkInvariants(scene, report, { brokenLines: true, tokensLost: cases.length * 3 })
      })
    }
    const { lanes: usual, otherLanes: others } = amounts
    await Promise.all([...lanes('usual', usual), ...lanes('tokens exchanged at Altinn', others), ...lanes('consents exchanged', others)])
    say(`the slowest case took ${(longest.ms / 1000).toFixed(1)} s: ${longest.name}`)
  },
})
