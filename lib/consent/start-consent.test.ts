import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { fail, ok } from '@/lib/result'
import { aConsent, aNationalId, after, aPolicy, day, digits, othersDigits } from '@/lib/testing/builders'
import { aDiary, aProvider, clockAt, consentsInMemory, subjectsInMemory } from '@/lib/testing/fakes'
import type { Consent, ConsentStatus } from './consent'
import type { ConsentProvider, ConsentRequest } from './provider'
import { createReturnRefs, returnRefHash } from './return-ref'
import { startConsent } from './start-consent'

const me = '5f1d9a52-2f0e-4b39-9a3e-3f6f0f7f4c11'
const somebody = '00000000-2f0e-4b39-9a3e-3f6f0f7f4c11'

function setUp(known: Consent[] = [], provider: Partial<ConsentProvider> = {}) {
  const diary = aDiary()
  const consents = consentsInMemory(known, diary)
  const clock = clockAt(day(0))
  const asked: ConsentRequest[] = []
  const honest = aProvider(provider)
  const altinn3 = {
    ...honest,
    requestConsent: async (request: ConsentRequest, signal?: AbortSignal) => {
      diary.note(`ask altinn for ${consents.rows.has(request.id) ? 'a request that is written down' : 'something unheard of'}`)
      asked.push(request)
      return honest.requestConsent(request, signal)
    },
  }
  const policy = aPolicy()
  const returnRefs = createReturnRefs(new Uint8Array(32))
  const deps = { clock, newId: randomUUID, consents, subjects: subjectsInMemory([me, aNationalId()], [somebody, aNationalId(othersDigits)]), providers: { altinn3, altinn2: altinn3 }, returnRefs, policy }
  return { diary, consents, clock, asked, policy, returnRefs, deps, start: (subjectRef = me, renew = false) => startConsent(deps, { subjectRef, renew, noticeLanguage: 'nn', correlationId: 'K7QM-9XTB-2RWH' }) }
}

describe('a person who wants to see their balance', () => {
  test('is sent to Altinn, with a request that was written down before anybody was asked', async () => {
    const { start, diary, consents, asked } = setUp()
    const started = await start()
    const [row] = consents.rows.values()
    expect(started).toEqual({ ok: true, value: { kind: 'asked', consentUrl: `https://altinn.example/consent/request?id=${row?.id}` } })
    expect(diary.entries).toEqual(['consent.requested', 'ask altinn for a request that is written down'])
    expect(row).toMatchObject({ status: 'requested', subjectRef: me, requestedAt: day(0), validTo: after(day(0), { hours: 24 * 364 }), reference: asked[0]?.id, noticeVersion: '2026-11', noticeLanguage: 'nn', coveredByName: 'Testbanken AS', coveredBy: '311111116', handledBy: null })
    expect(diary.events[0]).toMatchObject({ type: 'consent.requested', subjectRef: me, consentId: row?.id, actor: 'applicant', correlationId: 'K7QM-9XTB-2RWH' })
  })

  test('is asked anew where an earlier consent solution was asked and never answered: that one is not asked about it', async () => {
    const { start, consents, deps } = setUp([aConsent({ provider: 'altinn2', requestedAt: after(day(0), { hours: -48 }) })])
    deps.providers.altinn2 = { ...deps.providers.altinn2, getStatus: async () => fail('misconfigured') }
    expect(await start()).toMatchObject({ ok: true, value: { kind: 'asked' } })
    expect([...consents.rows.values()].map(({ provider, status }) => `${provider} ${status}`)).toEqual(['altinn2 expired', 'altinn3 requested'])
  })

  test('is the one who is asked for the consent, and comes back with a reference that only we can make', async () => {
    const { start, asked, returnRefs, consents } = setUp()
    await start()
    const [request] = asked
    expect(request?.offeredBy.reveal()).toBe(digits)
    expect(request?.redirectUrl).toBe(`https://bank.example/consent/return?s=${returnRefs.of(request?.id ?? '')}`)
    expect((await consents.findByReturnRef(returnRefHash(returnRefs.of(request?.id ?? ''))))?.id).toBe(request?.id)
    expect(request).toMatchObject({ coveredByName: 'Testbanken AS', resource: 'slk_5498_1', language: 'nn' })
  })

  test('and has a usable consent is not asked again', async () => {
    const usable = aConsent({ status: 'accepted' })
    const { start, asked, diary } = setUp([usable])
    expect(await start()).toEqual({ ok: true, value: { kind: 'usable', consent: usable } })
    expect([asked, diary.events]).toEqual([[], []])
  })

  test('and has not answered yet is sent to the same request, word for word', async () => {
    const { start, asked, diary, clock } = setUp()
    const first = await start()
    clock.set(after(day(0), { hours: 23 }))
    expect(await start()).toEqual(first)
    expect(asked[1]).toEqual(asked[0])
    expect(diary.events).toHaveLength(1)
  })

  test('and left it unanswered for a day is asked anew; the old one is told as expired', async () => {
    const { start, asked, diary, clock, consents } = setUp([], { getStatus: async () => ok('requested') })
    await start()
    clock.set(day(1))
    expect((await start()).ok).toBe(true)
    expect(asked[1]?.id).not.toBe(asked[0]?.id)
    expect(consents.rows.get(asked[0]?.id ?? '')?.status).toBe('expired')
    expect(diary.events.map(({ type, outcome, consentId }) => [type, outcome, consentId === asked[0]?.id])).toEqual([['consent.requested', null, true], ['consent.settled', 'expired', true], ['consent.requested', null, false]])
  })

  test('and answered yes without coming back is not asked anew, however late they come', async () => {
    const { start, asked, diary, clock } = setUp()
    await start()
    clock.set(day(2))
    expect(await start()).toMatchObject({ ok: true, value: { kind: 'usable', consent: { id: asked[0]?.id, status: 'accepted' } } })
    expect(asked).toHaveLength(1)
    expect(diary.events.map(({ type, outcome }) => [type, outcome])).toEqual([['consent.requested', null], ['consent.settled', 'accepted']])
  })

  test('and answered no without coming back is asked anew, and the no is told as a no', async () => {
    const { start, asked, diary, clock } = setUp([], { getStatus: async () => ok('rejected') })
    await start()
    clock.set(day(2))
    expect(await start()).toMatchObject({ ok: true, value: { kind: 'asked' } })
    expect(asked).toHaveLength(2)
    expect(diary.events.map(({ type, outcome }) => [type, outcome])).toEqual([['consent.requested', null], ['consent.settled', 'rejected'], ['consent.requested', null]])
  })

  test.each<ConsentStatus>(['rejected', 'revoked', 'expired'])('and whose last consent was %s is asked anew', async (status) => {
    const { start, asked } = setUp([aConsent({ status })])
    expect(await start()).toMatchObject({ ok: true, value: { kind: 'asked' } })
    expect(asked).toHaveLength(1)
  })

  test('and whose consent has run out by the clock is asked anew', async () => {
    const { start, asked } = setUp([aConsent({ status: 'accepted', validTo: day(0) })])
    expect(await start()).toMatchObject({ ok: true, value: { kind: 'asked' } })
    expect(asked).toHaveLength(1)
  })

  test('clicks twice and is asked once: both clicks lead to the same page', async () => {
    const { start, diary, consents } = setUp()
    const [first, second] = await Promise.all([start(), start()])
    expect(first).toEqual(second)
    expect(consents.rows.size).toBe(1)
    expect(diary.events).toHaveLength(1)
  })

  test('does not get to another’s consent', async () => {
    const theirs = aConsent({ status: 'accepted', subjectRef: somebody })
    const { start, consents } = setUp([theirs])
    expect(await start()).toMatchObject({ ok: true, value: { kind: 'asked' } })
    expect([...consents.rows.values()].map(({ subjectRef }) => subjectRef)).toEqual([somebody, me])
  })

  test.each([{ resource: 'slk-other' }, { coveredBy: '312222221' }])('does not get to see anything on a consent for something else: %o', async (but) => {
    const { start } = setUp([aConsent({ status: 'accepted', ...but })])
    expect(await start()).toMatchObject({ ok: true, value: { kind: 'asked' } })
  })
})

describe('renewing a consent', () => {
  test('asks anew while the old one stands, from thirty days before its end', async () => {
    const old = aConsent({ status: 'accepted', validTo: day(30) })
    const { start, asked, consents } = setUp([old])
    expect(await start(me, true)).toMatchObject({ ok: true, value: { kind: 'asked' } })
    expect(asked[0]?.id).not.toBe(old.id)
    expect([...consents.rows.values()].map(({ status }) => status)).toEqual(['accepted', 'requested'])
  })

  test('twice asks once', async () => {
    const { start, asked, consents } = setUp([aConsent({ status: 'accepted', validTo: day(30) })])
    await start(me, true)
    await start(me, true)
    expect(asked[1]).toEqual(asked[0])
    expect(consents.rows.size).toBe(2)
  })

  test('sooner than that asks nobody, and nor does anybody who did not ask for it', async () => {
    for (const [validTo, renew] of [[after(day(30), { ms: 1 }), true], [day(1), false]] as const) {
      const { start, asked } = setUp([aConsent({ status: 'accepted', validTo })])
      expect(await start(me, renew)).toMatchObject({ ok: true, value: { kind: 'usable' } })
      expect(asked).toEqual([])
    }
  })
})

describe('when Altinn cannot be asked', () => {
  test.each(['provider-unavailable', 'provider-refused', 'credentials-unavailable', 'misconfigured'] as const)('%s is told, and the request is taken up again when it can', async (reason) => {
    let away = true
    const { start, asked, consents } = setUp([], { requestConsent: async ({ id }) => (away ? fail(reason) : { ok: true, value: { reference: id, consentUrl: 'https://altinn.example/' } }) })
    expect(await start()).toEqual({ ok: false, reason })
    expect([...consents.rows.values()]).toMatchObject([{ status: 'requested' }])
    away = false
    expect((await start()).ok).toBe(true)
    expect(asked[1]).toEqual(asked[0])
    expect(consents.rows.size).toBe(1)
  })

  test.each(['provider-unavailable', 'credentials-unavailable', 'misconfigured'] as const)('about an old request, %s is told, and the request stands: somebody may have answered it', async (reason) => {
    const old = aConsent({ requestedAt: day(-2) })
    const { start, asked, diary } = setUp([old], { getStatus: async () => fail(reason) })
    expect(await start()).toMatchObject({ ok: false, reason })
    expect([asked, diary.events]).toEqual([[], []])
  })

  test('and nothing is asked when it cannot be written down', async () => {
    const { start, asked, diary } = setUp()
    diary.refuse(() => true)
    await expect(start()).rejects.toThrow()
    expect(asked).toEqual([])
  })

  test('because another request was made and answered in the same moment, it is told', async () => {
    const { deps } = setUp()
    const taken = { ...deps.consents, add: async () => fail('already-asked') }
    expect(await startConsent({ ...deps, consents: taken }, { subjectRef: me, correlationId: 'K7QM-9XTB-2RWH' })).toMatchObject({ ok: false, reason: 'provider-unavailable' })
  })
})
