import { decodeJwt, jwtVerify } from 'jose'
import { empty, header, type Answer } from '../http.ts'
import type { SigningKey } from '../keys.ts'
import type { Street } from '../street.ts'
import { refuse, type Visit } from '../visit.ts'
import { exchangeIssuer } from './exchange.ts'

/** Who calls: the organisation in `consumer`, perhaps through the one in `supplier`. */
export type Caller = { consumer: string; supplier: string | null }

type OrgClaim = { authority?: unknown; ID?: unknown } | undefined
const orgFrom = (claim: unknown): string | undefined => /^0192:(\d{9})$/.exec(String((claim as OrgClaim)?.ID))?.[1]

/** Whose tokens are taken. Where both are, the one that the token names; it is believed only once the signature is found. */
function trusted(token: string, { keys, origin, settings: { altinnWants } }: Street): { key: SigningKey; issuer: string } {
  const own = { key: keys.altinn, issuer: exchangeIssuer(origin) }
  const isOwn = altinnWants === 'exchanged' || (altinnWants === 'either' && decodeJwt(token).iss === own.issuer)
  return isOwn ? own : { key: keys.maskinporten, issuer: `${origin}/maskinporten/` }
}

/**
 * Altinn 3's enterprise API takes the Maskinporten token directly (consent guide): 401 with empty body when it is missing,
 * foreign or expired, 403 with empty body when the scope is missing. A lever makes it want Altinn's own token instead.
 */
export async function callerOf(visit: Visit, street: Street, scopes: readonly string[]): Promise<Caller | Answer> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(header(visit.req, 'authorization') ?? '')?.[1]
  if (token === undefined) return refuse(visit, 'no Authorization: Bearer <token>', empty(401))
  try {
    const { key, issuer } = trusted(token, street)
    const { payload } = await jwtVerify(token, key.verify, {
      algorithms: ['RS256'], issuer, clockTolerance: 10, currentDate: new Date(visit.now), requiredClaims: ['exp', 'scope', 'consumer'],
    })
    const consumer = orgFrom(payload.consumer)
    if (consumer === undefined) return refuse(visit, 'the token has no consumer', empty(401))
    const granted = String(payload.scope).split(' ')
    if (!scopes.some((scope) => granted.includes(scope))) return refuse(visit, `the token's scope is not ${scopes.join(' or ')}`, empty(403))
    return { consumer, supplier: orgFrom(payload.supplier) ?? null }
  } catch (cause) {
    return refuse(visit, `the token is not valid: ${cause instanceof Error ? cause.message : 'unreadable'}`, empty(401))
  }
}

export const isAnswer = (result: Caller | Answer): result is Answer => 'status' in result
