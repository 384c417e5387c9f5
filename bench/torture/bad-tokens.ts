import { createAltinn2 } from '@/lib/consent/altinn2/altinn2'
import { createAltinn3, type Altinn3Config } from '@/lib/consent/altinn3/altinn3'
import type { Http } from '@/lib/http'
import { readAnswer } from '@/lib/http-answer'
import { fail, ok } from '@/lib/result'
import { Secret } from '@/lib/secret'
import { altinn2Tokens, expectedOfAltinn2 } from '@/lib/testing/altinn2-tokens'
import { aConsent, aNationalId, anOrgNumber, besidesReferences, day } from '@/lib/testing/builders'
import { consentTokens, expected } from '@/lib/testing/consent-tokens'
import type { Variant } from '@/lib/testing/forged-tokens'
import { aMaskinporten, clockAt, leaseInMemory, logKept } from '@/lib/testing/fakes'
import { aKeyPair } from '@/lib/testing/key-pairs'
import { suite } from './suite.ts'

const transports = ['altinn3-single', 'altinn3-both', 'altinn3-same'] as const satisfies readonly Altinn3Config['transport'][]
type Handed = { readonly log: ReturnType<typeof logKept>; ask(): Promise<{ readonly ok?: boolean }> }

/** The adapter as it is, with a Maskinporten that hands out this very token, and publishes its keys. */
function altinn3Handed(token: string, transport: Altinn3Config['transport'], keys: readonly object[]): Handed {
  const log = logKept()
  const maskinporten = aMaskinporten({
    consentToken: async () => ok(new Secret(token)),
    metadata: async () => ok({ issuer: expected.issuer, token_endpoint: `${expected.issuer}token`, jwks_uri: `${expected.issuer}jwk` }),
  })
  const altinn3 = createAltinn3(
    { http: async () => fail('unreachable', 'nobody else is asked'), fetch: async () => Response.json({ keys }), clock: clockAt(day(0)), log, maskinporten, lease: leaseInMemory(clockAt(day(0))) },
    { platformUrl: 'https://platform.example', consentPageOrigin: 'https://am.example', metadataKey: 'navn', transport, coveredBy: anOrgNumber(), exchange: 'never' },
  )
  const consent = aConsent({ id: expected.id, status: 'accepted' })
  return { log, ask: () => altinn3.getCredentials(consent, aNationalId(), { scope: expected.scope, sourceKnows: false }) }
}

/** The adapter of Altinn 2, which hands out this token itself: as a text in JSON, and read as every answer is. */
function altinn2Handed(token: string, keys: readonly object[]): Handed {
  const [log, clock] = [logKept(), clockAt(day(0))]
  const http: Http = async ({ schema, parse }) => readAnswer({ status: 200, headers: new Headers({ 'content-type': 'application/json' }), text: JSON.stringify(token), asked: clock.now(), answered: clock.now() }, { schema, parse })
  const altinn2 = createAltinn2(
    { http, fetch: async () => Response.json({ keys }), clock, log, maskinporten: aMaskinporten() },
    { url: 'https://tt02.example', apiKey: new Secret('an-api-key'), consentPageOrigin: 'https://tt02.example', metadataKey: 'Navn', coveredBy: anOrgNumber(), handledBy: null },
  )
  const consent = aConsent({ provider: 'altinn2', reference: expectedOfAltinn2().code, status: 'accepted' })
  return { log, ask: () => altinn2.getCredentials(consent, aNationalId(), { scope: expected.scope, sourceKnows: false }) }
}

export type TokensTried = { readonly bad: number; readonly good: number; readonly accepted: readonly string[]; readonly refused: readonly string[]; readonly told: readonly string[] }
type Tokens = { readonly bad: readonly Variant[]; readonly good: readonly Variant[] }

async function handed({ bad, good }: Tokens, hand: (token: string) => Handed): Promise<TokensTried> {
  const told: string[] = []
  async function isTaken({ what, token }: Variant): Promise<boolean> {
    const { log, ask } = hand(token)
    const answer = await ask()
    if (/eyJ|\d{11}/.test(besidesReferences([answer, log.lines]))) told.push(what)
    return answer.ok === true
  }
  const accepted: string[] = []
  const refused: string[] = []
  for (const variant of bad) if (await isTaken(variant)) accepted.push(variant.what)
  for (const variant of good) if (!(await isTaken(variant))) refused.push(variant.what)
  return { bad: bad.length, good: good.length, accepted, refused, told }
}

/**
 * Hands each adapter every bad consent token of its list, and every good one, in each transport: none of the bad
 * may come out as credentials, all of the good must, and nothing of any of them may be in the log.
 */
export async function badConsentTokens(): Promise<Readonly<Record<string, TokensTried>>> {
  const [ours, next, stranger] = await Promise.all([aKeyPair('mp-2026'), aKeyPair('mp-2027'), aKeyPair('mp-2026')])
  const [ofAltinn3, ofAltinn2] = await Promise.all([consentTokens({ ours, next, stranger }), altinn2Tokens({ ours, next, stranger })])
  const keys = [ours.publicJwk]
  const tried: Record<string, TokensTried> = { altinn2: await handed(ofAltinn2, (token) => altinn2Handed(token, keys)) }
  for (const transport of transports) tried[transport] = await handed(ofAltinn3, (token) => altinn3Handed(token, transport, keys))
  return tried
}

/** The list is as long as it is: there is no amount to choose. */
export const badTokens = suite({
  name: 'bad consent tokens',
  about: 'consent tokens that are wrong in one thing each, and good ones that are unusual, through the adapter in each transport',
  seconds: { full: 5, part: 5 },
  amounts: { full: { lists: 1 }, part: { lists: 1 } },
  async run({ report }) {
    for (const [transport, { bad, good, accepted, refused, told }] of Object.entries(await badConsentTokens())) {
      const here = (what: string) => `${transport}: ${what}`
      report.checks('bad consent tokens are refused', bad, accepted.map(here))
      report.checks('good consent tokens are accepted', good, refused.map(here))
      report.checks('I9', bad + good, told.map(here))
      report.figure(`${transport}: bad`, bad)
      report.figure(`${transport}: good`, good)
    }
  },
})
