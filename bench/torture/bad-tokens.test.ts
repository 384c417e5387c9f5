import { expect, test } from 'vitest'
import { badConsentTokens } from './bad-tokens.ts'

test('no bad consent token comes through the adapter, and every good one does', async () => {
  const { bad, good, accepted, refused, told } = await badConsentTokens()
  expect({ accepted, refused, told }).toEqual({ accepted: [], refused: [], told: [] })
  expect([bad >= 3 * 120, good >= 3 * 20]).toEqual([true, true])
})
