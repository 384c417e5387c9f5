import { expect, test } from 'vitest'
import { fail, ok } from '@/lib/result'
import { aConsent, after, day } from '@/lib/testing/builders'
import { aDiary, aProvider, clockAt, everyProviderIs, consentsInMemory, subjectsInMemory } from '@/lib/testing/fakes'
import type { Consent } from './consent'
import { expireConsents } from './expire-consents'
import type { ConsentProvider } from './provider'

function setUp(consent: Consent, now: Date, provider: Partial<ConsentProvider> = {}) {
  const diary = aDiary()
  const store = consentsInMemory([consent], diary)
  const run = () => expireConsents({ clock: clockAt(now), consents: store, subjects: subjectsInMemory(), providers: everyProviderIs(aProvider(provider)) }, 'c')
  return { run, diary, status: () => store.rows.get(consent.id)?.status }
}
const accepted = aConsent({ status: 'accepted', settledAt: day(0), validTo: day(364) })

test('a consent ends at its very instant, and not a millisecond before', async () => {
  const before = setUp(accepted, after(day(364), { ms: -1 }))
  expect(await before.run()).toBe(0)
  expect(before.status()).toBe('accepted')

  const at = setUp(accepted, day(364))
  expect(await at.run()).toBe(1)
  expect(at.status()).toBe('expired')
  expect(at.diary.entries).toEqual(['consent.closed: expired'])
})

test('a request nobody answered for a day is given up, after Altinn has been asked', async () => {
  const { run, status, diary } = setUp(aConsent({ requestedAt: day(0) }), day(1), { getStatus: async () => ok('requested') })
  expect(await run()).toBe(1)
  expect(status()).toBe('expired')
  expect(diary.entries).toEqual(['consent.settled: expired'])
})

test('somebody who answered yes and never came back keeps their consent', async () => {
  const { run, status } = setUp(aConsent({ requestedAt: day(0) }), day(1), { getStatus: async () => ok('accepted') })
  expect(await run()).toBe(0)
  expect(status()).toBe('accepted')
})

test('while Altinn is away, no request is given up', async () => {
  const { run, status } = setUp(aConsent({ requestedAt: day(0) }), day(3), { getStatus: async () => fail('provider-unavailable') })
  expect(await run()).toBe(0)
  expect(status()).toBe('requested')
})

test('a request of today is left alone', async () => {
  const { run } = setUp(aConsent({ requestedAt: day(0) }), after(day(0), { hours: 23 }), { getStatus: async () => Promise.reject(new Error('not asked')) })
  expect(await run()).toBe(0)
})
