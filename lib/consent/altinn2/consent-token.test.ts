import { expect, test } from 'vitest'
import { fail } from '@/lib/result'
import { Secret } from '@/lib/secret'
import { altinn2Tokens, expectedOfAltinn2 } from '@/lib/testing/altinn2-tokens'
import { aKeyPair, keySetOf } from '@/lib/testing/key-pairs'
import { checkConsentToken } from './consent-token'
import { tokenAnswer } from './wire'

const [ours, next, stranger] = await Promise.all([aKeyPair('mp-2026'), aKeyPair('mp-2027'), aKeyPair('mp-2026')])
const { bad, good } = await altinn2Tokens({ ours, next, stranger })
/** An answer that has not the form of a token gets no further than the wire. */
const check = async (token: string, handledBy: string | null = null) =>
  tokenAnswer.safeParse(token).success ? checkConsentToken(new Secret(token), keySetOf(ours), expectedOfAltinn2(handledBy)) : fail('not-our-consent', 'form')

test.each(bad)('a token is not used when it is $what', async ({ token, found }) => {
  const checked = await check(token)
  expect(checked).toMatchObject({ ok: false, reason: 'not-our-consent' })
  expect(!checked.ok && checked.detail).toMatch(found)
})

test.each(good)('a token is used $what', async ({ token }) => {
  expect(await check(token)).toMatchObject({ ok: true })
})

test('a supplier’s token must name the supplier, and a bank’s own must not', async () => {
  const [documented] = good
  expect(await check(documented?.token ?? '', '312222221')).toMatchObject({ ok: false, detail: 'handledBy' })
})
