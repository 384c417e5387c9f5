import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ensureBuild, SERVER } from '../../../cli/build-output.mjs'
import { freePort } from '../../../cli/run.mjs'
import { byPost, formsOf, type Answer, type ByPost } from '../../../e2e/steps/by-post.ts'
import { ordinary, statement } from '../../../e2e/steps/people.ts'
import { startInstance, type Instance } from '../../instance.ts'
import { checkInvariants } from '../invariants/check.ts'
import { syntheticPeople } from '../people.ts'
import type { Random } from '../random.ts'
import type { Report } from '../report.ts'
import type { Scene } from '../scene/scene.ts'
import type { Party } from '../scene/street.ts'
import { suite } from '../suite.ts'
import { openBalancer } from './balancer.ts'

/** Where a whole instance is killed: while somebody waits for it. */
type Moment = {
  readonly name: string
  /** What the person presses, on the page that they have come to. */
  readonly words: 'Logg inn med nummeret' | 'Gå til Altinn' | 'Logg ut' | 'reload'
  /** A party is slow, so that the blow comes while it is being waited for. */
  readonly slow: { readonly party: Party; readonly step: string } | null
  /** Rows that are there when the blow may come. */
  readonly rows: string | null
  /** A reading has begun, and its outcome is not written. */
  readonly leavesBeginning: boolean
}
const underway = `SELECT FROM "Session" WHERE "readingUntil" > now()`
const moments: readonly Moment[] = [
  { name: 'the log-in is being checked', words: 'Logg inn med nummeret', slow: { party: 'idporten', step: 'token' }, rows: null, leavesBeginning: false },
  { name: 'Altinn is being asked', words: 'Gå til Altinn', slow: { party: 'altinn', step: 'create' }, rows: `SELECT FROM "Consent" WHERE "status" = 'requested'`, leavesBeginning: false },
  { name: 'the consent token is being fetched', words: 'Logg inn med nummeret', slow: { party: 'maskinporten', step: 'consent-token' }, rows: underway, leavesBeginning: true },
  { name: 'the balance is being fetched', words: 'Logg inn med nummeret', slow: { party: 'lanekassen', step: 'accounts' }, rows: underway, leavesBeginning: true },
  { name: 'the balance is being drawn', words: 'reload', slow: null, rows: null, leavesBeginning: false },
  { name: 'the log-out is underway', words: 'Logg ut', slow: null, rows: null, leavesBeginning: false },
]
const AMOUNT = /13.055,23/
/** Seconds that the slow party takes, and milliseconds until the blow must have come. */
const [SLOW, PATIENCE] = [1.5, 8_000]

type Person = { readonly pid: string; readonly visitor: ByPost }

/** On, by the page's own buttons, until the balance is there or there is no way on. */
async function onward({ pid, visitor }: Person, page: Answer, until: (page: Answer) => boolean): Promise<Answer> {
  for (let steps = 0; steps < 12 && !until(page); steps++) {
    const words = formsOf(page.body).flatMap(({ buttons }) => buttons.map((button) => button.words))
    const next = ['Logg inn med nummeret', 'Ja, jeg gir samtykke', 'Gå til Altinn', 'Fortsett i Altinn', 'Logg inn', 'Se saldoen', 'Prøv igjen'].find((known) => words.includes(known))
    if (next === undefined) return page
    page = await visitor.press(page, next, next === 'Logg inn med nummeret' ? { other: pid } : {})
  }
  return page
}
const hasButton = (words: string) => (page: Answer): boolean => formsOf(page.body).some(({ buttons }) => buttons.some((button) => button.words === words))
const showsAmount = (page: Answer): boolean => AMOUNT.test(page.body)

/** Somebody in a browser of their own, where the blow finds them: before the press. Who reads at a log-in has consented at an earlier one. */
async function comesTo({ words, slow, leavesBeginning }: Moment, url: string, pid: string): Promise<{ readonly visitor: ByPost; readonly page: Answer }> {
  const goes = async (until: (page: Answer) => boolean) => {
    const visitor = byPost(url)
    return { visitor, page: await onward({ pid, visitor }, await visitor.get('/'), until) }
  }
  if (slow === null) return goes(showsAmount)
  if (leavesBeginning) {
    const { visitor, page } = await goes(showsAmount)
    await visitor.press(page, 'Logg ut')
  }
  return goes(hasButton(words))
}

async function strike(scene: Scene, victim: Instance, pid: string, moment: Moment, random: Random, report: Report): Promise<void> {
  const { visitor, page } = await comesTo(moment, scene.settings.APP_URL ?? '', pid)
  const before = moment.rows === null ? 0 : (await scene.database.ask(moment.rows)).length
  if (moment.slow) await scene.street.breaks(moment.slow.party, { fault: 'slow', seconds: SLOW, times: 1, step: moment.slow.step })
  const pressed = (moment.words === 'reload' ? visitor.get('/balance') : visitor.press(page, moment.words, { other: pid })).then(() => 'answered', () => 'cut off')
  const end = performance.now() + PATIENCE
  let there = moment.rows === null
  while (moment.rows !== null && !there && performance.now() < end) there = (await scene.database.ask(moment.rows)).length > before
  await pause(moment.slow ? 200 : random.next() * 25)
  process.kill(victim.pid, 'SIGKILL')
  await victim.stop()
  const outcome = await pressed
  report.check('every moment was reached', there && (moment.slow === null || outcome === 'cut off'), () => `${moment.name}: ${there ? outcome : 'nothing was underway'}`)
}

/** The same person begins anew, in another browser, at the instance that is left. */
async function recovers(scene: Scene, pid: string, report: Report, tell: (what: string) => string): Promise<void> {
  await scene.street.mends()
  const again: Person = { pid, visitor: byPost(scene.settings.APP_URL ?? '') }
  const begun = performance.now()
  const page = await onward(again, await again.visitor.get('/').catch(() => again.visitor.get('/')), showsAmount)
  report.check('who was hit by a kill is at their balance within ten seconds of the next log-in', showsAmount(page) && performance.now() - begun < 10_000, () => tell(`they stand at ${new URL(page.url).pathname} after ${(performance.now() - begun).toFixed(0)} ms`))
  if (!showsAmount(page)) return
  await again.visitor.press(page, 'Logg ut')
  const after = await again.visitor.get('/balance')
  report.check('I7', !showsAmount(after), () => tell('the balance is shown after the log-out'))
}

/** On the whole program: pages, actions, background work and all. */
export const wholeInstances = suite({
  name: 'kills of whole instances',
  about: 'one of two whole instances is killed while somebody waits for it: nothing half-written, and the same person goes on at the other',
  seconds: { full: 90, part: 25 },
  amounts: { full: { wholeKills: 24 }, part: { wholeKills: 6 } },
  async run({ amounts, narrow, report, random, openScene, say }) {
    await ensureBuild({ say: (words?: string) => say(words ?? '') })
    const balancer = await openBalancer()
    const scene = await openScene({ appUrl: balancer.url })
    let started = 0
    const start = async () => {
      const port = await freePort()
      return { port, instance: await startInstance({ server: SERVER, port, settings: scene.settings, log: join(scene.logs, `whole-${++started}.log`), appUrl: balancer.url }) }
    }
    let [first, second] = await Promise.all([start(), start()])
    try {
      const due = moments.filter(({ name }) => narrow === null || name.includes(narrow))
      const people = syntheticPeople()
      let beginnings = 0
      for (let nr = 0; nr < amounts.wholeKills; nr++) {
        const moment = due[nr % due.length]
        const { value } = people.next()
        if (!moment || !value) throw new Error('there is nobody to hit, or nothing to hit at')
        const pid = value.reveal()
        await scene.street.says(pid, statement(pid, ordinary))
        balancer.sendTo(first.port)
        await strike(scene, first.instance, pid, moment, random('blow', nr), report)
        if (moment.leavesBeginning) beginnings++
        balancer.sendTo(second.port)
        const [, successor] = await Promise.all([recovers(scene, pid, report, (what) => `${moment.name}: ${what}`), start()])
        ;[first, second] = [second, successor]
      }
      report.figure('whole instances killed', amounts.wholeKills)
      await checkInvariants(scene, report, { cutShort: beginnings, brokenLines: true })
    } finally {
      await Promise.all([first.instance.stop(), second.instance.stop()])
      await balancer.close()
    }
  },
})
