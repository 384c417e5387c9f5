import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Consent, ConsentStatus } from '@/lib/consent/consent'
import type { ConsentProvider, ProviderFailure } from '@/lib/consent/provider'
import { fail, ok } from '@/lib/result'
import { Secret } from '@/lib/secret'
import { keyFromToken, tokenHashOf, type Session } from '@/lib/session/session'
import { aConsent, after, aNationalId, aSession, besidesReferences, day, digits } from '@/lib/testing/builders'
import { exchangesInMemory } from '@/lib/testing/exchanges'
import { aDiary, aProvider, aSource, clockAt, consentsInMemory, gatesInMemory, logKept, readingsInMemory, sessionsInMemory, subjectsInMemory, type Figures } from '@/lib/testing/fakes'
import { openReading } from './held-reading'
import { readSource } from './read-source'
import type { DataSource } from './source'

const token = new Secret('the-cookie')
type Given = { consent?: Partial<Consent>; session?: Partial<Session>; provider?: Partial<ConsentProvider>; read?: DataSource<Figures>['read'] }

function setUp({ consent: c = {}, session: s = {}, provider = {}, read = async () => ok({ total: 1305523 }) }: Given = {}) {
  const consent = aConsent({ status: 'accepted', ...c })
  const session = aSession({ tokenHash: tokenHashOf(token.reveal()), ...s })
  const diary = aDiary()
  const clock = clockAt(day(0))
  const consents = consentsInMemory([consent], diary)
  const sessions = sessionsInMemory([session], diary)
  const readings = readingsInMemory(sessions, consents, diary)
  const gates = gatesInMemory()
  const requestIds: string[] = []
  const people: string[] = []
  const altinn3 = aProvider({ ...provider, getCredentials: async (...asked) => (diary.note('ask for credentials'), (provider.getCredentials ?? aProvider().getCredentials)(...asked)) })
  const source = aSource({
    read: async (credentials, person, requestId, signal) => {
      diary.note('call the source')
      requestIds.push(requestId)
      people.push(person.reveal())
      return read(credentials, person, requestId, signal)
    },
  })
  const deps = { log: logKept(), clock, newId: randomUUID, consents, subjects: subjectsInMemory([session.subjectRef, aNationalId()]), sessions, readings, gates, exchanges: exchangesInMemory(consents, diary), providers: { altinn3, altinn2: altinn3 }, sessionLimits: { idleMinutes: 15, maxMinutes: 120 }, policy: { transport: 'altinn3-both' } }
  const run = (more: Partial<Session> = {}) => readSource(deps, { source, consent, session: { ...session, ...more }, token, correlationId: 'K7QM-9XTB-2RWH' })
  const row = () => sessions.rows.get(Buffer.from(session.tokenHash).toString('hex'))
  const calls = () => diary.entries.filter((entry) => entry === 'call the source').length
  return { consent, session, diary, clock, consents, sessions, readings, gates, requestIds, people, run, row, calls, status: () => consents.rows.get(consent.id)?.status }
}

describe('a reading', () => {
  test('is written down before the first byte and after the last, and its figures are kept for the cookie alone', async () => {
    const { run, diary, readings, row, consent, session } = setUp()
    expect(await run()).toEqual({ ok: true, value: undefined })
    expect(diary.entries).toEqual(['source.read-started', 'ask for credentials', 'call the source', 'source.read: ok'])
    expect(diary.events).toMatchObject([{ subjectRef: session.subjectRef, consentId: consent.id, correlationId: 'K7QM-9XTB-2RWH', actor: 'applicant' }, { subjectRef: session.subjectRef, consentId: consent.id }])
    const [held] = readings.rows.values()
    expect(held && openReading(held, held.id, keyFromToken(token, 'reading'))).toEqual({ total: 1305523 })
    expect(row()).toMatchObject({ readAt: day(0), readingUntil: null })
  })

  test('does not hand out the figures, nor write them or the number down', async () => {
    const { run, diary } = setUp()
    expect(besidesReferences([await run(), diary])).not.toMatch(/1305523|\d{11}/)
  })

  test('is of the person who gave the consent, under a request id of its own', async () => {
    const { run, people, requestIds } = setUp()
    await run()
    expect(people).toEqual([digits])
    expect(requestIds[0]).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('happens once in a log-in', async () => {
    const { run, calls } = setUp()
    await run()
    expect(await run()).toEqual({ ok: false, reason: 'read-already-or-underway' })
    expect(calls()).toBe(1)
  })

  test('asked for by many tabs at once is one call', async () => {
    const { run, calls } = setUp()
    const answers = await Promise.all(Array.from({ length: 20 }, () => run()))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(calls()).toBe(1)
  })

  test('is refused to somebody else’s consent, one that may not be used, and a session that is over: nothing is asked or written', async () => {
    const cases: [Given, string][] = [
      [{ consent: { subjectRef: 'somebody-else' } }, 'not-this-persons'],
      ...(['requested', 'rejected', 'revoked', 'expired'] as const).map((status): [Given, string] => [{ consent: { status } }, 'consent-not-usable']),
      [{ consent: { validTo: day(0) } }, 'consent-not-usable'],
      [{ session: { lastSeenAt: after(day(0), { minutes: -15 }) } }, 'session-over'],
      [{ session: { expiresAt: day(0) } }, 'session-over'],
    ]
    for (const [given, reason] of cases) {
      const { run, diary } = setUp(given)
      expect(await run()).toEqual({ ok: false, reason })
      expect(diary.entries).toEqual([])
    }
  })

  test('is not begun by somebody who has logged out meanwhile', async () => {
    const { run, sessions, session, diary } = setUp()
    sessions.logOut(session.tokenHash)
    expect(await run()).toEqual({ ok: false, reason: 'read-already-or-underway' })
    expect(diary.entries).toEqual([])
  })

  test('does not happen when it cannot be written down first', async () => {
    const { run, diary, calls, row } = setUp()
    diary.refuse(({ type }) => type === 'source.read-started')
    await expect(run()).rejects.toThrow()
    expect([calls(), diary.entries, row()?.readingUntil]).toEqual([0, [], null])
  })

  test('whose end cannot be written down is not kept', async () => {
    const { run, diary, readings } = setUp()
    diary.refuse(({ outcome }) => outcome === 'ok')
    await expect(run()).rejects.toThrow()
    expect(readings.rows.size).toBe(0)
    expect(diary.entries.at(-1)).toBe('source.read: misconfigured')
  })

  test('is thrown away when the person logged out while the source was answering', async () => {
    const it = setUp({ read: async () => (it.sessions.logOut(it.session.tokenHash), ok({ total: 1 })) })
    expect(await it.run()).toEqual({ ok: false, reason: 'session-over' })
    expect(it.readings.rows.size).toBe(0)
    expect(it.diary.entries.at(-1)).toBe('source.read: not-kept')
  })

  test('is thrown away when the consent was withdrawn while the source was answering', async () => {
    const it = setUp({ read: async () => (it.consents.rows.set(it.consent.id, { ...it.consent, status: 'revoked' }), ok({ total: 1 })) })
    expect((await it.run()).ok).toBe(false)
    expect(it.readings.rows.size).toBe(0)
  })
})

describe('when the source gives nothing', () => {
  test.each(['source-unavailable', 'source-busy', 'not-a-customer', 'unexpected-answer', 'misconfigured', 'consent-refused'] as const)('%s is told, kept to be shown, and the right is given back', async (reason) => {
    const { run, diary, row, calls, status } = setUp({ read: async () => fail(reason) })
    expect(await run()).toMatchObject({ ok: false, reason })
    expect(diary.entries.at(-1)).toBe(`source.read: ${reason}`)
    expect(row()).toMatchObject({ readAt: null, readingUntil: null, readFailure: reason })
    expect([calls(), status()]).toEqual([1, 'accepted'])
  })

  test('an error nobody foresaw is told as ours, gives the right back, and is not swallowed', async () => {
    const { run, diary, row } = setUp({ read: () => Promise.reject(new Error('a bug')) })
    await expect(run()).rejects.toThrow('a bug')
    expect(diary.entries.at(-1)).toBe('source.read: misconfigured')
    expect(row()).toMatchObject({ readingUntil: null, readFailure: 'misconfigured' })
  })

  test('behind a closed gate nobody is called, and no token is asked for; once it opens, somebody is', async () => {
    const { run, gates, calls, clock, diary } = setUp()
    gates.close('lanekassen', after(day(0), { seconds: 30 }))
    expect(await run()).toMatchObject({ ok: false, reason: 'source-busy' })
    expect(diary.entries).toEqual(['source.read-started', 'source.read: source-busy'])
    clock.set(after(day(0), { seconds: 30 }))
    expect((await run()).ok).toBe(true)
    expect(calls()).toBe(1)
  })

  test('an upstream that fails and fails is left in peace, and said to be away rather than busy', async () => {
    const { run, gates, calls } = setUp()
    gates.close('lanekassen', after(day(0), { seconds: 5 }), 'failing')
    expect(await run()).toMatchObject({ ok: false, reason: 'source-unavailable' })
    expect(calls()).toBe(0)
  })
})

describe('a source that knows the consent', () => {
  const known = { sourceKnowsSince: day(-1), sourceKnowsVia: 'altinn3-both' }
  /** Which of the calls were made to a source that is taken to know the consent. */
  const shown = (given: Given) => {
    const taken: boolean[] = []
    const it = setUp({ ...given, provider: { ...given.provider, getCredentials: async (_consent, _person, { sourceKnows }) => (taken.push(sourceKnows), ok({ accessToken: new Secret('t'), consentToken: sourceKnows ? null : new Secret('c') })) } })
    return { ...it, taken }
  }

  test('is not shown it again, unless it came to know it in another way', async () => {
    for (const [consent, expected] of [[{}, false], [known, true], [{ ...known, sourceKnowsVia: 'altinn3-single' }, false]] as const) {
      const { run, taken } = shown({ consent })
      expect((await run()).ok).toBe(true)
      expect(taken).toEqual([expected])
    }
  })

  test('and has forgotten it is shown it once more: that is one reading', async () => {
    const it = shown({ consent: known, read: async ({ consentToken }) => (consentToken ? ok({ total: 1 }) : fail('consent-refused')) })
    expect((await it.run()).ok).toBe(true)
    expect([it.taken, it.calls(), new Set(it.requestIds).size]).toEqual([[true, false], 2, 2])
    expect(it.diary.entries.filter((entry) => entry.startsWith('source.'))).toEqual(['source.read-started', 'source.read: ok'])
  })

  test('and still refuses has been asked twice, and not a third time', async () => {
    const it = shown({ consent: known, read: async () => fail('consent-refused') })
    expect(await it.run()).toMatchObject({ ok: false, reason: 'consent-refused' })
    expect([it.calls(), it.status()]).toEqual([2, 'accepted'])
  })

  test('and answers anything else is not asked twice', async () => {
    for (const reason of ['source-unavailable', 'source-busy', 'not-a-customer', 'unexpected-answer', 'misconfigured'] as const) {
      const it = shown({ consent: known, read: async () => fail(reason) })
      await it.run()
      expect(it.calls()).toBe(1)
    }
  })
})

describe('what ends a consent', () => {
  const saying = (status: ConsentStatus | ProviderFailure): Partial<ConsentProvider> => ({ getStatus: async () => (['accepted', 'revoked', 'expired'].includes(status) ? ok(status as ConsentStatus) : fail(status as ProviderFailure)) })

  test.each(['revoked', 'expired'] as const)('Altinn’s word, between the consent and the fetch: %s, and the source is not called', async (status) => {
    const { run, diary, calls, status: now } = setUp({ provider: { ...saying('provider-unavailable'), getCredentials: async () => ({ ...fail('consent-not-active', status), status }) } })
    expect(await run()).toMatchObject({ ok: false, reason: 'consent-ended' })
    expect([calls(), now()]).toEqual([0, status])
    expect(diary.entries).toEqual(['source.read-started', 'ask for credentials', `consent.closed: ${status}`, 'source.read: consent-ended'])
    expect(diary.events.find(({ type }) => type === 'consent.closed')).toMatchObject({ actor: 'system' })
  })

  test.each(['revoked', 'expired'] as const)('Altinn’s word, after the source refused it: %s', async (status) => {
    const { run, status: now, row } = setUp({ provider: saying(status), read: async () => fail('consent-refused') })
    expect(await run()).toMatchObject({ ok: false, reason: 'consent-ended' })
    expect([now(), row()?.readFailure]).toEqual([status, 'consent-ended'])
  })

  test.each(['accepted', 'provider-unavailable', 'misconfigured', 'credentials-unavailable', 'provider-refused'] as const)('not the source’s no while Altinn says %s', async (says) => {
    const { run, status } = setUp({ provider: saying(says), read: async () => fail('consent-refused') })
    expect(await run()).toMatchObject({ ok: false, reason: 'consent-refused' })
    expect(status()).toBe('accepted')
  })

  test.each(['provider-unavailable', 'provider-refused', 'credentials-unavailable', 'misconfigured'] as const)('not our own trouble in getting a token: %s', async (reason) => {
    const { run, status, calls, row } = setUp({ provider: { ...saying('revoked'), getCredentials: async () => fail(reason) } })
    expect(await run()).toMatchObject({ ok: false, reason })
    expect([status(), calls(), row()?.readFailure]).toEqual(['accepted', 0, reason])
  })

  test('not a word that cannot follow on what we know: that is ours to mend', async () => {
    const { run, status, calls } = setUp({ provider: { getCredentials: async () => ({ ...fail('consent-not-active'), status: 'rejected' }) } })
    expect(await run()).toMatchObject({ ok: false, reason: 'misconfigured' })
    expect([status(), calls()]).toEqual(['accepted', 0])
  })
})
