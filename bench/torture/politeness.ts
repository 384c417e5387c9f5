import { setTimeout as pause } from 'node:timers/promises'
import { costsAtAltinn, mostCalls, type Cost } from './altinn-calls.ts'
import type { Instance } from './instance/instance.ts'
import { balanceOf, LAST_NAME, syntheticPeople } from './people.ts'
import type { Report } from './report.ts'
import type { Scene } from './scene/scene.ts'
import type { Seen } from './scene/street.ts'
import { suite } from './suite.ts'

/** Seconds that a token says it lives, and those before its end in which it counts as used up (lib/shared-token.ts). */
const LIFETIME = 119
const MARGIN = 15
const ABREAST = 8
/** Log-ins of one person: the first gives the consent, the others use it. */
const EACH = 10

/** Seconds, by a clock that is right, within which a token that was fetched is used. */
const UNTIL_USED = 0.1
/** From so many tokens on, what is lost at the first and the last is less than a twentieth. */
const MANY = 18

/** Lånekassen's scope, which every log-in needs where all share one token. */
const SOURCE = 'lanekassen:lan/v1/saldoopplysninger'

export const transports = ['altinn3-single', 'altinn3-both', 'altinn3-same', 'altinn2'] as const
export type Transport = (typeof transports)[number]
/** Where everybody shares one token for Lånekassen; elsewhere each reading takes a consent token of its own. */
const shares = (transport: Transport): boolean => transport === 'altinn3-both' || transport === 'altinn2'

/**
 * Lets the database's clock run so many times faster for every connection made from now on: the lease of the shared token lives by it.
 * Nothing of ours is changed: the name of a function is found in another place first. At ten times a token of two minutes is good for
 * twelve seconds, and a fetch that takes over a second counts as lost: on a busy machine two instances fetch then, which the bound does
 * not forgive.
 */
async function hurry({ database }: Scene, faster: number): Promise<void> {
  const began = new Date().toISOString()
  await database.asSuperuser('CREATE SCHEMA hurried')
  await database.asSuperuser(`CREATE FUNCTION hurried.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT '${began}'::timestamptz + (pg_catalog.clock_timestamp() - '${began}'::timestamptz) * ${faster} $$`)
  await database.asSuperuser('GRANT USAGE ON SCHEMA hurried TO PUBLIC')
  const [row] = await database.asSuperuser<{ name: string }>('SELECT current_database() AS name')
  await database.asSuperuser(`ALTER DATABASE ${row?.name} SET search_path = hurried, pg_catalog, public`)
}

/** One instance's need of a shared token, in seconds of the hurried clock. */
type Need = { readonly instance: number; readonly scope: string; readonly at: number }

/** Fetches of clients that each keep their own token until `margin` seconds before its end. */
export function fetchesAlone(needs: readonly Need[], { lifetime, margin }: { lifetime: number; margin: number }): number {
  const until = new Map<string, number>()
  let fetches = 0
  for (const { instance, scope, at } of [...needs].sort((a, b) => a.at - b.at)) {
    const key = `${instance} ${scope}`
    if ((until.get(key) ?? -Infinity) - margin > at) continue
    until.set(key, at + lifetime)
    fetches++
  }
  return fetches
}

/** Fetches of one client that serves all of them. */
const fetchesTogether = (needs: readonly Need[], lasting: { lifetime: number; margin: number }): number => fetchesAlone(needs.map((need) => ({ ...need, instance: 0 })), lasting)

/** The fewest fetches that could serve the needs: one token after the other, each used to its last second, for everybody. */
export const fewestFetches = (needs: readonly Need[], lifetime: number): number => fetchesTogether(needs, { lifetime, margin: 0 })

/**
 * The most that we may fetch, whatever the rhythm of the needs: as much as one client with the margin, whose token is older by `until`
 * seconds than its first use; and one more, for the fetch that took too long for its lease.
 */
export const mostFetches = (needs: readonly Need[], { until, ...lasting }: { lifetime: number; margin: number; until: number }): number =>
  fetchesTogether(needs, { ...lasting, margin: lasting.margin + until }) + 1

type Demand = { readonly scene: Scene; readonly instances: readonly Instance[]; readonly report: Report; readonly logIns: number; readonly seconds: number; readonly faster: number; readonly transport: Transport }

/**
 * So many log-ins of so many people, a few at a time, each at the next instance, and spread over so many seconds at least; each
 * looks twice, and logs out.
 */
async function live({ scene, instances, report, logIns, seconds }: Demand): Promise<number> {
  const people = syntheticPeople()
  let begun = 0
  let done = 0
  const opened = performance.now()
  async function visit(pid: string, answer: boolean): Promise<void> {
    const nr = begun++
    const instance = instances[nr % instances.length] as Instance
    await pause(Math.max(0, opened + (nr * seconds * 1000) / logIns - performance.now()))
    const logIn = await instance.does.logIn({ pid })
    let returnRef: string | null = null
    if (answer) {
      const asked = await instance.does.ask({ ...logIn, lastName: LAST_NAME })
      if (asked.to !== 'altinn') throw new Error(`asking led to ${JSON.stringify(asked)}`)
      await scene.street.answer(asked.consentId, 'accept')
      returnRef = asked.returnRef
    }
    const step = await instance.does.goOn({ ...logIn, returnRef })
    const page = await instance.does.balance(logIn)
    // A reload, and going on once more: neither costs anything.
    const again = [await instance.does.goOn(logIn), await instance.does.balance(logIn)] as const
    report.check('every log-in sees its balance', step.to === 'balance' && page.shows === 'balance' && again[1].shows === 'balance', () => JSON.stringify([step, page.shows, again]))
    await instance.does.logOut(logIn)
    if (++done % 400 === 0) await scene.street.requests()
  }
  const newcomer = async (): Promise<string> => {
    const person = people.next()
    if (person.done) throw new Error('there are no more people')
    const pid = person.value.reveal()
    await scene.street.says(pid, balanceOf(pid, 1_268_479))
    return pid
  }
  // Each instance once by itself: one that has just started may need longer for a token than the hurried lease gives it.
  for (const _instance of instances) await visit(await newcomer(), true)
  // Lanes begin out of step: eight new consents at once, and then none for as long as ten log-ins take, is not how people come.
  const lane = async (first: number) => {
    let visits = first
    while (begun < logIns) {
      const pid = await newcomer()
      for (let nr = 0; nr < visits; nr++) await visit(pid, nr === 0)
      visits = EACH
    }
  }
  await Promise.all(Array.from({ length: ABREAST }, (_, nr) => lane(nr + 1)))
  return done
}

const well = ({ status }: Seen): boolean => status === 200 || status === 201

/** What the parties have seen, beside the least that would have done. */
async function count({ scene, report, transport, faster, instances }: Demand, done: number): Promise<void> {
  // Nobody waits for the report of a use: the last may still be on its way.
  for (const end = performance.now() + 3_000; transport === 'altinn2' && performance.now() < end && (await scene.street.requests({ step: 'loguse' })).length < done;) await pause(50)
  const seen = await scene.street.requests()
  const of = (step: string) => seen.filter((one) => one.step === step)
  const [calls, creates, statuses, grants, tokens, uses] = [of('accounts'), of('create'), of('status'), of('consent-token'), of('token'), of('loguse')]
  const consents = new Set(creates.map(({ consent }) => consent)).size

  report.check('P7: one successful call for a balance in each log-in', calls.length === done && calls.every(well), () => `${transport}: ${calls.length} calls, ${calls.filter(well).length} of them well, in ${done} log-ins`)
  // In Altinn 2 only a token tells that a consent still stands: it is asked for at each log-in, and shown to Lånekassen once.
  const allowed = transport === 'altinn3-both' ? consents : done
  report.check(transport === 'altinn3-both' ? 'P6: one consent token for each new consent' : 'P6: one consent token for each log-in, none for a reload', grants.length === allowed && grants.every(well), () => `${transport}: ${grants.length} consent tokens, where ${allowed} are enough`)
  if (shares(transport)) {
    const [row] = await scene.database.ask<{ begun: number }>(`SELECT count(*)::int AS begun FROM "AuditEvent" WHERE "type" = 'consent.exchange-started'`)
    report.check('P6: one exchange for each new consent', row?.begun === consents, () => `${transport}: ${row?.begun} exchanges for ${consents} new consents`)
  }
  report.check('Altinn 2 is told of each use once', uses.length === (transport === 'altinn2' ? done : 0), () => `${transport}: ${uses.length} reports of ${done} uses`)
  const most = mostCalls(transport)
  const costs = costsAtAltinn(seen)
  const dear = (what: string, of: (cost: Cost) => boolean) => costs.filter(of).map((cost) => `${transport}, ${what}: ${JSON.stringify(cost)}`)
  report.checks(`P8: at most ${most.first} calls to Altinn${transport === 'altinn2' ? ' 2' : ''} for a new consent`, costs.length, dear('a new consent', ({ first }) => first > most.first))
  report.checks(`P8: at most ${most.later} to Altinn${transport === 'altinn2' ? ' 2' : ''} for each later log-in`, costs.length, dear('later log-ins', ({ later, laterLogIns }) => later > most.later * laterLogIns))
  report.figure(`${transport}: calls to Altinn for a new consent, at most`, Math.max(...costs.map(({ first }) => first)))
  report.figure(`${transport}: calls to Altinn in all later log-ins`, costs.reduce((sum, { later }) => sum + later, 0))

  const nrOf = new Map(instances.map((_, nr) => [nr, nr]))
  const needOf = (scope: string) => (one: Seen, n: number): Need => ({ instance: nrOf.get(n % instances.length) ?? 0, scope, at: (Date.parse(one.began) / 1000) * faster })
  const needs = [
    ...creates.map(needOf('altinn:consentrequests.write')), ...statuses.map(needOf('altinn:consentrequests.read')), ...(shares(transport) ? calls.map(needOf(SOURCE)) : []),
    ...(transport === 'altinn2' ? [...grants.map(needOf('altinn:consenttokens.read')), ...uses.map(needOf('altinn:consenttokens.write'))] : []),
  ]
  for (const scope of new Set(needs.map((need) => need.scope))) {
    const own = needs.filter((need) => need.scope === scope)
    const fetched = tokens.filter((token) => token.scope === scope)
    const fewest = fewestFetches(own, LIFETIME)
    const short = scope.replace(/^altinn:/, '')
    const times = fetched.map(({ began }) => (Date.parse(began) / 1000) * faster)
    const tell = () => `${transport}, ${scope}: ${fetched.length} tokens, where ${fewest} could do; seconds from one to the next: ${times.slice(1).map((at, nr) => (at - (times[nr] ?? 0)).toFixed(0)).join(' ')}`
    report.check('P5: no more tokens than the margin before their end asks for', fetched.length <= mostFetches(own, { lifetime: LIFETIME, margin: MARGIN, until: UNTIL_USED * faster }), tell)
    if (scope === SOURCE && fewest >= MANY) report.check('P5: at most 1.20 times the fewest tokens that all instances could share', fetched.length <= 1.2 * fewest, tell)
    report.figure(`${transport} ${short}: tokens`, fetched.length)
    report.figure(`${transport} ${short}: the fewest`, fewest)
    report.figure(`${transport} ${short}: each instance for itself`, fetchesAlone(own, { lifetime: LIFETIME, margin: MARGIN }))
  }
  report.figure(`${transport}: log-ins`, done)
  report.figure(`${transport}: consents`, consents)
}

/** Where one shared token follows another for so long that 1.20 times the fewest can be asked for. */
const AT_LENGTH: Transport = 'altinn3-both'

/** P5 to P8 of what we promise the public parties: tokens, exchanges, calls for a balance, calls to Altinn. */
export const politeness = suite({
  name: 'politeness',
  about: 'what log-ins cost the public parties, by transport, over four instances, with the lease’s clock running faster',
  seconds: { full: 140, part: 25 },
  // At twenty times a token lasts six seconds: eighteen of them take 107. One transport is given that time, and the others go beside it in turn.
  amounts: { full: { instances: 4, logIns: 1_000, seconds: 30, secondsOfOne: 115, faster: 20 }, part: { instances: 2, logIns: 60, seconds: 0, secondsOfOne: 0, faster: 10 } },
  async run({ amounts, narrow, report, openScene, say }) {
    async function measure(transport: Transport, seconds: number): Promise<void> {
      const scene = await openScene({ settings: { LANEKASSEN_CONSENT_TRANSPORT: transport }, altinn2: transport === 'altinn2' })
      await scene.street.set({ lanekassenTransport: transport })
      await hurry(scene, amounts.faster)
      const instances = await Promise.all(Array.from({ length: amounts.instances }, () => scene.startInstance()))
      const demand: Demand = { scene, instances, report, logIns: amounts.logIns, seconds, faster: amounts.faster, transport }
      const begun = performance.now()
      const done = await live(demand)
      const ms = performance.now() - begun
      await count(demand, done)
      say(`${transport}: ${done} log-ins in ${(ms / 1000).toFixed(0)} s, ${(ms / done).toFixed(1)} ms each`)
      await Promise.all(instances.map((instance) => instance.stop()))
    }
    const due = transports.filter((one) => narrow === null || one.includes(narrow))
    const inTurn = async (those: readonly Transport[], seconds: number) => { for (const transport of those) await measure(transport, seconds) }
    await Promise.all([inTurn(due.filter((one) => one === AT_LENGTH), amounts.secondsOfOne), inTurn(due.filter((one) => one !== AT_LENGTH), amounts.seconds)])
  },
})
