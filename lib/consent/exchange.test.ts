import { describe, expect, test } from 'vitest'
import { after, aConsent, day } from '@/lib/testing/builders'
import type { ExchangeMark } from './consent'
import { exchangeStanding, isStuck } from './exchange'

const standing = (exchange: ExchangeMark | null, seconds: number) => exchangeStanding(aConsent({ exchange, exchangeAt: exchange && day(0) }), after(day(0), { ms: seconds * 1000 }))

describe('a consent may be exchanged', () => {
  test('when it never was', () => {
    expect(standing(null, 0)).toBe('open')
  })

  test('again when its exchange has served: whether the source has forgotten is for the source to say', () => {
    expect(standing('used', 1)).toBe('open')
    expect(standing('used', 86_400 * 364)).toBe('open')
  })
})

describe('a consent waits', () => {
  test.each(['begun', 'given'] as const)('while somebody may be at it (%s): twelve seconds, and not one more', (mark) => {
    expect([0, 9, 11.999].map((seconds) => standing(mark, seconds))).toEqual(['underway', 'underway', 'underway'])
    expect(standing(mark, 12)).not.toBe('underway')
  })

  test('for nobody who said when they began in the wrong way: without a time there is nobody', () => {
    expect(exchangeStanding(aConsent({ exchange: 'begun', exchangeAt: null }), day(0))).toBe('exchange-unknown')
  })

  test('also for somebody whose clock is ahead of ours', () => {
    expect(standing('begun', -5)).toBe('underway')
  })
})

describe('a consent is stuck', () => {
  test.each([['begun', 12, 'exchange-unknown'], ['lost', 0, 'exchange-unknown'], ['given', 12, 'token-spent'], ['spent', 0, 'token-spent']] as const)('when its exchange is %s after %d s: %s', (mark, seconds, expected) => {
    expect(standing(mark, seconds)).toBe(expected)
    expect(isStuck({ exchange: mark, exchangeAt: day(0) }, after(day(0), { seconds }))).toBe(true)
  })

  test.each([null, 'used', 'begun', 'given'] as const)('not when it is %s just now', (exchange) => {
    expect(isStuck({ exchange, exchangeAt: day(0) }, day(0))).toBe(false)
  })
})
