import type { Instance } from './instance/instance.ts'
import { checkInvariants } from './invariants/check.ts'
import { balanceOf, LAST_NAME, syntheticPeople } from './people.ts'
import type { Report } from './report.ts'
import type { Scene } from './scene/scene.ts'
import type { Run } from './suite.ts'

/** The transports in which a consent is exchanged once, and who exchanges it. */
const exchanging = { 'altinn3-both': 'maskinporten', altinn2: 'altinn2' } as const
type Exchanging = keyof typeof exchanging

/** Log-ins of one person that come at once: more than an instance has connections, on four of them, would only wait for those. */
const AT_ONCE = 25
const ORE = 1_268_479
const CLAIM = 'of many log-ins that come for one consent at once, one exchanges it'

type Race = Pick<Run, 'report' | 'openScene'> & { readonly transport: Exchanging; readonly instances: number; readonly logIns: number }

/**
 * Somebody who has just said yes is logged in many times, at every instance, and all of them come for the consent at once:
 * one exchanges it, the others wait and go on without a token, and everybody sees the balance. One person after the other.
 */
export async function exchangeRace({ report, openScene, transport, instances: amount, logIns }: Race): Promise<void> {
  const scene = await openScene({ settings: { LANEKASSEN_CONSENT_TRANSPORT: transport }, altinn2: transport === 'altinn2' })
  const { street } = scene
  await street.set({ lanekassenTransport: transport, eventsDelaySeconds: 0 })
  const instances = await Promise.all(Array.from({ length: amount }, () => scene.startInstance()))
  const at = (nr: number) => instances[nr % instances.length] as Instance
  const people = syntheticPeople()
  for (let begun = 0; begun < logIns; begun += AT_ONCE) {
    const person = people.next()
    if (person.done) throw new Error('there are no more people')
    const pid = person.value.reveal()
    const consentId = await accepts(scene, at(0), pid)
    const tokens = await Promise.all(Array.from({ length: Math.min(AT_ONCE, logIns - begun) }, (_, nr) => at(nr).does.logIn({ pid }).then(({ token }) => token)))
    // The exchange takes a while, so that everybody comes before it is done.
    await street.breaks(exchanging[transport], { fault: 'slow', seconds: 0.3, step: 'consent-token', times: 1 })
    const steps = await Promise.all(tokens.map((token, nr) => at(nr).does.goOn({ token })))
    const pages = await Promise.all(tokens.map((token, nr) => at(nr).does.balance({ token })))
    report.checks('of many log-ins that come for one consent at once, all see the balance', pages.length, pages.flatMap((page, nr) => (page.shows === 'balance' && page.ore === ORE ? [] : [`${transport}: ${JSON.stringify([steps[nr], page])}`])))
    await judge(scene, report, { transport, consentId, logIns: tokens.length })
    for (const [nr, token] of tokens.entries()) await at(nr).does.logOut({ token })
  }
  for (const instance of instances) {
    const ms = instance.slowest()
    report.check('I12', ms <= 10_000, () => `${transport}: an answer took ${ms.toFixed(0)} ms`)
  }
  await checkInvariants(scene, report)
  await Promise.all(instances.map((instance) => instance.stop()))
}

/** A person with a debt says yes in Altinn, and does not come back. Where there is a feed, it tells of the answer. */
async function accepts({ street }: Scene, { does }: Instance, pid: string): Promise<string> {
  await street.says(pid, balanceOf(pid, ORE))
  const logIn = await does.logIn({ pid })
  const asked = await does.ask({ ...logIn, lastName: LAST_NAME })
  if (asked.to !== 'altinn') throw new Error(`asking led to ${asked.to}`)
  await street.answer(asked.consentId, 'accept')
  await does.logOut(logIn)
  await does.followEvents()
  return asked.consentId
}

/** What the parties saw of it, and what the log says. Altinn 2 gives a token at each log-in: it alone tells that the consent stands. */
async function judge({ street, database }: Scene, report: Report, { transport, consentId, logIns }: { readonly transport: Exchanging; readonly consentId: string; readonly logIns: number }): Promise<void> {
  const about = async (step: string) => (await street.requests({ step })).filter(({ consent }) => consent === consentId)
  const [grants, calls] = [await about('consent-token'), await about('accounts')]
  const most = transport === 'altinn2' ? logIns : 1
  report.check(CLAIM, grants.length === most, () => `${transport}: ${grants.length} consent tokens for ${logIns} log-ins at once, where ${most} do`)
  report.check('I3', calls.length === logIns && calls.every(({ status }) => status === 200), () => `${transport}: ${calls.length} calls for a balance in ${logIns} log-ins at once`)
  const lines = await database.ask<{ type: string; outcome: string | null }>(`SELECT e."type", e."outcome" FROM "AuditEvent" e JOIN "Consent" c ON c."id" = e."consentId" WHERE c."reference" = $1 AND e."type" LIKE 'consent.exchange-%' ORDER BY e."id"`, [consentId])
  const told = lines.map(({ type, outcome }) => [type.replace('consent.exchange-', ''), outcome ?? ''].join(' ').trim()).join(', ')
  report.check(CLAIM, told === 'started, ended given', () => `${transport}: the log tells: ${told}`)
}
