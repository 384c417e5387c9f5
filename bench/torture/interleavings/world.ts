import type { Scheduler } from 'fast-check'
import type { Consent, ConsentStatus } from '@/lib/consent/consent'
import type { ConsentStore } from '@/lib/consent/consent-store'
import { continueConsent } from '@/lib/consent/continue-consent'
import { expireConsents } from '@/lib/consent/expire-consents'
import { followConsentEvents } from '@/lib/consent/follow-consent-events'
import type { ConsentNews } from '@/lib/consent/provider'
import { createReturnRefs } from '@/lib/consent/return-ref'
import { startConsent } from '@/lib/consent/start-consent'
import { stopHere } from '@/lib/consent/stop-here'
import { fail, ok } from '@/lib/result'
import { Secret } from '@/lib/secret'
import { endedBy, tokenHashOf, type Session } from '@/lib/session/session'
import { lookAtReading } from '@/lib/sources/look-at-reading'
import { aConsent, after, aNationalId, aPolicy, aSession, day } from '@/lib/testing/builders'
import { exchangesInMemory } from '@/lib/testing/exchanges'
import { aDiary, aProvider, aSource, clockAt, everyProviderIs, consentsInMemory, feedsInMemory, gatesInMemory, logKept, readingsInMemory, sessionsInMemory, subjectsInMemory } from '@/lib/testing/fakes'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const PERSON = '5f1d9a52-2f0e-4b39-9a3e-3f6f0f7f4c11'
const returnRefs = createReturnRefs(new Uint8Array(32))
/** A shown amount: the session that saw it, and what was wrong with that. */
type Shown = { readonly wrong: string | null }

export type World = ReturnType<typeof aWorld>

/**
 * One person, their consents and log-ins, and every port of the verbs. Each port does what it does at one moment (as a
 * statement or a transaction does), and that moment, and when its caller hears of it, are the scheduler's to choose.
 */
export function aWorld(scheduler: Scheduler, consent: Partial<Consent> | null = {}) {
  const diary = aDiary()
  const clock = clockAt(day(1))
  const first = consent && aConsent({ subjectRef: PERSON, requestedAt: day(0), ...consent })
  const consents = consentsInMemory(first ? [first] : [], diary)
  const logIns = [aLogIn('one'), aLogIn('two')] as const
  const sessions = sessionsInMemory(logIns.map(({ session }) => session), diary)
  const readings = readingsInMemory(sessions, consents, diary)
  /** What Altinn knows: the truth that ours follows. */
  const altinn = { statuses: new Map<string, ConsentStatus>(first ? [[first.id, first.status]] : []), news: [] as ConsentNews[], asked: [] as string[], saidUnanswered: new Set<string>() }
  const calls = { source: 0, credentials: 0 }
  const shown: Shown[] = []

  /** Every function of a port waits before it acts and before its caller hears: both moments are the scheduler's. */
  function scheduled<T extends object>(name: string, port: T): T {
    const wrapped = Object.entries(port).map(([key, value]) => {
      if (typeof value !== 'function') return [key, value] as const
      const act = value as (...given: unknown[]) => unknown
      return [key, async (...given: unknown[]) => {
        await scheduler.schedule(Promise.resolve(), `${name}.${key}`)
        const answer = await act(...given)
        await scheduler.schedule(Promise.resolve(), `${name}.${key} heard`)
        return answer
      }] as const
    })
    return Object.fromEntries(wrapped) as T
  }

  /** As in the database: what was held on a consent that ends, or in a log-in that ends, goes with it. */
  const cascading: ConsentStore = {
    ...consents,
    async settle(moved, from, event) {
      const settled = await consents.settle(moved, from, event)
      if (settled.ok && moved.status !== 'accepted') for (const [key, reading] of readings.rows) if (reading.consentId === moved.id) readings.rows.delete(key)
      return settled
    },
  }
  const sessionLimits = { idleMinutes: 15, maxMinutes: 120 }
  const stands = (tokenHash: Uint8Array, consentId: string, at: Date): boolean => {
    const row = consents.rows.get(consentId)
    const session = sessions.rows.get(hex(tokenHash))
    return session !== undefined && endedBy(session, sessionLimits, at) === null && row?.status === 'accepted' && row.validTo > at
  }
  const provider = aProvider({
    async requestConsent({ id }) {
      altinn.asked.push(id)
      if (!altinn.statuses.has(id)) altinn.statuses.set(id, 'requested')
      return ok({ reference: id, consentUrl: `https://altinn.example/?id=${id}` })
    },
    async getStatus({ id }) {
      const status = altinn.statuses.get(id) ?? 'requested'
      if (status === 'requested') altinn.saidUnanswered.add(id)
      return ok(status)
    },
    listNews: async () => ok([...altinn.news]),
    async getCredentials({ id }) {
      calls.credentials++
      const status = altinn.statuses.get(id) ?? 'requested'
      if (status === 'requested') return fail('misconfigured')
      return status === 'accepted' ? ok({ accessToken: new Secret('t'), consentToken: null }) : { ...fail('consent-not-active'), status }
    },
  })
  const source = {
    ...aSource(),
    ...scheduled('source', {
      async read() {
        diary.note('source called')
        calls.source++
        return ok({ total: 1305523 })
      },
    }),
  }
  const watched = {
    ...readings,
    async look(looker: Parameters<typeof readings.look>[0]) {
      const before = diary.events.length
      const reading = await readings.look(looker)
      if (reading) {
        const logged = diary.events.slice(before).some(({ type }) => type === 'reading.shown')
        shown.push({ wrong: !logged ? 'no line in the audit log' : stands(looker.tokenHash, reading.consentId, looker.at) ? null : 'the log-in or the consent was over' })
      }
      return reading
    },
  }
  const deps = {
    log: logKept(), clock, sessionLimits, policy: aPolicy(), returnRefs, newId: () => crypto.randomUUID(),
    consents: scheduled('consents', cascading), sessions: scheduled('sessions', sessions), readings: scheduled('readings', watched), exchanges: scheduled('exchanges', exchangesInMemory(consents, diary)), providers: everyProviderIs(scheduled('altinn', provider)),
    subjects: scheduled('subjects', subjectsInMemory([PERSON, aNationalId()])), gates: gatesInMemory(), feeds: scheduled('feeds', feedsInMemory()), audit: { append: async (event: Parameters<typeof diary.write>[0]) => diary.write(event), ensureRoom: async () => undefined },
  }
  const correlationId = 'K7QM-9XTB-2RWH'
  const atOnce = async (name: string, act: () => void) => {
    await scheduler.schedule(Promise.resolve(), name)
    act()
  }
  const sessionOf = (nr: 0 | 1) => logIns[nr].session

  return {
    first, diary, clock, consents, sessions, readings, altinn, calls, shown, logIns,
    /** The flows: what people, Altinn and the clock do. */
    goOn: (nr: 0 | 1 = 0) => continueConsent(deps, { source, session: sessionOf(nr), token: logIns[nr].token, returnRef: null, correlationId }),
    look: async (nr: 0 | 1 = 0) => void (await lookAtReading(deps, { source, token: logIns[nr].token, correlationId })),
    ask: (renew = false) => startConsent(deps, { subjectRef: PERSON, renew, correlationId }),
    stop: () => stopHere(deps, { consentId: first?.id ?? '', subjectRef: PERSON, correlationId }),
    follow: () => followConsentEvents(deps, { provider: 'altinn3', coveredBy: '311111116', everySeconds: 60, correlationId }),
    expire: () => expireConsents(deps, correlationId),
    logOut: (nr: 0 | 1 = 0) =>
      atOnce('log-out', () => {
        sessions.logOut(sessionOf(nr).tokenHash)
        readings.rows.delete(hex(sessionOf(nr).tokenHash))
      }),
    /** In Altinn: the newest consent is answered or withdrawn, and the feed will say so. */
    inAltinn: (status: ConsentStatus) =>
      atOnce(`altinn: ${status}`, () => {
        const id = [...altinn.statuses.keys()].at(-1)
        if (id === undefined) return
        altinn.statuses.set(id, status)
        altinn.news.push({ reference: id, status, at: clock.now() })
      }),
    timePasses: (by: Parameters<typeof after>[1]) => atOnce('time passes', () => clock.set(after(clock.now(), by))),
  }
}

function aLogIn(cookie: string): { session: Session; token: Secret } {
  const at = day(1)
  return { session: aSession({ subjectRef: PERSON, tokenHash: tokenHashOf(cookie), createdAt: at, lastSeenAt: at, expiresAt: after(at, { hours: 2 }) }), token: new Secret(cookie) }
}
