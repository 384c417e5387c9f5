import { describe, expect, test } from 'vitest'
import { AUDIT_MONTHS, keptPeriods, PERSON_WITHOUT_CONSENT_DAYS, periodOf, periodOfMonths, policy } from './policy'

describe('a length of time', () => {
  test.each([
    [1, 1, 'days'], [30, 30, 'days'], [364, 364, 'days'], [365, 1, 'years'], [366, 1, 'years'], [368, 368, 'days'],
    [3 * 365 + 2, 3, 'years'], [3 * 365 - 1, 1094, 'days'], [5 * 365 + 2, 5, 'years'],
  ] as const)('of %i days is said as %i %s', (days, count, unit) => {
    expect(periodOf(days)).toEqual({ unit, count })
  })

  test.each([[60, 5, 'years'], [12, 1, 'years'], [18, 18, 'months'], [1, 1, 'months']] as const)('of %i months is said as %i %s', (months, count, unit) => {
    expect(periodOfMonths(months)).toEqual({ unit, count })
  })
})

describe('what a person is told of how long their own is kept', () => {
  test.each([
    ['nationalId', policy.persons.days], ['stranger', PERSON_WITHOUT_CONSENT_DAYS], ['consents', policy['closed-consents'].days],
    ['unanswered', policy['unanswered-requests'].days], ['shares', policy.shares.days], ['unopened', policy['unused-shares'].days],
  ] as const)('is what the nightly job does: %s', (what, days) => {
    expect(keptPeriods(true)[what]).toEqual(periodOf(days))
  })

  test('names an end of the log only where somebody may take its months out', () => {
    expect(keptPeriods(true).log).toEqual(periodOfMonths(AUDIT_MONTHS))
    expect(keptPeriods(false).log).toBeNull()
  })
})
