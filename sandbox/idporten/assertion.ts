import { errors } from 'oidc-provider'

export type Assertion = { claims: Record<string, unknown>; header: Record<string, unknown>; body: Record<string, unknown>; issuer: string; nowMs: number }

const LONGEST = 120
const CLOCK = 10

const refuse = (why: string): never => {
  throw Object.assign(new errors.InvalidClientAuth(why), { error_description: `client authentication failed: ${why}` })
}

/**
 * ID-porten's own rules for a client assertion, on top of the standard's (token page): `aud` is the issuer as one string, not a
 * list and not the token address; the key is named by kid, not shown as x5c; client_id stands in the form too; it lives at most
 * 120 seconds.
 */
export function checkAssertion({ claims, header, body, issuer, nowMs }: Assertion): void {
  if (typeof claims.aud !== 'string') refuse('aud must be one string')
  if (claims.aud !== issuer) refuse('aud must equal the issuer')
  if ('x5c' in header) refuse('x5c is not allowed for a client with a registered key')
  if (typeof header.kid !== 'string') refuse('kid is required')
  if (claims.sub !== claims.iss) refuse('sub must equal iss')
  const { iat, exp } = claims
  if (typeof iat !== 'number' || typeof exp !== 'number') return refuse('iat and exp are required')
  const now = Math.floor(nowMs / 1000)
  if (exp - iat > LONGEST) refuse(`exp may be at most ${LONGEST} s after iat`)
  if (iat > now + CLOCK) refuse('iat is ahead of our clock')
  if (exp <= now - CLOCK) refuse('the assertion has expired')
  if (typeof body.client_id !== 'string') throw new errors.InvalidRequest('client_id is required with an assertion too')
}
