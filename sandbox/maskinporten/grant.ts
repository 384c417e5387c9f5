import { createHash } from 'node:crypto'
import { compactVerify, importJWK } from 'jose'
import type { MaskinportenClient } from '../registration.ts'
import { judgeChain, organisationOf } from './authority.ts'
import { refusals, type Refusal } from './refusal.ts'

/** A grant whose form, signature and times are in order. What it asks for is judged afterwards. */
export type Grant = { client: MaskinportenClient; scopes: string[]; claims: Record<string, unknown>; /** How the client showed who it is. */ amr: 'private_key_jwt' | 'virksomhetssertifikat' }

/** Grants that have been used: client and jti (or the assertion itself) until they would have run out anyway. */
export type UsedGrants = { firstUse(key: string, untilSeconds: number, nowSeconds: number): boolean; clear(): void }

export function createUsedGrants(): UsedGrants {
  const used = new Map<string, number>()
  return {
    firstUse(key, until, now) {
      for (const [old, end] of used) if (end < now) used.delete(old)
      if (used.has(key)) return false
      used.set(key, until)
      return true
    },
    clear: () => { used.clear() },
  }
}

const algorithms = ['RS256', 'RS384', 'RS512']
const knownClaims = new Set(['aud', 'iss', 'sub', 'scope', 'iat', 'exp', 'nbf', 'jti', 'consumer_org', 'resource', 'pid', 'authorization_details'])
const LONGEST = 120
const CLOCK = 10

const jsonPart = (part: string | undefined): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'))
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** Checks header, signature and the claims of time and audience (maskinporten_protocol_jwtgrant; RFC 7523 §3). */
export async function checkGrant(assertion: string, clients: readonly MaskinportenClient[], issuer: string, used: UsedGrants, nowMs: number): Promise<Grant | Refusal> {
  if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(assertion)) return refusals.broken('the assertion is not a compact JWT')
  const [head, payload] = assertion.split('.')
  const header = jsonPart(head)
  const claims = jsonPart(payload)
  if (!header || !claims) return refusals.broken('the assertion is not JSON inside')

  const client = clients.find(({ clientId }) => clientId === claims.iss)
  if (!client) return refusals.unknownClient('iss is not a client id known here')
  const unsigned = await checkKey(assertion, header, client, nowMs)
  if (unsigned) return unsigned

  if (typeof claims.aud !== 'string' || claims.aud !== issuer) return refusals.audience(`aud must be exactly ${issuer}, as one string`)
  const { iat, exp } = claims
  const now = Math.floor(nowMs / 1000)
  const untimely = checkTimes(iat, exp, now)
  if (untimely) return untimely

  const strange = Object.keys(claims).filter((claim) => !knownClaims.has(claim))
  if (strange.length > 0) return refusals.broken(`unknown claims: ${strange.join(', ')}`)
  if (claims.jti !== undefined && typeof claims.jti !== 'string') return refusals.broken('jti is not a string')
  const key = `${client.clientId} ${claims.jti ?? createHash('sha256').update(assertion).digest('base64url')}`
  if (!used.firstUse(key, Number(exp) + CLOCK, now)) return refusals.usedBefore(claims.jti === undefined ? 'the same grant a second time' : 'this jti has been used before')

  const scopes = typeof claims.scope === 'string' ? claims.scope.split(/\s+/).filter(Boolean) : []
  if (scopes.length === 0) return refusals.broken('scope is missing')
  const foreign = scopes.filter((scope) => !client.scopes.includes(scope))
  if (foreign.length > 0) return refusals.scope(`not registered on the client: ${foreign.join(' ')}`)
  return { client, scopes, claims, amr: 'x5c' in header ? 'virksomhetssertifikat' : 'private_key_jwt' }
}

/** Days that a registered key lives from its posting. */
const KEY_DAYS = 365

/**
 * A client with a registered key must name it with kid, and only that; one without must show its business certificate's whole
 * chain in x5c. The signature must be by that key (maskinporten_protocol_jwtgrant).
 */
async function checkKey(assertion: string, header: Record<string, unknown>, client: MaskinportenClient, nowMs: number): Promise<Refusal | undefined> {
  if (typeof header.alg !== 'string' || !algorithms.includes(header.alg)) return refusals.signature(`alg is not one of ${algorithms.join(', ')}`)
  const { x5c } = header
  if (x5c !== undefined) {
    if (!Array.isArray(x5c) || !x5c.every((it): it is string => typeof it === 'string')) return refusals.x5cForm('x5c is not an array of strings')
    if ('kid' in header) return client.jwks.keys.length > 0 ? refusals.noKid('both kid and x5c: exactly one is allowed') : refusals.kidAndX5c('both kid and x5c: exactly one is allowed')
    if (client.jwks.keys.length > 0) return refusals.noKid('x5c although the client has a registered key')
    const judged = judgeChain(x5c, nowMs)
    if ('because' in judged) return refusals.certificate(judged.because)
    if (organisationOf(judged.leaf) !== client.orgNumber) return refusals.otherOrganisation("the certificate's organisation is not the client's")
    return isSignedBy(assertion, judged.leaf.publicKey, 'the signature is not by the key of the certificate')
  }
  if (!('kid' in header) && client.jwks.keys.length === 0) return refusals.x5cForm('neither kid nor x5c, and the client has no registered key')
  if (typeof header.kid !== 'string') return refusals.noKid('no kid in the header')
  const jwk = client.jwks.keys.find(({ kid }) => kid === header.kid)
  if (!jwk) return refusals.signature('kid is not registered on the client')
  if (client.keysPostedAt && nowMs - client.keysPostedAt.getTime() > KEY_DAYS * 86_400_000) return refusals.oldKey('the key was registered more than a year ago')
  return isSignedBy(assertion, await importJWK(jwk, header.alg), 'the signature is not by the registered key')
}

async function isSignedBy(assertion: string, key: Parameters<typeof compactVerify>[1], otherwise: string): Promise<Refusal | undefined> {
  try {
    await compactVerify(assertion, key, { algorithms })
    return undefined
  } catch {
    return refusals.signature(otherwise)
  }
}

function checkTimes(iat: unknown, exp: unknown, now: number): Refusal | undefined {
  if (typeof iat !== 'number' || typeof exp !== 'number') return refusals.broken('iat or exp is missing or no number')
  if (iat > now + CLOCK) return refusals.early(`iat is ${iat - now} s ahead of our clock, at most ${CLOCK}`)
  if (iat < now - CLOCK) return refusals.expired(`iat is ${now - iat} s behind our clock, at most ${CLOCK}`)
  if (exp - iat > LONGEST) return refusals.expired(`exp is ${exp - iat} s after iat, at most ${LONGEST}`)
  if (exp <= now) return refusals.expired('exp has passed')
  return undefined
}
