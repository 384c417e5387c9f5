import { expect, test } from 'vitest'
import { badConsentTokens } from './bad-tokens.ts'

const tried = await badConsentTokens()

test.each(Object.entries(tried))('%s: no bad consent token comes through the adapter, and every good one does', (_transport, { bad, good, accepted, refused, told }) => {
  expect({ accepted, refused, told }).toEqual({ accepted: [], refused: [], told: [] })
  expect([bad >= 120, good >= 20]).toEqual([true, true])
})

test('tokens are tried in the form of each generation of Altinn', () => {
  expect(Object.keys(tried)).toEqual(['altinn2', 'altinn3-single', 'altinn3-both', 'altinn3-same'])
})
