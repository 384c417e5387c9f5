import { setTimeout as pause } from 'node:timers/promises'
import { exchangeRace } from './exchange-race.ts'
import type { Instance } from './instance/instance.ts'
import { checkInvariants } from './invariants/check.ts'
import { balanceOf, syntheticPeople } from './people.ts'
import type { Random } from './random.ts'
import type { Report } from './report.ts'
import type { Scene } from './scene/scene.ts'
import { suite } from './suite.ts'

/** Pairs that run beside each other: a race needs company, and no more than the machine has. */
const ABREAST = 8

type Course = { readonly scene: Scene; readonly instances: readonly [Instance, Instance, ...Instance[]]; readonly report: Report; readonly random: Random }
type LogIn = { readonly token: string; readonly idpSid: string }
/** A person who has said yes, and come back. */
type Customer = { readonly pid: string; readonly name: string; readonly ore: number; readonly consentId: string }

async function abreast(amount: number, one: (nr: number) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async () => { while (next < amount) await one(next++) }
  await Promise.all(Array.from({ length: ABREAST }, lane))
}

/** Two different instances, by turns. */
function two({ instances }: Course, nr: number): readonly [Instance, Instance] {
  const [a, b] = [instances[nr % instances.length], instances[(nr + 1 + Math.floor(nr / instances.length) % (instances.length - 1)) % instances.length]]
  if (!a || !b || a === b) throw new Error('not two instances')
  return [a, b]
}

/** How many requests of this step the parties have seen in all. */
const counted = async ({ scene }: Course, party: 'lanekassen' | 'maskinporten' | 'altinn', step: string) => {
  const seen = await scene.street.requests({ party, step })
  return { all: seen.length, well: seen.filter(({ status }) => status === 200 || status === 201).length, consents: new Set(seen.map(({ consent }) => consent)).size }
}

/** «Gå til Altinn» pressed twice, at two instances: one row, and one request by its id. */
async function doubleClicks(course: Course, amount: number): Promise<void> {
  const { report, scene } = course
  const people = syntheticPeople()
  const before = await counted(course, 'altinn', 'create')
  await abreast(amount, async (nr) => {
    const person = people.next()
    if (person.done) throw new Error('there are no more people')
    const [a, b] = two(course, nr)
    const { token } = await a.does.logIn({ pid: person.value.reveal() })
    const [first, second] = await Promise.all([a.does.ask({ token }), b.does.ask({ token })])
    const ids = [first, second].map((it) => ('consentId' in it ? it.consentId : it.to))
    report.check('a double click asks once', first.to === 'altinn' && ids[0] === ids[1], () => `two clicks led to ${ids.join(' and ')}`)
  })
  const [row] = await scene.database.ask<{ consents: string; people: string }>('SELECT count(*) AS consents, count(DISTINCT "subjectRef") AS people FROM "Consent"')
  report.check('a double click asks once', Number(row?.consents) === Number(row?.people), () => `${row?.consents} rows for ${row?.people} people`)
  const after = await counted(course, 'altinn', 'create')
  report.check('a double click asks once', after.consents - before.consents === amount, () => `Altinn has heard of ${after.consents - before.consents} requests for ${amount} double clicks`)
}

/** The published customers who owe something, each with a consent that stands. */
async function customersOf({ scene, instances: [one] }: Course): Promise<readonly Customer[]> {
  const owing = (await scene.street.people()).flatMap(({ pid, name, group, expected }) => (group === 'published' && expected?.sumOre ? [{ pid, name, ore: expected.sumOre }] : []))
  const customers: Customer[] = []
  await abreast(owing.length, async (nr) => {
    const customer = owing[nr]
    if (!customer) return
    const logIn = await one.does.logIn(customer)
    const asked = await one.does.ask(logIn)
    if (asked.to !== 'altinn') throw new Error(`asking led to ${asked.to}`)
    await scene.street.answer(asked.consentId, 'accept')
    const step = await one.does.goOn({ ...logIn, returnRef: asked.returnRef })
    if (step.to !== 'balance') throw new Error(`going on led to ${step.to}`)
    await one.does.logOut(logIn)
    customers.push({ ...customer, consentId: asked.consentId })
  })
  return customers
}
const someOf = (customers: readonly Customer[], nr: number): Customer => customers[nr % customers.length] as Customer

/** Both tabs take up where the person is, at two instances: one call for the balance, and both show it. */
async function tabPairs(course: Course, customers: readonly Customer[], amount: number): Promise<void> {
  const { report } = course
  const before = { calls: await counted(course, 'lanekassen', 'accounts'), grants: await counted(course, 'maskinporten', 'consent-token') }
  await abreast(amount, async (nr) => {
    const [a, b] = two(course, nr)
    const { pid, ore, name } = someOf(customers, nr)
    const { token } = await a.does.logIn({ pid })
    const steps = await Promise.all([a.does.goOn({ token }), b.does.goOn({ token })])
    const pages = await Promise.all([a.does.balance({ token }), b.does.balance({ token })])
    report.check('two tabs cost one call', steps.every(({ to }) => to === 'balance') && pages.every((page) => page.shows === 'balance' && page.ore === ore), () => `${name}: ${JSON.stringify([steps, pages.map(({ shows }) => shows)])}`)
    await b.does.logOut({ token })
  })
  const after = { calls: await counted(course, 'lanekassen', 'accounts'), grants: await counted(course, 'maskinporten', 'consent-token') }
  report.check('I3', after.calls.all - before.calls.all === amount && after.calls.well - before.calls.well === amount, () => `${after.calls.all - before.calls.all} calls for a balance in ${amount} log-ins with two tabs`)
  report.check('I2', after.grants.all - before.grants.all === amount, () => `${after.grants.all - before.grants.all} consent tokens in ${amount} log-ins with two tabs`)
}

/** One log-in that goes on so many times at once, at all instances: its one right to read is used once. */
async function presses(course: Course, customers: readonly Customer[], amount: number): Promise<void> {
  const { report, instances: [one, ...others] } = course
  const all = [one, ...others]
  const { pid, ore } = someOf(customers, 3)
  const before = { calls: await counted(course, 'lanekassen', 'accounts'), grants: await counted(course, 'maskinporten', 'consent-token') }
  const { token } = await one.does.logIn({ pid })
  const steps = await Promise.all(Array.from({ length: amount }, (_, nr) => (all[nr % all.length] ?? one).does.goOn({ token })))
  const after = { calls: await counted(course, 'lanekassen', 'accounts'), grants: await counted(course, 'maskinporten', 'consent-token') }
  const page = await one.does.balance({ token })
  report.checks('of many presses in one log-in at once, one reads', amount, steps.flatMap((step) => (step.to === 'balance' && !('failed' in step) ? [] : [JSON.stringify(step)])))
  report.check('I2', after.grants.all - before.grants.all === 1, () => `${after.grants.all - before.grants.all} consent tokens for ${amount} presses at once`)
  report.check('I3', after.calls.all - before.calls.all === 1, () => `${after.calls.all - before.calls.all} calls for a balance for ${amount} presses at once`)
  report.check('I12', page.shows === 'balance' && page.ore === ore, () => `after ${amount} presses at once the page shows ${page.shows}`)
  await one.does.logOut({ token })
}

/** Logged out while Lånekassen is answering, in either way, at another instance: nothing is held after, and nothing shown. */
async function logOuts(course: Course, customers: readonly Customer[], amount: number): Promise<void> {
  const { report, scene, random } = course
  await scene.street.breaks('lanekassen', { fault: 'slow', seconds: 0.05, step: 'accounts', times: 10_000 })
  const moments = Array.from({ length: amount }, () => random.below(90))
  let during = 0
  await abreast(amount, async (nr) => {
    const [a, b] = two(course, nr)
    const { pid, name } = someOf(customers, nr)
    const logIn: LogIn = await a.does.logIn({ pid })
    let underway = true
    const fetching = a.does.goOn(logIn).finally(() => { underway = false })
    await pause(moments[nr])
    if (nr % 2 === 0) await b.does.logOut(logIn)
    else await b.does.backChannel(logIn)
    if (underway) during++
    const pages = await Promise.all([b.does.balance(logIn), fetching.then(() => a.does.balance(logIn))])
    report.check('I7', pages.every(({ shows }) => shows === 'logged-out'), () => `${name}: after the log-out ${pages.map(({ shows }) => shows).join(', ')}`)
  })
  await scene.street.mends('lanekassen')
  const [held] = await scene.database.ask<{ readings: string; seals: string; sessions: string }>(`
    SELECT (SELECT count(*) FROM "HeldReading") AS readings, (SELECT count(*) FROM "ReadingSeal") AS seals,
      (SELECT count(*) FROM "Session" s JOIN "Subject" p ON p."ref" = s."subjectRef" AND p."bank" = s."bank" JOIN "Consent" c ON c."subjectRef" = p."ref" AND c."bank" = p."bank" WHERE c."status" = 'accepted') AS sessions`)
  report.check('I7', Number(held?.readings) + Number(held?.seals) + Number(held?.sessions) === 0, () => `after ${amount} log-outs ${held?.readings} readings, ${held?.seals} seals and ${held?.sessions} log-ins are there`)
  report.figure('log-outs while it was being fetched', during)
}

/** A has said yes; B logs in at A's browser and comes back with A's reference, while A goes on elsewhere. */
async function swaps(course: Course, customers: readonly Customer[], amount: number): Promise<void> {
  const { report, scene } = course
  const people = syntheticPeople({ from: 1980 })
  await abreast(amount, async (nr) => {
    const [a, b] = two(course, nr)
    const person = people.next()
    if (person.done) throw new Error('there are no more people')
    const other = someOf(customers, nr)
    const ore = 100_000 + nr
    const pid = person.value.reveal()
    await scene.street.says(pid, balanceOf(pid, ore))
    const first = await a.does.logIn({ pid })
    const asked = await a.does.ask(first)
    if (asked.to !== 'altinn') return void report.check('whoever comes back with another’s reference is told so, and gets nothing of it', false, () => `asking led to ${asked.to}`)
    await scene.street.answer(asked.consentId, 'accept')
    await a.does.logOut(first)
    const [theirs, own] = await Promise.all([b.does.logIn({ pid: other.pid }), a.does.logIn({ pid })])
    const { returnRef } = asked
    // B alone for a start, or both at once: then the reference may be used up when B comes, and B gets what is B's own.
    const alone = nr % 2 === 0
    const comesBack = b.does.goOn({ ...theirs, returnRef })
    if (alone) await comesBack
    const [there, here] = await Promise.all([comesBack, a.does.goOn({ ...own, returnRef })])
    const [seen, mine] = await Promise.all([b.does.balance(theirs), a.does.balance(own)])
    report.check('whoever comes back with another’s reference is told so, and gets nothing of it', there.to === 'wrong-person' || (!alone && there.to === 'balance'), () => `B was led to ${there.to}`)
    report.check('I8', seen.shows !== 'balance' || (seen.ore === other.ore && seen.consentId === other.consentId), () => 'B saw what is not B’s')
    report.check('I8', here.to === 'balance' && mine.shows === 'balance' && mine.ore === ore && mine.consentId === asked.consentId, () => `A was led to ${here.to}, which shows ${mine.shows}`)
    await Promise.all([a.does.logOut(own), b.does.logOut(theirs)])
  })
}

/** What people and browsers do twice at once. */
export const races = suite({
  name: 'races',
  about: 'double clicks, two tabs, one consent that many come for at once, log-outs during a fetch and swapped browsers, over four instances',
  seconds: { full: 60, part: 20 },
  amounts: {
    full: { instances: 4, doubleClicks: 1_000, tabPairs: 500, presses: 500, logOuts: 200, swaps: 200, exchanges: 500, exchangesInAltinn2: 100 },
    part: { instances: 2, doubleClicks: 60, tabPairs: 40, presses: 60, logOuts: 20, swaps: 20, exchanges: 50, exchangesInAltinn2: 25 },
  },
  async run({ amounts, random, report, openScene, say }) {
    const scene = await openScene()
    const [first, second, ...more] = await Promise.all(Array.from({ length: amounts.instances }, () => scene.startInstance()))
    if (!first || !second) throw new Error('a race needs two instances')
    const course: Course = { scene, instances: [first, second, ...more], report, random: random() }
    const timed = async (what: string, race: Promise<void>) => {
      const begun = performance.now()
      await race
      say(`${what}: ${((performance.now() - begun) / 1000).toFixed(1)} s`)
    }
    await timed(`${amounts.doubleClicks} double clicks`, doubleClicks(course, amounts.doubleClicks))
    const customers = await customersOf(course)
    await timed(`${amounts.tabPairs} pairs of tabs`, tabPairs(course, customers, amounts.tabPairs))
    await timed(`${amounts.presses} presses in one log-in`, presses(course, customers, amounts.presses))
    await timed(`${amounts.logOuts} log-outs during a fetch`, logOuts(course, customers, amounts.logOuts))
    await timed(`${amounts.swaps} swapped browsers`, swaps(course, customers, amounts.swaps))
    for (const instance of course.instances) {
      const ms = instance.slowest()
      report.check('I12', ms <= 10_000, () => `an answer took ${ms.toFixed(0)} ms`)
    }
    await checkInvariants(scene, report)
    await Promise.all(course.instances.map((instance) => instance.stop()))
    for (const [transport, logIns] of [['altinn3-both', amounts.exchanges], ['altinn2', amounts.exchangesInAltinn2]] as const)
      if (logIns > 0) await timed(`${logIns} log-ins that come for one consent, ${transport}`, exchangeRace({ report, openScene, transport, instances: amounts.instances, logIns }))
  },
})
