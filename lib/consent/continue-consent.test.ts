import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { fail, ok } from '@/lib/result'
import { Secret } from '@/lib/secret'
import { tokenHashOf } from '@/lib/session/session'
import { aConsent, aNationalId, after, aPolicy, aSession, day } from '@/lib/testing/builders'
import { exchangesInMemory } from '@/lib/testing/exchanges'
import { aDiary, aProvider, aSource, auditInMemory, clockAt, everyProviderIs, consentsInMemory, gatesInMemory, logKept, readingsInMemory, sessionsInMemory, subjectsInMemory } from '@/lib/testing/fakes'
import type { Consent, ConsentStatus } from './consent'
import { continueConsent } from './continue-consent'
import type { ConsentProvider, ProviderFailure } from './provider'
import { createReturnRefs, returnRefHash } from './return-ref'

const refs = createReturnRefs(new Uint8Array(32))
const token = new Secret('the-cookie')
const somebody = 'ffffffff-2f0e-4b39-9a3e-3f6f0f7f4c11'

function setUp(known: Consent[] = [], says: ConsentStatus | ProviderFailure = 'accepted', provider: Partial<ConsentProvider> = {}) {
  const diary = aDiary()
  const consents = consentsInMemory(known, diary)
  for (const { id } of known) consents.refs.set(Buffer.from(returnRefHash(refs.of(id))).toString('hex'), id)
  const session = aSession({ tokenHash: tokenHashOf(token.reveal()) })
  const sessions = sessionsInMemory([session], diary)
  const statuses = ['requested', 'accepted', 'rejected', 'revoked', 'expired'] as const
  const asked: string[] = []
  const getStatus = async (consent: Consent) => {
    asked.push(consent.id)
    return statuses.includes(says as ConsentStatus) ? ok(says as ConsentStatus) : fail(says as ProviderFailure)
  }
  const deps = {
    log: logKept(), clock: clockAt(after(day(0), { minutes: 1 })), newId: randomUUID, consents, sessions, gates: gatesInMemory(), policy: aPolicy(), sessionLimits: { idleMinutes: 15, maxMinutes: 120 },
    subjects: subjectsInMemory([session.subjectRef, aNationalId()]), readings: readingsInMemory(sessions, consents, diary), exchanges: exchangesInMemory(consents, diary), audit: auditInMemory(diary), providers: everyProviderIs(aProvider({ getStatus, ...provider })),
  }
  const go = (returnRef: string | null = null) => continueConsent(deps, { source: aSource(), session, token, returnRef, correlationId: 'K7QM-9XTB-2RWH' })
  return { diary, consents, session, asked, deps, go, held: () => deps.readings.rows.size }
}

describe('a person who has logged in', () => {
  test('for the first time is invited', async () => {
    const { go, diary } = setUp()
    expect(await go()).toEqual({ to: 'invitation' })
    expect(diary.entries).toEqual([])
  })

  test('with a consent that stands gets their balance, and Altinn is not asked about it first', async () => {
    const { go, held, asked } = setUp([aConsent({ status: 'accepted' })])
    expect(await go()).toEqual({ to: 'balance' })
    expect([held(), asked]).toEqual([1, []])
  })

  test('again in the same log-in gets what was read before', async () => {
    const { go, diary } = setUp([aConsent({ status: 'accepted' })])
    await go()
    expect(await go()).toEqual({ to: 'balance' })
    expect(diary.entries).toEqual(['source.read-started', 'source.read: ok'])
  })

  test('with what an earlier consent solution was asked or told is invited: that one is asked nothing any more', async () => {
    for (const status of ['requested', 'accepted', 'rejected'] as const) {
      const { go, asked, held } = setUp([aConsent({ status, provider: 'altinn2' })], 'misconfigured')
      expect(await go()).toEqual({ to: 'invitation' })
      expect([asked, held()]).toEqual([[], 0])
    }
  })

  test('having answered yes meanwhile, and never having come back, gets their balance', async () => {
    const { go, diary } = setUp([aConsent()])
    expect(await go()).toEqual({ to: 'balance' })
    expect(diary.entries).toEqual(['consent.settled: accepted', 'source.read-started', 'source.read: ok'])
  })

  test.each(['rejected', 'requested', 'revoked'] as const)('whose request is %s sees that', async (says) => {
    const consent = aConsent()
    expect(await setUp([consent], says).go()).toEqual({ to: 'consent', consentId: consent.id, trouble: null })
  })

  test('whose request ran out unanswered is invited anew: there is nothing to tell', async () => {
    expect(await setUp([aConsent()], 'expired').go()).toEqual({ to: 'invitation' })
    expect(await setUp([aConsent({ status: 'expired', settledAt: day(0) })]).go()).toEqual({ to: 'invitation' })
  })

  test.each([{ status: 'revoked', settledAt: day(0) }, { status: 'expired', validTo: day(0), settledAt: day(0) }, { status: 'accepted', validTo: day(0) }] as const)('whose last consent has ended hears of that before they are asked anew: %o', async (but) => {
    const consent = aConsent(but)
    expect(await setUp([consent]).go()).toEqual({ to: 'consent', consentId: consent.id, trouble: null })
  })

  test.each(['provider-unavailable', 'credentials-unavailable', 'misconfigured', 'provider-refused'] as const)('while Altinn says %s sees the request as it stands, and why', async (says) => {
    const consent = aConsent()
    const { go, consents, diary } = setUp([consent], says)
    expect(await go()).toEqual({ to: 'consent', consentId: consent.id, trouble: says })
    expect([consents.rows.get(consent.id)?.status, diary.entries]).toEqual(['requested', []])
  })

  test('whose consent turns out to be withdrawn sees that consent', async () => {
    const consent = aConsent({ status: 'accepted' })
    const { go, held } = setUp([consent], 'revoked', { getCredentials: async () => ({ ...fail('consent-not-active', 'revoked'), status: 'revoked' }) })
    expect(await go()).toEqual({ to: 'consent', consentId: consent.id, trouble: null })
    expect(held()).toBe(0)
  })

  test.each(['provider-unavailable', 'credentials-unavailable', 'misconfigured'] as const)('whose balance cannot be had (%s) is told so on the page of the balance', async (reason) => {
    expect(await setUp([aConsent({ status: 'accepted' })], 'accepted', { getCredentials: async () => fail(reason) }).go()).toEqual({ to: 'balance' })
  })
})

describe('a person who comes back from Altinn', () => {
  test.each([['accepted', 'balance'], ['rejected', 'consent'], ['requested', 'consent'], ['revoked', 'consent'], ['expired', 'invitation']] as const)('with a request that is %s now goes to: %s', async (says, to) => {
    const consent = aConsent()
    const next = await setUp([consent], says).go(refs.of(consent.id))
    expect(next).toEqual(to === 'consent' ? { to, consentId: consent.id, trouble: null } : { to })
  })

  test('is believed nothing: Altinn is asked', async () => {
    const consent = aConsent()
    const { go, asked } = setUp([consent], 'rejected')
    await go(refs.of(consent.id))
    expect(asked).toEqual([consent.id])
  })

  test('twice finds it done', async () => {
    const consent = aConsent()
    const { go, diary } = setUp([consent])
    const answers = [await go(refs.of(consent.id)), await go(refs.of(consent.id)), ...(await Promise.all([go(refs.of(consent.id)), go(refs.of(consent.id))]))]
    expect(answers).toEqual(Array(4).fill({ to: 'balance' }))
    expect(diary.entries).toEqual(['consent.settled: accepted', 'source.read-started', 'source.read: ok'])
  })

  test('in two tabs at once is settled once and read once', async () => {
    const consent = aConsent()
    const { go, diary, held } = setUp([consent])
    await Promise.all([go(refs.of(consent.id)), go(refs.of(consent.id))])
    expect(diary.entries).toEqual(['consent.settled: accepted', 'source.read-started', 'source.read: ok'])
    expect(held()).toBe(1)
  })

  test('with somebody else’s reference changes and sees nothing of theirs; that is logged', async () => {
    const theirs = aConsent({ subjectRef: somebody })
    const { go, diary, consents, asked, session } = setUp([theirs])
    expect(await go(refs.of(theirs.id))).toEqual({ to: 'wrong-person' })
    expect([consents.rows.get(theirs.id)?.status, asked]).toEqual(['requested', []])
    expect(diary.events).toMatchObject([{ type: 'consent.wrong-person', subjectRef: session.subjectRef, consentId: theirs.id, actor: 'applicant' }])
  })

  test('with somebody else’s reference that is answered already goes on with their own', async () => {
    const theirs = aConsent({ subjectRef: somebody, status: 'accepted' })
    expect(await setUp([theirs]).go(refs.of(theirs.id))).toEqual({ to: 'invitation' })
  })

  test.each(['', 'x', 'a'.repeat(43), '../../x', refs.of(randomUUID())])('with a reference that nobody made (%j) goes on as if there were none', async (ref) => {
    const { go, diary } = setUp([aConsent({ status: 'accepted' })])
    expect(await go(ref)).toEqual({ to: 'balance' })
    expect(diary.entries).toEqual(['source.read-started', 'source.read: ok'])
  })
})
