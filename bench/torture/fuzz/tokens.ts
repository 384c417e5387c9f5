import { checkConsentToken } from '@/lib/consent/altinn3/consent-token'
import { checkClaims } from '@/lib/idporten/claims'
import { createIdporten } from '@/lib/idporten/idporten'
import { readLogoutToken } from '@/lib/idporten/logout-token'
import { Secret } from '@/lib/secret'
import { day, digits, othersDigits } from '@/lib/testing/builders'
import { consentTokens, expected } from '@/lib/testing/consent-tokens'
import { clockAt, logKept } from '@/lib/testing/fakes'
import { aKeyPair, keySetOf, sign } from '@/lib/testing/key-pairs'
import { createPublicKey, createSign, createVerify, type JsonWebKey } from 'node:crypto'
import { must, tried, type Subject } from './fuzz.ts'
import { mutatedEither, mutatedJson, mutatedText } from './mutations.ts'

const at = (seconds: number) => day(0).getTime() / 1000 + seconds
const [ours, next, stranger] = await Promise.all([aKeyPair('mp-2026'), aKeyPair('mp-2027'), aKeyPair('mp-2026')])
const keys = keySetOf(ours)
const publicKey = createPublicKey({ key: ours.publicJwk, format: 'jwk' })

/** Whether the issuer has signed this: asked of Node, not of the library that our code asks. */
function isGenuine(token: string): boolean {
  const [head, payload, signature, ...more] = token.split('.')
  if (head === undefined || payload === undefined || signature === undefined || more.length > 0) return false
  return createVerify('RSA-SHA256').update(`${head}.${payload}`).verify(publicKey, Buffer.from(signature, 'base64url'))
}
const signed = (payload: string, header: object): string => {
  const text = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`
  return `${text}.${createSign('RSA-SHA256').update(text).sign({ key: ours.privateJwk as JsonWebKey, format: 'jwk' }).toString('base64url')}`
}

const { genuine, bad } = await consentTokens({ ours, next, stranger })
const payloadOf = (token: string): string => Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')
type Claims = { scope: unknown; consumer: { ID: unknown }; authorization_details: readonly { type: unknown; id: string; from: unknown; to: { ID: unknown }; validTo: string; consentRights: readonly { resource: readonly { value: unknown }[] }[] }[] }
/** The same question, asked of the claims without our code: is it this person's consent, to this bank, for this, and in force? */
function isTheConsent(payload: string): boolean {
  const { scope, consumer, authorization_details: [consent, ...others] } = JSON.parse(payload) as Claims
  const resources = consent?.consentRights.flatMap(({ resource }) => resource.map(({ value }) => value)) ?? []
  return (
    others.length === 0 && consent?.type === 'urn:altinn:consent' && consent.id.toLowerCase() === expected.id && consent.from === expected.from && consent.to.ID === expected.to && consumer.ID === expected.to &&
    scope === expected.scope && resources.join() === expected.resource && Date.parse(consent.validTo) > expected.now.getTime()
  )
}
const consentToken = (name: string, share: number, make: Subject['make']): Subject => ({
  name, share, make,
  async keepsItsWord(input) {
    const checked = await checkConsentToken(new Secret(input), keys, expected)
    if (checked.ok) return must(isGenuine(input) && isTheConsent(payloadOf(input)), 'accepted')
    must(!JSON.stringify(checked).includes(digits), 'said a national id in its refusal')
  },
})

const issuer = 'https://idporten.example'
const log = logKept()
const idporten = createIdporten(
  {
    http: async ({ schema }) => {
      const about = schema.parse(Object.fromEntries([['issuer', issuer], ...['authorization', 'token', 'pushed_authorization_request', 'end_session'].map((name) => [`${name}_endpoint`, `${issuer}/${name}`]), ['jwks_uri', `${issuer}/jwk`]]))
      return { ok: true, value: about, created: false, clockAhead: null }
    },
    fetch: async () => Response.json({ keys: [ours.publicJwk] }),
    clock: clockAt(day(0)), newId: () => 'j', log,
  },
  { issuer, clientId: 'saldosyn', signingKey: async () => ours.signing },
)
const idClaims = { iss: issuer, aud: 'saldosyn', sub: 'pairwise', pid: digits, acr: 'idporten-loa-high', amr: ['BankID'], auth_time: at(-1), iat: at(0), exp: at(120), nonce: 'n', sid: 'iZZbp-a_wSUff' }
const logoutClaims = { iss: issuer, aud: 'saldosyn', iat: at(0), exp: at(120), jti: 'jti-1', sid: 'iZZbp-a_wSUff', sub: digits, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }
const header = { alg: 'RS256', kid: 'mp-2026' }
const logoutHeader = { ...header, typ: 'logout+jwt' }
const [idToken, logoutToken] = await Promise.all([sign(idClaims, ours.signing.key, header), sign(logoutClaims, ours.signing.key, logoutHeader)])
const rules = { acr: 'idporten-loa-high', synthetic: true, testId: true } as const

/** Tokens: mutated as text, and mutated inside and signed all the same. What is accepted is asked about in another way. */
export const tokens: readonly Subject[] = [
  consentToken('consent token', 3, (random) => mutatedText(random, [genuine, genuine, ...bad.map(({ token }) => token)])),
  consentToken('consent token, signed all the same', 0.6, (random) => signed(mutatedJson(random, [payloadOf(genuine)]), random.chance(0.9) ? header : { ...header, [random.pick(['crit', 'b64', 'jwk', 'kid', 'typ'])]: random.pick([null, [], 'x', false]) })),
  {
    name: 'id_token', share: 1.5,
    make: (random) => mutatedText(random, [idToken, logoutToken, genuine]),
    async keepsItsWord(input) {
      const verified = await idporten.verifyIdToken(input)
      if (verified.ok) must(isGenuine(input) && payloadOf(input) === payloadOf(idToken), 'accepted')
    },
  },
  {
    name: 'id_token, signed all the same', share: 0.4,
    make: (random) => signed(mutatedJson(random, [payloadOf(idToken)]), header),
    async keepsItsWord(input) {
      const verified = await idporten.verifyIdToken(input)
      const login = verified.ok ? checkClaims(verified.value, rules, day(0)) : verified
      if (!login.ok) return
      const said = JSON.parse(payloadOf(input)) as Record<string, unknown>
      must(said.pid === login.value.nationalId.reveal() && said.acr === 'idporten-loa-high' && String(said.iss).replace(/\/$/, '') === issuer && [said.aud].flat().join() === 'saldosyn' && Number(said.exp) > at(-10) && Math.abs(Number(said.auth_time) - at(0)) <= 7_210 && !('events' in said), 'let in')
    },
  },
  {
    name: 'log-out token', share: 1.5,
    make: (random) => mutatedText(random, [logoutToken, idToken]),
    async keepsItsWord(input) {
      const logout = await idporten.verifyLogoutToken(input)
      if (logout.ok) must(isGenuine(input) && payloadOf(input) === payloadOf(logoutToken), 'accepted')
    },
  },
  {
    name: 'log-out token, signed all the same', share: 0.4,
    make: (random) => signed(mutatedJson(random, [payloadOf(logoutToken)]), logoutHeader),
    async keepsItsWord(input) {
      const logout = await idporten.verifyLogoutToken(input)
      if (!logout.ok) return
      const said = JSON.parse(payloadOf(input)) as Record<string, unknown>
      must(said.sid === logout.value.sid && said.jti === logout.value.jti && !Object.hasOwn(said, 'nonce') && Object.hasOwn(said, 'events') && !Number.isNaN(logout.value.expiresAt.getTime()), 'accepted')
    },
  },
  {
    name: 'claims of a log-in', share: 6,
    make: (random) => mutatedEither(random, [JSON.stringify(idClaims), JSON.stringify({ ...idClaims, pid: othersDigits, amr: 'TestID' })]),
    keepsItsWord(input) {
      const login = checkClaims(tried(input), rules, day(0))
      if (login.ok) must(input.includes(login.value.nationalId.reveal()) && login.value.acr === 'idporten-loa-high' && login.value.sid.length <= 200, 'let in')
      else must(!JSON.stringify(login).includes(digits), 'said a national id in its refusal')
    },
  },
  {
    name: 'claims of a log-out', share: 6,
    make: (random) => mutatedEither(random, [JSON.stringify(logoutClaims)]),
    keepsItsWord(input) {
      const logout = readLogoutToken(tried(input))
      if (logout) must(logout.sid.length > 0 && logout.jti.length > 0 && !Number.isNaN(logout.expiresAt.getTime()), 'accepted')
    },
  },
]
