import { describe, expect, test } from 'vitest'
import { costsAtAltinn, mostCalls } from './altinn-calls.ts'

const about = (consent: string, ...steps: readonly string[]) => steps.map((step) => ({ step, consent }))

describe('what a consent costs Altinn', () => {
  test('in Altinn 3: the request, the question for the answer, and a token for each log-in', () => {
    const seen = about('a', 'create', 'status', 'consent-token', 'accounts', 'consent-token', 'accounts', 'consent-token', 'accounts')
    expect(costsAtAltinn(seen)).toEqual([{ consent: 'a', first: 3, later: 2, laterLogIns: 2 }])
  })

  test('where Lånekassen remembers it: a question whether it still stands, for each later log-in', () => {
    expect(costsAtAltinn(about('a', 'create', 'status', 'consent-token', 'accounts', 'status', 'accounts'))).toEqual([{ consent: 'a', first: 3, later: 1, laterLogIns: 1 }])
  })

  test('in Altinn 2 the report of each use too, which is over the goal and within its own bound', () => {
    const seen = about('a', 'create', 'status', 'consent-token', 'accounts', 'loguse', 'consent-token', 'accounts', 'loguse')
    expect(costsAtAltinn(seen)).toEqual([{ consent: 'a', first: 4, later: 2, laterLogIns: 1 }])
    expect([mostCalls('altinn2'), mostCalls('altinn3-both')]).toEqual([{ first: 4, later: 2 }, { first: 3, later: 1 }])
  })

  test('each consent by itself: what one asks too often is not made up for by another', () => {
    const seen = [...about('a', 'create', 'status', 'status', 'consent-token', 'accounts'), ...about('b', 'create', 'consent-token', 'accounts'), { step: 'token' }]
    expect(costsAtAltinn(seen).map(({ first, later, laterLogIns }) => [first, later, laterLogIns])).toEqual([[3, 1, 0], [2, 0, 0]])
  })
})
