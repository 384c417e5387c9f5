import { createAltinn3, type Altinn3Config } from '@/lib/consent/altinn3/altinn3'
import { fail, ok } from '@/lib/result'
import { Secret } from '@/lib/secret'
import { aConsent, aNationalId, anOrgNumber, day } from '@/lib/testing/builders'
import { consentTokens, expected, type Variant } from '@/lib/testing/consent-tokens'
import { aMaskinporten, clockAt, leaseInMemory, logKept } from '@/lib/testing/fakes'
import { aKeyPair } from '@/lib/testing/key-pairs'
import { suite } from './suite.ts'

const transports = ['altinn3-single', 'altinn3-both', 'altinn3-same'] as const satisfies readonly Altinn3Config['transport'][]

/** The adapter as it is, with a Maskinporten that hands out this very token, and publishes its keys. */
function adapterHanded(token: string, transport: Altinn3Config['transport'], keys: readonly object[]) {
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

export type TokensTried = { readonly bad: number; readonly good: number; readonly accepted: readonly string[]; readonly refused: readonly string[]; readonly told: readonly string[] }

/**
 * Hands the Altinn 3 adapter every bad consent token of the list, and every good one, in each transport: none of the bad
 * may come out as credentials, all of the good must, and nothing of any of them may be in the log.
 */
export async function badConsentTokens(): Promise<TokensTried> {
  const [ours, next, stranger] = await Promise.all([aKeyPair('mp-2026'), aKeyPair('mp-2027'), aKeyPair('mp-2026')])
  const { bad, good } = await consentTokens({ ours, next, stranger })
  const accepted: string[] = []
  const refused: string[] = []
  const told: string[] = []
  async function hand({ what, token }: Variant, transport: Altinn3Config['transport']): Promise<boolean> {
    const { log, ask } = adapterHanded(token, transport, [ours.publicJwk])
    const answer = await ask()
    if (/eyJ|\d{11}/.test(JSON.stringify([answer, log.lines]))) told.push(`${transport}: ${what}`)
    return answer.ok
  }
  for (const transport of transports) {
    for (const variant of bad) if (await hand(variant, transport)) accepted.push(`${transport}: ${variant.what}`)
    for (const variant of good) if (!(await hand(variant, transport))) refused.push(`${transport}: ${variant.what}`)
  }
  return { bad: bad.length * transports.length, good: good.length * transports.length, accepted, refused, told }
}

/** Assurance 1.9. The list is as long as it is: there is no amount to choose. */
export const badTokens = suite({
  name: 'bad consent tokens',
  about: 'consent tokens that are wrong in one thing each, and good ones that are unusual, through the adapter in each transport',
  seconds: { full: 5, part: 5 },
  amounts: { full: { lists: 1 }, part: { lists: 1 } },
  async run({ report }) {
    const { bad, good, accepted, refused, told } = await badConsentTokens()
    report.checks('bad consent tokens are refused', bad, accepted)
    report.checks('good consent tokens are accepted', good, refused)
    report.checks('I9', bad + good, told)
  },
})
