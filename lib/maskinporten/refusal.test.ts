import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digits } from '@/lib/testing/builders'
import { readRefusal } from './refusal'

describe('what Maskinporten says when it refuses', () => {
  test.each([
    [{ error: 'invalid_grant', error_description: 'MP-130: Invalid assertion. JWT is expired (correlation id: 1)' }, 'invalid_grant MP-130', 'MP-130'],
    [{ error: 'invalid_scope', error_description: 'no code here' }, 'invalid_scope', null],
    [{ error: 'access_denied' }, 'access_denied', null],
    [{ error: 'invalid_grant', error_description: 'MP-1304 is no code of theirs' }, 'invalid_grant', null],
  ])('%o is known by its codes', (problem, code, mp) => {
    expect(readRefusal(problem)).toMatchObject({ code, mp })
  })

  test.each([undefined, null, '', 'text', 42, [], {}, { error: 7 }, { error: `who is ${digits}?` }, { error: 'Invalid Grant' }, { error: 'x'.repeat(61) }, { error: 'invalid_grant', error_description: 'x'.repeat(2_001) }])(
    '%o cannot be read, and is not repeated', (problem) => {
      expect(readRefusal(problem).code).toBe('unreadable')
    },
  )

  test('never puts anything else than its codes in the log', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (error, description) => /^([a-z_]{1,40}|unreadable)( MP-\d{3})?$/.test(readRefusal({ error, error_description: description }).code)))
    expect(readRefusal({ error: 'invalid_grant', error_description: `MP-303: from ${digits}` }).code).toBe('invalid_grant MP-303')
  })
})

describe('what an operator is told to do about it', () => {
  const of = (error_description: string) => readRefusal({ error: 'access_denied', error_description })

  test.each([
    ['MP-250: Consumer has not been granted access to the scope x', 'set-up', /not been given the scope/],
    ['MP-251: Consumer 311111116 has not delegated access to the scope x to supplier 312222221', 'set-up', /has not delegated/],
    ['Validation of JWT claim failed: The combination consumer_org in claim and delegation scope on client is invalid', 'set-up', /SUPPLIER_ORG_NUMBER/],
    ['MP-121: too old', 'key', /post it again/],
    ['MP-124: Invalid JWT signature', 'key', /kid/],
    ['The client requires pre-registered jwk and no key identifier (kid) provided', 'key', /MASKINPORTEN_JWK/],
    ['MP-130: Invalid assertion. JWT is expired', 'grant', /clock/],
    ['Issue time is after now', 'grant', /clock/],
  ] as const)('%s', (description, about, remedy) => {
    expect(of(description)).toMatchObject({ about, remedy: expect.stringMatching(remedy) as string })
  })

  test.each(['MP-303: Invalid authorization details values', 'MP-999: news', 'something else'])('%s: nothing, for it may be about the consent', (description) => {
    expect(of(description)).toMatchObject({ about: 'other', remedy: '' })
  })
})
