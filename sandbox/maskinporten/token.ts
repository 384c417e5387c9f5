import { randomBytes, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import type { Consent } from '../altinn/consents.ts'
import { dotnetTime } from '../altinn/wire.ts'
import type { FaultKind } from '../faults.ts'
import type { StreetKeys } from '../keys.ts'
import { CONSENT } from './authorization-details.ts'
import type { Parties } from './consumer.ts'

const LIFETIME = 120
const party = (orgNumber: string): object => ({ authority: 'iso6523-actorid-upis', ID: `0192:${orgNumber}` })

export type TokenRequest = { issuer: string; clientId: string; amr: string; scope: string; parties: Parties; consent: (Consent & { consented: Date }) | null; resource: unknown; pid: unknown; nowMs: number }

const details = ({ id, from, validTo, consented, consentRights }: Consent & { consented: Date }, consumer: string): Record<string, unknown> => ({
  type: CONSENT, id, from, to: party(consumer), consented: dotnetTime(consented), validTo: dotnetTime(validTo), consentRights,
})

/** The claims as documented for a direct customer and for a supplier (maskinporten_protocol_token, maskinporten_func_delegering). */
function claimsOf({ issuer, clientId, amr, scope, parties, consent, resource, pid, nowMs }: TokenRequest): Record<string, unknown> {
  const now = Math.floor(nowMs / 1000)
  return {
    iss: issuer, client_id: clientId, client_amr: amr, token_type: 'Bearer', scope, iat: now, exp: now + LIFETIME,
    jti: randomBytes(16).toString('base64url'),
    ...(resource !== undefined && { aud: resource }),
    ...(pid !== undefined && { pid }),
    ...(parties.supplier !== null && { delegation_source: 'https://tt02.altinn.no/', supplier: party(parties.supplier) }),
    consumer: party(parties.consumer),
    ...(consent && { authorization_details: [details(consent, parties.consumer)] }),
  }
}

/** Faults that make Maskinporten give a token that is wrong in one respect. */
function spoil(claims: Record<string, unknown>, fault: FaultKind | undefined): Record<string, unknown> {
  const [detail] = (claims.authorization_details ?? []) as Record<string, unknown>[]
  const withDetail = (change: Record<string, unknown>): Record<string, unknown> => ({ ...claims, authorization_details: [{ ...detail, ...change }] })
  switch (fault) {
    case 'token-from': return withDetail({ from: 'urn:altinn:person:identifier-no:15819010029' })
    case 'token-to': return withDetail({ to: party('313333332') })
    case 'token-resource': return withDetail({ consentRights: [{ action: ['consent'], resource: [{ type: 'urn:altinn:resource', value: 'noe_helt_annet' }], metadata: {} }] })
    case 'token-type': return withDetail({ type: 'urn:altinn:systemuser' })
    case 'token-id': return withDetail({ id: randomUUID() })
    case 'token-consent-expired': return withDetail({ validTo: dotnetTime(new Date(Number(claims.iat) * 1000 - 60_000)) })
    case 'token-without-consent': return { ...claims, authorization_details: undefined }
    case 'token-expired': return { ...claims, iat: Number(claims.iat) - 600, exp: Number(claims.exp) - 600 }
    case 'token-consumer': return { ...claims, consumer: party('313333332') }
    default: return claims
  }
}

/** Signs the token, RS256. */
export async function issueToken(request: TokenRequest, keys: StreetKeys, fault: FaultKind | undefined): Promise<string> {
  const key = fault === 'token-key' ? keys.stranger.sign : keys.maskinporten.sign
  return new SignJWT(spoil(claimsOf(request), fault)).setProtectedHeader({ alg: 'RS256', kid: keys.maskinporten.kid }).sign(key)
}

/** The answer around it: `expires_in` is a second short of the lifetime, unless a fault says otherwise. */
export function tokenBody(token: string, scope: string, fault: FaultKind | undefined): object {
  const wrong: Partial<Record<FaultKind, unknown>> = { 'expires-in-zero': 0, 'expires-in-negative': -1, 'expires-in-string': 'snart', 'expires-in-absent': undefined }
  const expires = fault !== undefined && fault in wrong ? wrong[fault] : LIFETIME - 1
  return { access_token: token, token_type: 'Bearer', expires_in: expires, scope }
}
