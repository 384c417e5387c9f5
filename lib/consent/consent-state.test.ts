import { describe, expect, test } from 'vitest'
import { aConsent, after, day } from '@/lib/testing/builders'
import { consentState, isAnswered, isOpen } from './consent-state'

const accepted = aConsent({ status: 'accepted', settledAt: day(0) })
const cases = [
  ['unanswered', aConsent(), after(day(0), { hours: 1 }), { answered: false, open: true }],
  ['request-expired', aConsent(), day(2), { answered: false, open: false }],
  ['request-expired', aConsent({ status: 'expired', settledAt: day(2) }), day(800), { answered: false, open: false }],
  ['active', accepted, day(363), { answered: true, open: true }],
  ['expired', accepted, day(364), { answered: true, open: false }],
  ['expired', aConsent({ status: 'expired', settledAt: day(364) }), day(800), { answered: true, open: false }],
  ['refused', aConsent({ status: 'rejected', settledAt: day(0) }), day(1), { answered: true, open: false }],
  ['withdrawn', aConsent({ status: 'revoked', settledAt: day(5) }), day(6), { answered: true, open: false }],
  ['stopped-here', aConsent({ status: 'revoked', settledAt: day(5), stoppedHereAt: day(5) }), day(6), { answered: true, open: false }],
] as const

describe('how a consent stands', () => {
  test.each(cases)('%s', (state, consent, now, { answered, open }) => {
    expect(consentState(consent, now)).toBe(state)
    expect([isAnswered(consent, now), isOpen(consent, now)]).toEqual([answered, open])
  })
})
