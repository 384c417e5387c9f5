import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digits } from '@/lib/testing/builders'
import { refusalCode, tokenAnswer } from './wire'

describe('what Maskinporten says when it refuses', () => {
  test.each([
    [{ error: 'invalid_grant', error_description: 'MP-130: Invalid assertion. JWT is expired (correlation id: 1)' }, 'invalid_grant MP-130', 'MP-130'],
    [{ error: 'invalid_scope', error_description: 'no code here' }, 'invalid_scope', null],
    [{ error: 'access_denied' }, 'access_denied', null],
    [{ error: 'invalid_grant', error_description: 'MP-1304 is no code of theirs' }, 'invalid_grant', null],
  ])('%o is known by its codes', (problem, code, mp) => {
    expect(refusalCode(problem)).toEqual({ code, mp })
  })

  test.each([undefined, null, '', 'text', 42, [], {}, { error: 7 }, { error: `who is ${digits}?` }, { error: 'Invalid Grant' }, { error: 'x'.repeat(61) }, { error: 'invalid_grant', error_description: 'x'.repeat(2_001) }])(
    '%o cannot be read, and is not repeated', (problem) => {
      expect(refusalCode(problem).code).toBe('unreadable')
    },
  )

  test('never puts anything else than its codes in the log', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (error, description) => /^([a-z_]{1,40}|unreadable)( MP-\d{3})?$/.test(refusalCode({ error, error_description: description }).code)))
    expect(refusalCode({ error: 'invalid_grant', error_description: `MP-303: from ${digits}` }).code).toBe('invalid_grant MP-303')
  })
})

describe('a token', () => {
  const answer = { access_token: 'eyJ'.padEnd(40, 'x'), token_type: 'Bearer', expires_in: 120, scope: 's' }

  test('is one that we know the life of', () => {
    expect(tokenAnswer.safeParse(answer).data).toEqual({ access_token: answer.access_token, expires_in: 120 })
  })

  test.each([0, -1, 1.5, '120', null, undefined, 1e9, Number.NaN, [120], {}])('is none when it lives %o seconds', (expires_in) => {
    expect(tokenAnswer.safeParse({ ...answer, expires_in }).success).toBe(false)
  })

  test.each(['', 'short', null, undefined, 7, { token: 'x' }, 'x'.repeat(20_001)])('is none when it is %o', (access_token) => {
    expect(tokenAnswer.safeParse({ ...answer, access_token }).success).toBe(false)
  })
})
