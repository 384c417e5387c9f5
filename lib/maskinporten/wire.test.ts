import { describe, expect, test } from 'vitest'
import { tokenAnswer } from './wire'

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
