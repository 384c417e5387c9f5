import { describe, expect, test } from 'vitest'
import { fail, ok } from '@/lib/result'
import { aConsent, after, day } from '@/lib/testing/builders'
import { aDiary, aProvider, clockAt, consentsInMemory, feedsInMemory, subjectsInMemory } from '@/lib/testing/fakes'
import type { Consent, ConsentStatus } from './consent'
import { followConsentEvents } from './follow-consent-events'
import type { ConsentNews, ConsentProvider } from './provider'

const noon = day(10)
const accepted = () => aConsent({ status: 'accepted', settledAt: day(0) })
const newsOf = (consent: Consent, status: ConsentStatus, at = after(noon, { minutes: -6 })): ConsentNews => ({ reference: consent.reference, status, at })

function setUp(consents: readonly Consent[], provider: Partial<ConsentProvider>) {
  const diary = aDiary()
  const clock = clockAt(noon)
  const asked: Date[] = []
  const altinn3 = aProvider({ ...provider, listNews: async (since, signal) => (asked.push(since), provider.listNews?.(since, signal) ?? ok([])) })
  const store = consentsInMemory(consents, diary)
  const feeds = feedsInMemory()
  const follow = () => followConsentEvents({ clock, consents: store, feeds, subjects: subjectsInMemory(), providers: { altinn3, altinn2: altinn3 } }, { provider: 'altinn3', coveredBy: '311111116', everySeconds: 60, correlationId: 'c' })
  return { diary, clock, asked, store, feeds, follow }
}

describe('what Altinn tells us', () => {
  test('a consent withdrawn there is closed here', async () => {
    const consent = accepted()
    const { follow, store, diary } = setUp([consent], { listNews: async () => ok([newsOf(consent, 'revoked')]), getStatus: async () => ok('revoked') })
    expect(await follow()).toEqual(ok({ settled: 1 }))
    expect(store.rows.get(consent.id)?.status).toBe('revoked')
    expect(diary.entries).toEqual(['consent.closed: revoked'])
  })

  test('an event is a hint: when the status says otherwise, nothing is closed', async () => {
    const consent = accepted()
    const { follow, store, diary } = setUp([consent], { listNews: async () => ok([newsOf(consent, 'revoked')]), getStatus: async () => ok('accepted') })
    expect(await follow()).toEqual(ok({ settled: 0 }))
    expect(store.rows.get(consent.id)?.status).toBe('accepted')
    expect(diary.entries).toEqual([])
  })

  test('a person who answered and never came back is settled', async () => {
    const consent = aConsent()
    const { follow, store } = setUp([consent], { listNews: async () => ok([newsOf(consent, 'accepted')]), getStatus: async () => ok('accepted') })
    await follow()
    expect(store.rows.get(consent.id)?.status).toBe('accepted')
  })

  test('what we know already, and what is not ours, costs no question', async () => {
    const consent = accepted()
    const { follow } = setUp([consent], {
      listNews: async () => ok([newsOf(consent, 'accepted'), newsOf(aConsent(), 'revoked')]),
      getStatus: async () => Promise.reject(new Error('asked for nothing')),
    })
    expect(await follow()).toEqual(ok({ settled: 0 }))
  })

  test('the last word on a consent counts', async () => {
    const consent = aConsent()
    const asked: string[] = []
    const { follow, store } = setUp([consent], {
      listNews: async () => ok([newsOf(consent, 'accepted'), newsOf(consent, 'revoked')]),
      getStatus: async ({ reference }) => (asked.push(reference), ok('revoked')),
    })
    await follow()
    expect(asked).toEqual([consent.reference])
    expect(store.rows.get(consent.id)?.status).toBe('revoked')
  })
})

describe('how far the feed is read', () => {
  test('the first time an hour and the overlap back, then from the newest event less the overlap', async () => {
    const consent = accepted()
    const { follow, asked, clock } = setUp([consent], { listNews: async () => ok([newsOf(consent, 'accepted', after(noon, { minutes: -7 }))]) })
    await follow()
    clock.set(after(noon, { minutes: 1 }))
    await follow()
    expect(asked).toEqual([after(noon, { minutes: -70 }), after(noon, { minutes: -17 })])
  })

  test('after an outage it looks back to where it stopped', async () => {
    const { follow, asked, clock, feeds } = setUp([], {})
    await feeds.advance('altinn3/311111116', day(2), day(2))
    clock.set(day(9))
    await follow()
    expect(asked).toEqual([after(day(2), { minutes: -10 })])
  })

  test('not before it is time again', async () => {
    const { follow, asked, clock } = setUp([], {})
    await follow()
    clock.set(after(noon, { seconds: 30 }))
    await follow()
    expect(asked).toHaveLength(1)
  })

  test('a clock that was set back does not stop it', async () => {
    const { follow, asked, clock } = setUp([], {})
    await follow()
    clock.set(after(noon, { hours: -1 }))
    await follow()
    expect(asked).toHaveLength(2)
  })

  test('when a status cannot be had, the feed is read from there again', async () => {
    const [first, second] = [accepted(), accepted()]
    const firstAt = after(noon, { minutes: -9 })
    let away = true
    const { follow, asked, clock, store } = setUp([first, second], {
      listNews: async () => ok([newsOf(first, 'revoked', firstAt), newsOf(second, 'revoked')]),
      getStatus: async () => (away ? fail('provider-unavailable') : ok('revoked')),
    })
    expect(await follow()).toMatchObject({ ok: false, reason: 'provider-unavailable' })
    away = false
    clock.set(after(noon, { minutes: 2 }))
    expect(await follow()).toEqual(ok({ settled: 2 }))
    expect(asked[1]).toEqual(after(firstAt, { minutes: -10 }))
    expect([first, second].map(({ id }) => store.rows.get(id)?.status)).toEqual(['revoked', 'revoked'])
  })

  test.each(['misconfigured', 'provider-refused'] as const)('one consent that Altinn will not speak of (%s) keeps nobody else’s from being closed, now or later', async (reason) => {
    const [odd, other] = [accepted(), accepted()]
    const { follow, asked, clock, store } = setUp([odd, other], {
      listNews: async () => ok([newsOf(odd, 'revoked', after(noon, { minutes: -9 })), newsOf(other, 'revoked', after(noon, { minutes: -6 }))]),
      getStatus: async ({ id }) => (id === odd.id ? fail(reason) : ok('revoked')),
    })
    expect(await follow()).toMatchObject({ ok: false, reason })
    expect(store.rows.get(other.id)?.status).toBe('revoked')
    clock.set(after(noon, { minutes: 2 }))
    await follow()
    expect(asked[1]).toEqual(after(noon, { minutes: -16 }))
  })

  test('when the feed cannot be had, nothing moves', async () => {
    const { follow, feeds } = setUp([], { listNews: async () => fail('provider-unavailable') })
    expect(await follow()).toMatchObject({ ok: false })
    expect(await feeds.position('altinn3/311111116')).toBeNull()
  })
})
