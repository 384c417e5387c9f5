import fc from 'fast-check'
import type { Consent, ConsentStatus } from '@/lib/consent/consent'
import { after, day } from '@/lib/testing/builders'
import { suite } from '../suite.ts'
import { aWorld, type World } from './world.ts'

type Scenario = {
  readonly name: string
  /** The consent at the beginning; null for nobody asked yet. */
  readonly consent: { status: ConsentStatus; validTo?: Date } | null
  /** What has happened before, in order. */
  readonly before?: (world: World) => Promise<unknown>
  /** What happens at the same time. */
  readonly flows: (world: World) => readonly (() => Promise<unknown>)[]
}

const accepted = { status: 'accepted' } as const
const requested = { status: 'requested' } as const
const endsSoon = { status: 'accepted', validTo: day(2) } as const
const withdrawn = async (world: World) => {
  await world.inAltinn('revoked')
  await world.follow()
}
const runOut = async (world: World) => {
  await world.timePasses({ minutes: 10 })
  await world.expire()
}

/** Two or three things that people, Altinn, the clock and the jobs do at the same moment. */
export const scenarios: readonly Scenario[] = [
  { name: 'two tabs go on, and one looks', consent: accepted, flows: (w) => [() => w.goOn(), () => w.goOn(), () => w.look()] },
  { name: 'a log-out while it is fetched, and a look', consent: accepted, flows: (w) => [() => w.goOn(), () => w.logOut(), () => w.look()] },
  { name: 'withdrawn while it is fetched, and a look', consent: accepted, flows: (w) => [() => w.goOn(), () => withdrawn(w), () => w.look()] },
  { name: 'stopped here while it is fetched, and a look', consent: accepted, flows: (w) => [() => w.goOn(), () => w.stop(), () => w.look()] },
  { name: 'withdrawn while two look', consent: accepted, before: (w) => w.goOn(), flows: (w) => [() => w.look(), () => withdrawn(w), () => w.look()] },
  { name: 'a log-out while two look', consent: accepted, before: (w) => w.goOn(), flows: (w) => [() => w.look(), () => w.logOut(), () => w.look()] },
  { name: 'stopped here while one looks and Altinn says the same', consent: accepted, before: (w) => w.goOn(), flows: (w) => [() => w.look(), () => w.stop(), () => withdrawn(w)] },
  { name: 'time is up while it is fetched, and a look', consent: { ...accepted, validTo: after(day(1), { minutes: 5 }) }, flows: (w) => [() => w.goOn(), () => runOut(w), () => w.look()] },
  { name: 'time is up while two look', consent: { ...accepted, validTo: after(day(1), { minutes: 5 }) }, before: (w) => w.goOn(), flows: (w) => [() => w.look(), () => runOut(w), () => w.look()] },
  { name: 'nobody has been here for a quarter of an hour, and two look', consent: accepted, before: (w) => w.goOn(), flows: (w) => [() => w.look(), () => w.timePasses({ minutes: 15 }), () => w.look()] },
  { name: 'a double click, and the job that expires', consent: null, flows: (w) => [() => w.ask(), () => w.ask(), () => w.expire()] },
  { name: 'a double click on what was left unanswered', consent: { ...requested }, before: (w) => w.timePasses({ hours: 25 }), flows: (w) => [() => w.ask(), () => w.ask(), () => w.expire()] },
  { name: 'an answer that two tabs and the events hear of', consent: requested, before: (w) => w.inAltinn('accepted'), flows: (w) => [() => w.goOn(), () => w.goOn(), () => w.follow()] },
  { name: 'an answer in the last moment, a tab, the events and the job that expires', consent: requested, before: (w) => w.inAltinn('accepted'), flows: (w) => [() => w.goOn(), () => w.follow(), () => w.expire()] },
  { name: 'an answer while the job that expires asks', consent: requested, flows: (w) => [() => w.inAltinn('accepted'), () => w.expire(), () => w.goOn()] },
  { name: 'a no that a tab and the events hear of, and another question', consent: requested, before: (w) => w.inAltinn('rejected'), flows: (w) => [() => w.goOn(), () => w.follow(), () => w.ask()] },
  { name: 'answered and withdrawn before anybody heard', consent: requested, before: (w) => w.inAltinn('accepted'), flows: (w) => [() => w.goOn(), () => withdrawn(w), () => w.look()] },
  { name: 'renewed while it is stopped here', consent: endsSoon, flows: (w) => [() => w.ask(true), () => w.stop(), () => w.goOn()] },
  { name: 'two log-ins of one person, and a log-out of the first', consent: accepted, flows: (w) => [() => w.goOn(0), () => w.goOn(1), () => w.logOut(0)] },
]

const moves: ReadonlySet<string> = new Set(['requested > accepted', 'requested > rejected', 'requested > expired', 'accepted > revoked', 'accepted > stopped-here', 'accepted > expired'])

/** What must hold whoever came first; the words of what does not. */
export function brokenIn({ first, diary, clock, consents, sessions, readings, altinn, calls, shown, logIns }: World): string[] {
  const broken = shown.flatMap(({ wrong }) => wrong ?? [])
  const told = (type: string, outcome?: string) => diary.events.filter((event) => event.type === type && (outcome === undefined || event.outcome === outcome))

  if (told('source.read', 'ok').length > logIns.length) broken.push('more readings kept than log-ins')
  if (calls.source > told('source.read-started').length) broken.push('a call to the source without a line before it')
  if (told('source.read-started').length !== told('source.read').length) broken.push('a reading begun whose end nobody told')
  if (calls.credentials > told('source.read-started').length) broken.push('a consent token more than readings')
  for (const { session } of logIns) {
    const mine = [...sessions.rows.values()].find(({ tokenHash }) => tokenHash === session.tokenHash)
    if (mine?.readingUntil) broken.push('a right to read that nobody gave back')
  }
  for (const [key, { consentId }] of readings.rows) {
    if (!sessions.rows.has(key)) broken.push('an amount held for a log-in that is over')
    if (consents.rows.get(consentId)?.status !== 'accepted') broken.push('an amount held on a consent that is over')
  }
  const rows = [...consents.rows.values()]
  if (rows.filter(({ status }) => status === 'requested').length > 1) broken.push('two unanswered requests')
  for (const row of rows) {
    const { id, status, stoppedHereAt } = row
    const path = diary.events.filter((event) => event.consentId === id && /^consent\.(settled|closed)$/.test(event.type)).map(({ outcome }) => outcome ?? '')
    const steps = [id === first?.id ? first.status : 'requested', ...path]
    for (let n = 1; n < steps.length; n++) if (!moves.has(`${steps[n - 1]} > ${steps[n]}`)) broken.push(`the log tells of ${steps.join(', ')}`)
    // Whoever answers between our question and our writing is too late by a moment: nobody can ask and write in one.
    const mayExpire = altinn.saidUnanswered.has(id) || row.validTo <= clock.now()
    if (!isTrue(altinn.statuses.get(id) ?? 'requested', row, mayExpire)) broken.push(`the row says ${status}, and Altinn said ${altinn.statuses.get(id)}`)
    const last = path.at(-1)
    if ((last === 'stopped-here') !== (stoppedHereAt !== null)) broken.push('the row and the log differ on who ended it')
    if (last !== undefined && (last === 'stopped-here' ? 'revoked' : last) !== status) broken.push(`the row says ${status} and the log ${last}`)
  }
  if (altinn.asked.some((id) => !consents.rows.has(id))) broken.push('Altinn was asked for a consent that has no row')
  return broken
}

/** Whether our record may say this, seeing what Altinn says: only its word, the person's own or the calendar ends a consent. */
function isTrue(altinn: ConsentStatus, { status, stoppedHereAt }: Consent, mayExpire: boolean): boolean {
  switch (status) {
    case 'requested': return true
    case 'accepted': return altinn === 'accepted' || altinn === 'revoked'
    case 'rejected': return altinn === 'rejected'
    case 'revoked': return stoppedHereAt !== null || altinn === 'revoked'
    case 'expired': return mayExpire
  }
}

export type Interleaved = { readonly runs: number; readonly looks: number; readonly failure: string | null }

/** Plays the scenarios in as many orders as told: the scheduler chooses, from the seed, who goes on when. */
export async function interleave({ amount, seed }: { amount: number; seed: number }): Promise<Interleaved> {
  let runs = 0
  let looks = 0
  const property = fc.asyncProperty(fc.scheduler(), fc.constantFrom(...scenarios), async (scheduler, scenario) => {
    runs++
    const world = aWorld(scheduler, scenario.consent)
    if (scenario.before) await scheduler.waitFor(scenario.before(world))
    const begun = scenario.flows(world).map(async (flow, n) => {
      await scheduler.schedule(Promise.resolve(), `flow ${n + 1} begins`)
      await flow()
    })
    await scheduler.waitFor(Promise.all(begun))
    looks += world.shown.length
    const broken = brokenIn(world)
    if (broken.length > 0) throw new Error(`${scenario.name}: ${broken.join('; ')}`)
  })
  const checked = await fc.check(property, { numRuns: amount, seed })
  return { runs, looks, failure: checked.failed ? `${String(checked.errorInstance)}\n${fc.defaultReportMessage(checked)}` : null }
}

/** What happens at the same moment, in an order that chance chooses. */
export const interleavings = suite({
  name: 'interleavings',
  about: 'two or three things at the same moment, in every order that chance finds: no stale show, nothing twice, nothing held too long',
  seconds: { full: 30, part: 8 },
  amounts: { full: { interleavings: 10_000 }, part: { interleavings: 2_000 } },
  async run({ amounts, seed, report }) {
    const { runs, looks, failure } = await interleave({ amount: amounts.interleavings, seed })
    report.checks('whatever the order in which things happen, what must hold holds', runs, failure === null ? [] : [failure])
    report.figure('amounts shown, none stale', looks)
  },
})
