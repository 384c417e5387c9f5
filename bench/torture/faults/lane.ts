import { setTimeout as pause } from 'node:timers/promises'
import { ordinary, statement } from '../../../e2e/steps/people.ts'
import type { Instance } from '../instance/instance.ts'
import { syntheticPeople } from '../people.ts'
import type { Scene } from '../scene/scene.ts'
import type { Place, Told } from './places.ts'

/** What everybody here owes, in øre. */
export const OWED = ordinary.reduce((sum, [, kroner]) => sum + Math.round(Number(kroner) * 100), 0)

/** Somebody on their way, as their browser knows it. */
export type Stage = {
  readonly pid: string
  readonly instance: Instance
  token: string
  consentId: string | null
  returnRef: string | null
}

/** What a request brings along. */
export const browserOf = ({ token }: Stage) => ({ token })

/**
 * Logs in on the way to what is tried, and once more when that fails, as a person does: a pool may give out a connection that has just
 * been ended, and none in time while many lanes are at work.
 */
export const logsIn = ({ does }: Instance, pid: string): Promise<{ readonly token: string }> => does.logIn({ pid }).catch(() => does.logIn({ pid }))

/** One scene in which one thing happens after another: faults strike it alone. */
export function openLane(scene: Scene, first: Instance, people = syntheticPeople()) {
  let instance = first

  /** A person nobody has met, with a debt of their own. */
  async function newcomer(at: Instance): Promise<Stage> {
    const next = people.next()
    if (next.done) throw new Error('there are no more people')
    const pid = next.value.reveal()
    await scene.street.says(pid, statement(pid, ordinary))
    const { token } = await logsIn(at, pid)
    return { pid, instance: at, token, consentId: null, returnRef: null }
  }

  /** On the way to Altinn: what the page said, null when the browser is there. */
  async function ask(stage: Stage): Promise<Told> {
    const asked = await stage.instance.does.ask(browserOf(stage))
    switch (asked.to) {
      case 'altinn':
        stage.consentId = asked.consentId
        stage.returnRef = asked.returnRef
        return null
      case 'consent':
        return { page: 'consent.failures', reason: asked.trouble }
      case 'balance':
        return { page: 'noBalance', reason: 'not-fetched' }
      case 'logged-out':
        return { page: 'loggedOut', reason: asked.why }
    }
  }

  /** Says yes in Altinn, which logs them out, and comes back. */
  async function consents(stage: Stage): Promise<void> {
    await scene.street.answer(stage.consentId ?? '', 'accept')
    await stage.instance.does.logOut(browserOf(stage))
    stage.token = (await logsIn(stage.instance, stage.pid)).token
  }

  /** The button, or the way back from Altinn, and then the balance page. A page that says "underway" is looked at again. */
  async function goOn(stage: Stage, owed?: number | null): Promise<Told> {
    const step = await stage.instance.does.goOn({ ...browserOf(stage), returnRef: stage.returnRef })
    if (step.to === 'logged-out') return { page: 'loggedOut', reason: step.why }
    if (step.to === 'consent') return { page: 'outcome', reason: step.trouble === 'provider-refused' ? 'misconfigured' : (step.trouble ?? 'unanswered') }
    if (step.to === 'wrong-person') return { page: 'outcome', reason: 'wrong-person' }
    return shown(stage, owed === undefined ? OWED : owed)
  }

  async function shown(stage: Stage, owed: number | null): Promise<Told> {
    for (const end = performance.now() + 13_000; ;) {
      const page = await stage.instance.does.balance(browserOf(stage))
      if (page.shows === 'logged-out') return { page: 'loggedOut', reason: page.why }
      if (page.shows === 'balance') return page.ore === owed ? null : { page: 'noBalance', reason: `the sum ${page.ore === null ? 'is unknown' : 'differs'}` }
      if (page.why === 'underway' && performance.now() < end) {
        await pause(200)
        continue
      }
      return { page: 'noBalance', reason: wordOf(page.why) }
    }
  }

  return {
    scene,
    get instance() { return instance },
    newcomer, ask, consents, goOn,
    /** Everything up to the moment at which the fault strikes. */
    async prepare(place: Place): Promise<Stage> {
      if (place.onlyFresh) await this.renew()
      await scene.forgetGates()
      const stage = await newcomer(instance)
      if (place.presses === 'ask') return withoutTokens(place, stage)
      const asked = await ask(stage)
      if (asked) throw new Error(`without a fault, asking led to ${JSON.stringify(asked)}`)
      if (place.presses === 'go on') await consents(stage)
      return withoutTokens(place, stage)
    },
    async press(place: Place, stage: Stage, owed?: number | null): Promise<Told> {
      switch (place.presses) {
        case 'ask': return ask(stage)
        case 'go on': return goOn(stage, owed)
        case 'follow': {
          const followed = await stage.instance.does.followEvents()
          return followed.ok ? null : { page: 'job', reason: followed.reason }
        }
      }
    },
    /** The fault is gone: by the same buttons, the same person gets to their balance. Whoever was logged out logs in again. */
    async onward(stage: Stage, owed?: number | null): Promise<Told> {
      if ((await stage.instance.does.balance(browserOf(stage))).shows === 'logged-out') stage.token = (await stage.instance.does.logIn({ pid: stage.pid })).token
      if (stage.consentId === null || stage.returnRef === null) {
        const asked = await ask(stage)
        if (asked) return asked
      }
      const at = (await scene.street.consents()).find(({ id }) => id === stage.consentId)
      if (at?.status === 'Created') await consents(stage)
      const told = await goOn(stage, owed)
      // A reading that somebody else seemed to do, and that came to nothing: the page says so, and has a button.
      return told?.reason === 'not-fetched' ? goOn(stage, owed) : told
    },
    /** An instance that has asked nobody anything yet. */
    async renew(): Promise<void> {
      await instance.stop()
      instance = await scene.startInstance()
    },
  }

  async function withoutTokens(place: Place, stage: Stage): Promise<Stage> {
    if (place.withoutTokens) await scene.database.ask('DELETE FROM "TokenLease"')
    return stage
  }
}
export type Lane = ReturnType<typeof openLane>

/** As the balance page names its reasons. */
function wordOf(why: string): string {
  switch (why) {
    case 'no-consent': case 'not-read': return 'not-fetched'
    case 'underway': return 'fetching'
    case 'read-and-gone': return 'already-fetched'
    case 'consent-closed': return 'consent-revoked'
    case 'provider-refused': return 'misconfigured'
    default: return why
  }
}
