import { createPrivateKey, type JsonWebKey } from 'node:crypto'
import { z } from 'zod'
import { fail, ok, type Result } from '@/lib/result'
import { Secret } from '@/lib/secret'
import { algorithms, FEWEST_BITS, type KeyMaterial, type KeySet } from './key-material'

export type JwkProblem = 'not-json' | 'not-a-key' | 'public-half' | 'no-kid' | 'same-kid' | 'too-short' | 'no-such-date' | 'not-one-to-five'

/** Digdir takes at most five keys for each client. */
const MOST = 5

/** A date as JWTs write it, in seconds, or as people do. */
const date = z.union([z.number().int().positive().transform((seconds) => new Date(seconds * 1000)), z.iso.date().transform((day) => new Date(day)), z.iso.datetime({ offset: true }).transform((text) => new Date(text))])
const shape = z.looseObject({ kty: z.literal('RSA'), n: z.string(), e: z.string(), alg: z.enum(algorithms).default('RS256') })

/**
 * Reads a private key as JWK, or a set of them (RFC 7517 §5) whose first one signs. A key's age is not in a JWK: `exp`
 * says when it ends, or `iat` when it was posted, if the operator has written either into it.
 */
export function readPrivateJwks(text: string): Result<KeySet, JwkProblem> {
  const given = jsonOf(text)
  if (typeof given !== 'object' || given === null) return fail('not-json')
  const members: unknown[] = 'keys' in given && Array.isArray(given.keys) ? given.keys : [given]
  if (members.length < 1 || members.length > MOST) return fail('not-one-to-five')
  const keys: KeyMaterial[] = []
  for (const member of members) {
    const key = readOne(member)
    if (!key.ok) return key
    if (keys.some(({ id }) => id === key.value.id)) return fail('same-kid')
    keys.push(key.value)
  }
  return ok(keys as [KeyMaterial, ...KeyMaterial[]])
}

function readOne(member: unknown): Result<KeyMaterial, JwkProblem> {
  const { data: jwk } = shape.safeParse(member)
  if (!jwk) return fail('not-a-key')
  if (typeof jwk.d !== 'string') return fail('public-half')
  if (typeof jwk.kid !== 'string' || jwk.kid === '') return fail('no-kid')
  const bits = bitsOf(jwk)
  if (bits === null) return fail('not-a-key')
  if (bits < FEWEST_BITS) return fail('too-short')
  const dates = z.object({ iat: date.optional(), exp: date.optional() }).safeParse(jwk)
  if (!dates.success) return fail('no-such-date')
  const { iat: since = null, exp = since && aYearAfter(since) } = dates.data
  return ok({ id: jwk.kid, alg: jwk.alg, header: { kid: jwk.kid }, bits, since, expiresAt: exp, jwk: new Secret(JSON.stringify(jwk)) })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The length of the modulus; null when the parts make no private key. */
function bitsOf(jwk: JsonWebKey): number | null {
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' }).asymmetricKeyDetails?.modulusLength ?? null
  } catch {
    return null
  }
}

/** A registered key lives one year from the day it was posted (maskinporten_feilsoking, MP-121). */
function aYearAfter(posted: Date): Date {
  const end = new Date(posted)
  end.setUTCFullYear(end.getUTCFullYear() + 1)
  return end
}
