import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aConsent, after, day } from '@/lib/testing/builders'
import { consentValidTo, isRunningOut, isUnanswered, isUsable, moveTo, sourceKnows, type ConsentStatus } from './consent'

const statuses = ['requested', 'accepted', 'rejected', 'revoked', 'expired'] as const
const legal: readonly `${ConsentStatus} → ${ConsentStatus}`[] = ['requested → accepted', 'requested → rejected', 'requested → expired', 'accepted → revoked', 'accepted → expired']
const moves = statuses.flatMap((from) => statuses.map((to) => [from, to] as const))

describe('which moves a consent may make', () => {
  test.each(moves)('%s → %s', (from, to) => {
    const moved = moveTo(aConsent({ status: from }), to, day(1))
    if (legal.includes(`${from} → ${to}`)) expect(moved).toMatchObject({ ok: true, value: { status: to, settledAt: day(1) } })
    else expect(moved).toEqual({ ok: false, reason: 'not-allowed', detail: `${from} → ${to}` })
  })

  test('nothing ever comes back from rejected, revoked or expired, whatever is tried', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...statuses), { maxLength: 30 }), (tries) => {
        let consent = aConsent()
        let ended: ConsentStatus | null = null
        for (const status of tries) {
          const moved = moveTo(consent, status, day(1))
          if (moved.ok) consent = moved.value
          if (ended !== null) expect(consent.status).toBe(ended)
          if (['rejected', 'revoked', 'expired'].includes(consent.status)) ended = consent.status
        }
      }),
    )
  })

  test('a move changes the status and its time, and nothing else', () => {
    const before = aConsent({ status: 'accepted', settledAt: day(0) })
    const moved = moveTo(before, 'revoked', day(1))
    expect(moved.ok && moved.value).toEqual({ ...before, status: 'revoked', settledAt: day(1) })
    expect(before.status).toBe('accepted')
  })
})

describe('whether a consent may be used', () => {
  test.each(statuses)('%s: only an accepted one', (status) => {
    expect(isUsable(aConsent({ status }), day(1))).toBe(status === 'accepted')
  })

  test('until the very instant it ends', () => {
    const consent = aConsent({ status: 'accepted', validTo: day(2) })
    expect(isUsable(consent, after(day(2), { ms: -1 }))).toBe(true)
    expect(isUsable(consent, day(2))).toBe(false)
  })
})

test('a consent runs out from thirty days before its end', () => {
  const consent = aConsent({ validTo: day(100) })
  expect([after(day(70), { ms: -1 }), day(70), day(99), day(101)].map((now) => isRunningOut(consent, now))).toEqual([false, true, true, true])
})

test('a source knows a consent that it has answered on, by the way in which it was shown', () => {
  expect(sourceKnows(aConsent(), 'altinn3-both')).toBe(false)
  expect(sourceKnows(aConsent({ sourceKnowsSince: day(0), sourceKnowsVia: 'altinn3-both' }), 'altinn3-both')).toBe(true)
  expect(sourceKnows(aConsent({ sourceKnowsSince: day(0), sourceKnowsVia: 'altinn3-single' }), 'altinn3-both')).toBe(false)
  expect(sourceKnows(aConsent({ sourceKnowsSince: day(0), sourceKnowsVia: null }), 'altinn3-both')).toBe(false)
})

describe('whether a request is taken up again', () => {
  test.each(statuses)('%s: only an unanswered one', (status) => {
    expect(isUnanswered(aConsent({ status }), day(0))).toBe(status === 'requested')
  })

  test('for a day', () => {
    expect(isUnanswered(aConsent(), after(day(1), { ms: -1 }))).toBe(true)
    expect(isUnanswered(aConsent(), day(1))).toBe(false)
  })

  test('and not when what it asks for would be over', () => {
    expect(isUnanswered(aConsent({ validTo: after(day(0), { hours: 1 }) }), after(day(0), { hours: 1 }))).toBe(false)
  })
})

/** The same date and time of day a year on, in whole days by the calendar; for 29 February the 28th. */
function aYearAfter(now: Date): Date {
  const [year, month, date] = [now.getUTCFullYear() + 1, now.getUTCMonth(), now.getUTCDate()]
  const lastOfMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return new Date(Date.UTC(year, month, Math.min(date, lastOfMonth)) + (now.getTime() % 86_400_000))
}
/** Clock, date and offset on a wall in Oslo. */
const inOslo = (date: Date) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo', dateStyle: 'short', timeStyle: 'medium' }).format(date)
const instants = fc.date({ min: new Date('2024-01-01T00:00:00Z'), max: new Date('2060-12-31T00:00:00Z'), noInvalidDate: true })
const many = { numRuns: 10_000 }

describe('how long a consent is asked for', () => {
  test('never longer than one calendar year less a day, whenever and for however many days', () => {
    fc.assert(fc.property(instants, fc.integer({ min: 1, max: 400 }), (now, days) => consentValidTo(now, days).getTime() + 86_400_000 <= aYearAfter(now).getTime()), many)
  })

  test('never longer than a year by the calendar on a wall in Oslo either, whatever summer time does', () => {
    fc.assert(fc.property(instants, (now) => inOslo(consentValidTo(now, 400)) < inOslo(aYearAfter(now))), many)
  })

  test('for exactly as many days as the bank chose, when a year has room for them', () => {
    fc.assert(fc.property(instants, fc.integer({ min: 1, max: 364 }), (now, days) => consentValidTo(now, days).getTime() - now.getTime() === days * 86_400_000), many)
  })

  test.each([
    ['2027-06-15T12:00:00Z', '2028-06-14T12:00:00.000Z'],
    ['2028-02-29T12:00:00Z', '2029-02-27T12:00:00.000Z'],
    ['2028-02-28T12:00:00Z', '2029-02-27T12:00:00.000Z'],
    ['2027-02-28T12:00:00Z', '2028-02-27T12:00:00.000Z'],
    ['2027-03-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['2026-12-31T23:59:59.999Z', '2027-12-30T23:59:59.999Z'],
    ['2027-01-01T00:00:00Z', '2027-12-31T00:00:00.000Z'],
    ['2027-03-28T01:00:00Z', '2028-03-27T01:00:00.000Z'],
    ['2026-10-25T00:30:00Z', '2027-10-24T00:30:00.000Z'],
  ])('asked at %s for as long as may be, it ends at %s', (now, end) => {
    expect(consentValidTo(new Date(now), 400).toISOString()).toBe(end)
  })

  test('does not change the instant it was given', () => {
    const now = day(0)
    consentValidTo(now, 364)
    expect(now).toEqual(day(0))
  })
})
