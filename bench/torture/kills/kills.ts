import { checkInvariants } from '../invariants/check.ts'
import { suite } from '../suite.ts'
import { openRing } from './blow.ts'
import { checkExchanges } from './exchanges.ts'
import { blows, points, type Blow, type Point } from './points.ts'

type Hit = { readonly point: Point; readonly blow: Blow }

/** On instances of the core. */
export const kills = suite({
  name: 'kills',
  about: 'an instance is killed, cut off or put to sleep at twenty points: nothing half-written, nothing exchanged twice, and the same person goes on elsewhere',
  seconds: { full: 150, part: 40 },
  amounts: { full: { repeats: 5, hits: 1_000, exchangeRepeats: 2, lanes: 8, exchangeLanes: 4 }, part: { repeats: 1, hits: 18, exchangeRepeats: 1, lanes: 4, exchangeLanes: 3 } },
  async run({ amounts, narrow, report, random, openScene }) {
    const isOfExchange = ({ point }: Hit) => point.exchanged !== undefined
    const all = points.flatMap((point) => blows.map((blow): Hit => ({ point, blow }))).filter((hit) => narrow === null || `${hit.blow} ${hit.point.name}`.includes(narrow))
    // Whoever dies in the middle of an exchange is waited for: those are fewer.
    const every = all.flatMap((hit) => Array.from({ length: isOfExchange(hit) ? amounts.exchangeRepeats : amounts.repeats }, () => ({ ...hit })))
    const rank = new Map(every.map((hit, n) => [hit, random('hit', n).next()]))
    // In the short run every point is hit once, and some twice; sleeping takes longest and comes last.
    const order = (hit: Hit) => (rank.get(hit) ?? 0) + (hit.blow === 'asleep' ? 0.5 : 0)
    const shuffled = [...every].sort((a, b) => order(a) - order(b))
    const firsts = points.flatMap((point) => shuffled.find((hit) => hit.point === point) ?? [])
    const due = amounts.hits >= every.length ? every : [...firsts, ...shuffled.filter((hit) => !firsts.includes(hit))].slice(0, amounts.hits)
    due.sort((a, b) => Number(b.blow === 'asleep') - Number(a.blow === 'asleep'))
    if (due.length === 0) throw new Error('no hit has these words in its name')
    report.figure('hits', due.length)
    const rings = (hits: Hit[], most: number, transport: string) => Array.from({ length: Math.min(most, hits.length) }, async () => {
      const scene = await openScene({ databaseFront: true, settings: { LANEKASSEN_CONSENT_TRANSPORT: transport } })
      await scene.street.set({ lanekassenTransport: transport })
      const ring = await openRing(scene)
      let beginnings = 0
      for (let hit = hits.shift(); hit; hit = hits.shift()) {
        if (hit.point.leavesBeginning) beginnings++
        await ring.strike(hit.point, hit.blow, report)
      }
      await checkExchanges(scene, report)
      await checkInvariants(scene, report, { cutShort: beginnings, brokenLines: true })
    })
    await Promise.all([...rings(due.filter((hit) => !isOfExchange(hit)), amounts.lanes, 'altinn3-single'), ...rings(due.filter(isOfExchange), amounts.exchangeLanes, 'altinn3-both')])
  },
})
