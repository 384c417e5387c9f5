import { setTimeout as pause } from 'node:timers/promises'
import { ordinary, statement } from '../../../e2e/steps/people.ts'
import { HEARING } from '../invariants/check.ts'
import type { Report } from '../report.ts'
import { kinds, sourceKinds, tokenKinds, type Kind } from './kinds.ts'
import { browserOf, type Lane } from './lane.ts'
import { places, type Place, type Told } from './places.ts'
import { missingWords } from './words.ts'

/** One fault at one place; `once`: it strikes the first call, and the next is well. */
export type Case = { readonly place: Place; readonly kind: Kind; readonly once: boolean }

export const nameOf = ({ place, kind, once }: Case): string => `${place.name}: ${kind.f} ${kind.name}${once ? ', once' : ''}`

/** Where a call that failed is made again by itself (lib/policies.ts: attempts), with what counts as worth another. */
const asksAgain = ({ step, onlyOnce }: Place, { sort, name }: Kind): boolean => !onlyOnce && ['token', 'consent-token', 'create', 'status', 'events', 'exchange'].includes(step) && sort === 'away' && !/redirect|refused/.test(name)

/** Every fault of the matrix. */
export const cases: readonly Case[] = places.flatMap((place) => [
  ...kinds.map((kind) => ({ place, kind, once: false })),
  ...kinds.filter((kind) => asksAgain(place, kind) && !kind.slow).map((kind) => ({ place, kind, once: true })),
  ...(place.step === 'token' ? tokenKinds.any : place.step === 'consent-token' ? [...tokenKinds.any, ...tokenKinds.consent] : place.step === 'accounts' ? sourceKinds : []).map((kind) => ({ place, kind, once: false })),
])

/** How long a page, and the answer of the instance behind it, may take. */
const MOST_MS = 10_000

/** Brings the fault about, and asks everything that must hold while it lasts and when it is gone. */
export async function tryCase(lane: Lane, one: Case, report: Report): Promise<void> {
  const { place, kind, once } = one
  const { scene } = lane
  const { street, front } = scene
  if (!front) throw new Error('there is no front to strike at')
  const tell = (what: string) => `${nameOf(one)}: ${what}`

  const stage = await lane.prepare(place)
  const before = (await street.requests()).at(-1)?.nr ?? 0
  const times = once ? { times: 1 } : {}
  if ('street' in kind.strike) await street.breaks(place.party, { ...kind.strike.street, step: place.step, ...times })
  else if ('says' in kind.strike) await street.says(stage.pid, kind.strike.says(stage.pid))
  else await front.strike({ party: place.party, step: place.step, fault: kind.strike.front, ...times })
  lane.instance.slowest()
  const told = await lane.press(place, stage, kind.shows)
  const ms = lane.instance.slowest()

  report.check('I12', ms <= MOST_MS, () => tell(`the answer took ${ms.toFixed(0)} ms`))
  report.check('every fault that was meant to strike did', await struck(), () => tell('nothing was struck'))
  judge()
  if (told !== null && told.page !== 'job') {
    const missing = missingWords(told.page, told.reason)
    report.check('I12', missing === null, () => tell(String(missing)))
  }
  // Whatever the page says while the fault lasts, it shows nothing that did not come.
  const page = await stage.instance.does.balance(browserOf(stage))
  report.check('I10', told === null ? page.shows === 'balance' || place.presses !== 'go on' : page.shows === 'nothing', () => tell(`the balance page shows ${page.shows} after ${JSON.stringify(told)}`))
  // Somebody who is impatient: the gate keeps what was too busy from being asked (I11, from the journal).
  if (kind.sort === 'busy') {
    await pause(HEARING + 50)
    await lane.press(place, stage)
  }

  await Promise.all([street.mends(), front.mend(), scene.letGatesOpen(), 'says' in kind.strike && street.says(stage.pid, statement(stage.pid, ordinary))])
  await nobodyFetches()
  const after = await onward()
  report.check('I12', after === null, () => tell(`with the fault gone, the same person stands at ${JSON.stringify(after)}`))
  await stage.instance.does.logOut(browserOf(stage))
  const [left] = await scene.database.ask<{ n: string }>('SELECT count(*) AS n FROM "HeldReading"')
  report.check('I7', left?.n === '0', () => tell(`${left?.n} readings are held after the log-out`))

  async function onward(): Promise<Told> {
    const at = await lane.onward(stage, told === null ? kind.shows : undefined)
    if (!place.onlyOnce || (at?.reason !== 'exchange-unknown' && at?.reason !== 'token-spent')) return at
    stage.consentId = null
    return lane.onward(stage)
  }
  /** A token for all that is being fetched under the fault has its time: whoever comes in its last moment hears what it heard. */
  async function nobodyFetches(): Promise<void> {
    const held = async () => Number((await scene.database.ask<{ n: string }>('SELECT count(*) AS n FROM "TokenLease" WHERE "leaseUntil" > clock_timestamp()'))[0]?.n)
    for (const end = performance.now() + MOST_MS; performance.now() < end && (await held()) > 0; await pause(50));
  }
  async function struck(): Promise<boolean> {
    if ('front' in kind.strike) return kind.strike.front === 'refused' || (front?.hits() ?? 0) > 0
    if ('says' in kind.strike) return true
    const { fault } = kind.strike.street
    // The journal is written when the connection has ended, which may be a moment after we gave it up.
    for (const end = performance.now() + 3_000; performance.now() < end; await pause(50)) if ((await street.requests({ after: before })).some((seen) => seen.fault === fault)) return true
    return false
  }
  function judge(): void {
    const forgiven = once || kind.sort === 'either' || place.forgives?.(kind.name) === true
    const right = kind.sort === 'fine' || kind.sort === 'either' ? [] : (place.words[kind.sort] ?? [])
    const noticed = once || kind.sort === 'fine' ? told === null : forgiven || (told !== null && right.includes(told.reason))
    report.check('each fault is told in the words that are right for it', noticed, () => tell(`led to ${JSON.stringify(told)}, where ${once || kind.sort === 'fine' ? 'nothing' : right.join(' or ')} was right`))
  }
}
