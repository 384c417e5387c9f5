import { describe, expect, test } from 'vitest'
import type { Consent } from '@/lib/consent/consent'
import type { Session } from '@/lib/session/session'
import { aConsent, after, aPolicy, aSession, day } from '@/lib/testing/builders'
import { clockAt, consentsInMemory, gatesInMemory } from '@/lib/testing/fakes'
import { whyNoReading } from './why-no-reading'

const now = day(10)
async function why(session: Partial<Session> = {}, consents: readonly Consent[] = [aConsent({ status: 'accepted' })], gateUntil?: Date) {
  const gates = gatesInMemory()
  if (gateUntil) gates.close('lanekassen', gateUntil)
  return whyNoReading({ clock: clockAt(now), consents: consentsInMemory(consents), policy: aPolicy(), gates }, aSession(session))
}

describe('why there is nothing to show', () => {
  test('nobody has been asked for a consent', async () => {
    expect(await why({}, [])).toEqual({ why: 'no-consent' })
  })

  test.each(['requested', 'rejected'] as const)('the consent was %s', async (status) => {
    expect(await why({}, [aConsent({ status })])).toEqual({ why: 'no-consent' })
  })

  test.each([
    ['withdrawn', { status: 'revoked' }],
    ['run out by the clock, and nobody has noticed', { status: 'accepted', validTo: now }],
    ['closed as run out', { status: 'expired', validTo: day(9) }],
  ] as const)('the consent has been %s: that is told with the consent', async (_how, but) => {
    const consent = aConsent(but)
    expect(await why({ readFailure: 'consent-ended' }, [consent])).toEqual({ why: 'consent-closed', consent })
  })

  test('a request that nobody answered ran out: that is no consent that ended', async () => {
    expect(await why({}, [aConsent({ status: 'expired', validTo: day(300) })])).toEqual({ why: 'no-consent' })
  })

  test('an old consent was withdrawn, and a newer one stands', async () => {
    expect(await why({}, [aConsent({ status: 'revoked', requestedAt: day(1) }), aConsent({ status: 'accepted', requestedAt: day(2) })])).toEqual({ why: 'not-read' })
  })

  test('this log-in has read, and what it read is gone', async () => {
    expect(await why({ readAt: day(9), readFailure: 'source-busy' })).toEqual({ why: 'read-and-gone' })
  })

  test('somebody is reading just now, until their time is up', async () => {
    expect(await why({ readingUntil: after(now, { ms: 1 }) })).toEqual({ why: 'underway' })
    expect(await why({ readingUntil: now })).toEqual({ why: 'not-read' })
  })

  test('nobody has read yet', async () => {
    expect(await why()).toEqual({ why: 'not-read' })
  })

  test.each(['provider-unavailable', 'provider-refused', 'credentials-unavailable', 'misconfigured', 'source-unavailable', 'not-a-customer', 'consent-refused', 'unexpected-answer'] as const)('the last attempt gave %s', async (readFailure) => {
    expect(await why({ readFailure }, undefined, after(now, { seconds: 30 }))).toEqual({ why: readFailure, until: null })
  })

  test('the source is busy, and until when', async () => {
    expect(await why({ readFailure: 'source-busy' }, undefined, after(now, { seconds: 30 }))).toEqual({ why: 'source-busy', until: after(now, { seconds: 30 }) })
    expect(await why({ readFailure: 'source-busy' }, undefined, now)).toEqual({ why: 'source-busy', until: null })
  })

  test.each(['consent-ended', '', 'constructor', 'toString', 'a word from an older version'])('%j in the row means that nothing has been tried', async (readFailure) => {
    expect(await why({ readFailure })).toEqual({ why: 'not-read' })
  })
})
