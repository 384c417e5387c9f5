import { expect, test } from 'vitest'
import { Secret } from '@/lib/secret'
import { keptFor, keptToken, readKept } from './followed-invitation'

const token = new Secret('a'.repeat(43))
const [one, another] = ['0f8fad5b-d9cb-469f-a165-70867728950e', '7c9e6679-7425-40de-944b-e07fc1f90ae7']

test('an invitation that somebody has logged in with is theirs, and nobody else’s', () => {
  const kept = keptFor(token, one)
  expect(keptToken(kept, one)?.reveal()).toBe(token.reveal())
  expect(keptToken(kept, another)).toBeNull()
  expect(readKept(kept)).toMatchObject({ owned: true })
  expect(kept).not.toContain(one)
})

test('before anybody has logged in it is nobody’s', () => {
  expect(readKept(token.reveal())).toMatchObject({ owned: false })
  expect(keptToken(token.reveal(), one)).toBeNull()
})

test.each([undefined, '', '.', 'x', `${'a'.repeat(42)}.x`, `${'a'.repeat(43)}.x.y`, ' '.repeat(43)])('%j is nobody’s', (text) => {
  expect(keptToken(text, one)).toBeNull()
})
