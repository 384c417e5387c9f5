import { setTimeout as pause } from 'node:timers/promises'
import { browserOf, logsIn, openLane, type Lane, type Stage } from '../faults/lane.ts'
import { prepare, pressed } from '../faults/try-database.ts'
import type { Instance } from '../instance/instance.ts'
import { syntheticPeople } from '../people.ts'
import type { Report } from '../report.ts'
import type { Scene } from '../scene/scene.ts'
import { onwardFromExchange } from './exchanges.ts'
import type { Blow, Point } from './points.ts'

/** Milliseconds that an instance sleeps: longer than a lease, a statement or an open transaction may last. */
const SLEEP = 5_200
/** Milliseconds until a point must be reached. */
const PATIENCE = 15_000

/** What holds the instance at the point, and lets it go. */
type Held = { readonly backend: number | null; letGo(): Promise<unknown>; cut(): void }

/** `held`: when the instance has come there. */
async function holdAt(scene: Scene, victim: Instance, { at }: Point): Promise<{ readonly held: Promise<Held> }> {
  if ('stop' in at) {
    const arrival = victim.arrival()
    await victim.does.arm(at)
    return { held: arrival.then(() => ({ backend: null, letGo: () => victim.does.letGo(), cut: () => undefined })) }
  }
  if (!scene.databaseFront) throw new Error('there is nothing before the database')
  const { stopped } = scene.databaseFront.snare(at.moment)
  return { held: stopped.then(({ backend, letGo, cut }) => ({ backend, letGo: async () => letGo(), cut })) }
}

/** Two instances of one house: one is hit, and the other, or the one that takes its place, must go on. */
export async function openRing(scene: Scene) {
  let victim = await scene.startInstance()
  const other = await scene.startInstance()
  const people = syntheticPeople()
  return {
    scene,
    async strike(point: Point, blow: Blow, report: Report): Promise<void> {
      const tell = (what: string) => `${blow} ${point.name}: ${what}`
      const lane = openLane(scene, victim, people)
      const stage = await prepare(lane, point.press)
      const reaching = await holdAt(scene, victim, point)
      const outcome = pressed(lane, point.press, stage).then(() => 'answered' as const, () => 'thrown' as const)
      const held = await Promise.race([reaching.held, pause(PATIENCE, null, { ref: false })])
      if (!report.check('every point was reached', held !== null, () => tell('nobody came there'))) return
      if (held) await land(blow, held, scene, victim, stage, other, report)
      await outcome
      if (victim.hasEnded()) victim = await scene.startInstance()
      // Whoever was put to sleep wakes up, and may make the exchange after all.
      const exchanged = point.exchanged && blow === 'asleep' ? 'maybe' : point.exchanged
      await recovered(openLane(scene, other, people), { ...stage, instance: other }, exchanged, report, tell)
    },
  }
}

async function land(blow: Blow, held: Held, scene: Scene, victim: Instance, stage: Stage, other: Instance, report: Report): Promise<void> {
  switch (blow) {
    case 'killed':
      victim.signal('SIGKILL')
      await victim.ended
      held.cut()
      return
    case 'connection ended':
      // Of a moment between transactions, every connection of the house.
      if (held.backend === null) await scene.database.asSuperuser(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'saldosyn'`)
      else await scene.database.asSuperuser('SELECT pg_terminate_backend($1)', [held.backend])
      await held.letGo()
      return
    case 'asleep': {
      victim.signal('SIGSTOP')
      // Meanwhile nobody waits for the sleeper: the same person is answered at once elsewhere.
      const begun = performance.now()
      const meanwhile = await other.does.balance(browserOf(stage)).then((page) => page.shows, () => 'an error')
      report.check('I12', performance.now() - begun < 10_000, () => `a sleeping instance held another up: ${meanwhile}`)
      await pause(SLEEP)
      victim.signal('SIGCONT')
      await held.letGo()
      return
    }
  }
}

/** The same person logs in anew, at the instance that was not hit, and gets to their balance by the page's own buttons. */
async function recovered(lane: Lane, stage: Stage, exchanged: Point['exchanged'], report: Report, tell: (what: string) => string): Promise<void> {
  const { does } = stage.instance
  stage.token = (await logsIn(stage.instance, stage.pid)).token
  if (exchanged) await onwardFromExchange(lane, stage, exchanged, report, tell)
  else await onwardAtOnce(lane, stage, report, tell)
  report.check('I7', await does.logOut(browserOf(stage)), () => tell('there was nothing to log out of'))
  const page = await does.balance(browserOf(stage))
  report.check('I7', page.shows === 'logged-out', () => tell(`after the log-out the page shows ${page.shows}`))
}

async function onwardAtOnce(lane: Lane, stage: Stage, report: Report, tell: (what: string) => string): Promise<void> {
  const begun = performance.now()
  const after = await lane.onward(stage).catch(() => lane.onward(stage).catch((error: unknown) => ({ page: 'error' as const, reason: String(error) })))
  report.check('I12', after === null, () => tell(`the same person stands at ${JSON.stringify(after)}`))
  report.check('who was hit by a kill is at their balance within ten seconds of the next log-in', performance.now() - begun < 10_000, () => tell(`it took ${(performance.now() - begun).toFixed(0)} ms`))
}
