import { randomUUID } from 'node:crypto'
import { jwtVerify, SignJWT, type JWTPayload } from 'jose'
import { empty, header, json, text, type Answer } from '../http.ts'
import type { Street } from '../street.ts'
import { refuse, type Visit } from '../visit.ts'

const AUTHENTICATION = '/authentication/api/v1'
const EXCHANGE = `${AUTHENTICATION}/exchange/`
const OPENID = `${AUTHENTICATION}/openid/`
const LIFETIME = 30 * 60

/** Who signs exchanged tokens. */
export const exchangeIssuer = (origin: string): string => `${origin}/altinn${OPENID}`

export const exchangeStep = (path: string): 'exchange' | 'openid' | undefined => (path.startsWith(EXCHANGE) ? 'exchange' : path.startsWith(OPENID) ? 'openid' : undefined)

/** Altinn's token exchange and the keys behind it (authentication scenario; Altinn/altinn-authentication). */
export async function exchange(visit: Visit, street: Street): Promise<Answer> {
  if (visit.method !== 'GET') return refuse(visit, 'only GET', empty(405, { allow: 'GET' }))
  if (visit.path === `${OPENID}.well-known/openid-configuration`) return json(200, { issuer: exchangeIssuer(street.origin), jwks_uri: `${exchangeIssuer(street.origin)}.well-known/openid-configuration/jwks` })
  if (visit.path === `${OPENID}.well-known/openid-configuration/jwks`) return json(200, { keys: [street.keys.altinn.publicJwk] })
  if (!visit.path.startsWith(EXCHANGE)) return refuse(visit, 'no such address', empty(404))

  const provider = visit.path.slice(EXCHANGE.length)
  if (provider !== 'maskinporten') return refuse(visit, 'tokens of this provider are not exchanged here', text(400, `Invalid TokenProvider: ${provider.slice(0, 40)}. Trusted providers are Maskinporten, Id-porten and AltinnStudio.`))
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(header(visit.req, 'authorization') ?? '')?.[1]
  if (token === undefined) return refuse(visit, 'no Authorization: Bearer <token>', empty(401))
  try {
    const { payload } = await jwtVerify(token, street.keys.maskinporten.verify, { algorithms: ['RS256'], issuer: `${street.origin}/maskinporten/`, clockTolerance: 10, currentDate: new Date(visit.now), requiredClaims: ['exp', 'consumer'] })
    const own = await exchanged(payload, street, visit)
    if (header(visit.req, 'x-altinn-enterpriseuser-authentication') !== undefined) return refuse(visit, 'enterprise users ended with Altinn 2', text(410, 'Enterprise users are no longer supported'))
    // A JSON string, with its quotes: many clients stumble over them. Who asks for text alone gets it bare.
    const bare = visit.fault?.fault === 'exchange-bare' || /^text\/plain\b/i.test(header(visit.req, 'accept') ?? '')
    return bare ? text(200, own) : json(200, own)
  } catch (cause) {
    return refuse(visit, `the token is not valid: ${cause instanceof Error ? cause.message : 'unreadable'}`, empty(401))
  }
}

/** The claims of the input, with another issuer, session and end. */
function exchanged(payload: JWTPayload, street: Street, { now: nowMs, fault }: Visit): Promise<string> {
  const { aud: _aud, client_amr: _amr, iss: _iss, sid: _sid, exp: _exp, iat: _iat, ...kept } = payload
  const orgNumber = /^0192:(\d{9})$/.exec(String((payload.consumer as { ID?: unknown }).ID))?.[1]
  if (orgNumber === undefined) throw new Error('no consumer')
  const now = Math.floor(nowMs / 1000) - (fault?.fault === 'exchange-expired' ? 2 * LIFETIME : 0)
  const other = fault?.fault === 'exchange-organisation' && { consumer: { authority: 'iso6523-actorid-upis', ID: '0192:313333332' }, 'urn:altinn:orgNumber': '313333332' }
  const claims = { ...kept, iss: exchangeIssuer(street.origin), iat: now, exp: now + LIFETIME, sid: randomUUID(), 'urn:altinn:orgNumber': orgNumber, 'urn:altinn:authenticatemethod': 'maskinporten', 'urn:altinn:authlevel': 3, ...other }
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: street.keys.altinn.kid, typ: 'JWT' }).sign((fault?.fault === 'exchange-key' ? street.keys.stranger : street.keys.altinn).sign)
}
