import { describe, expect, test } from 'vitest'
import { locales } from '@/messages/locales'
import { messages } from '@/messages/messages'
import { htmlOf, noAction, textOf } from '../testing/draw'
import { NoBalance, type NoBalanceReason } from './no-balance'

const reasons = Object.keys(messages.nb.noBalance) as NoBalanceReason[]
const page = (reason: NoBalanceReason, seconds?: number) => (
  <NoBalance reason={reason} bankName="Fjordbanken" reference="5f0a6f0e" {...(seconds !== undefined && { retryAfterSeconds: seconds })} fetchBalance={noAction} askAgain={noAction} />
)

describe('Without a balance', () => {
  test.each(locales)('each reason has words of its own in %s', (locale) => {
    expect(new Set(reasons.map((reason) => textOf(page(reason), locale))).size).toBe(reasons.length)
  })

  test.each(reasons)('no amount is shown and nobody is blamed: %s', (reason) => {
    expect(textOf(page(reason))).not.toMatch(/\bkr\b|Oops|\d{11}/)
  })

  test.each(['source-busy', 'source-unavailable', 'provider-unavailable', 'credentials-unavailable', 'misconfigured', 'unexpected-answer', 'consent-refused', 'audit-unavailable'] as const)(
    'a fault has a reference and a way to try again: %s',
    (reason) => {
      expect(textOf(page(reason))).toMatch(/Prøv igjen .*Referanse: 5f0a6f0e$/)
    },
  )

  test.each(['not-fetched', 'fetching', 'not-a-customer', 'consent-revoked', 'consent-expired', 'already-fetched'] as const)('what is no fault has no reference: %s', (reason) => {
    expect(textOf(page(reason))).not.toContain('Referanse')
  })

  test('somebody Lånekassen does not know is not somebody who owes nothing', () => {
    expect(textOf(page('not-a-customer'))).toContain('Lånekassen finner ingen opplysninger om deg Det er ikke det samme som at saldoen er null.')
  })

  test('a busy Lånekassen says when, if it said so itself', () => {
    expect(textOf(page('source-busy', 30))).toContain('Prøv igjen om 30 sekunder.')
    expect(textOf(page('source-busy', 1))).toContain('Prøv igjen om 1 sekund.')
    expect(textOf(page('source-busy'))).toContain('Prøv igjen om litt.')
  })

  test('a second look in one log-in starts with logging out', () => {
    expect(htmlOf(page('already-fetched'))).toContain('action="/api/auth/logout"')
  })
})
