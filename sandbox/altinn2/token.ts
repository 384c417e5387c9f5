import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import type { FaultKind } from '../faults.ts'
import type { Street } from '../street.ts'
import { certificateOf } from './certificates.ts'
import type { ConsentRequest } from './requests.ts'

/** Seconds that a consent token lives. */
const LIFETIME = 30

/** The consent token (hente-token; bruk-av-token). `kid` is the certificate's `x5t`; there is no `aud`. */
export async function consentToken(request: ConsentRequest, caller: { organisation: string }, street: Street, nowMs: number, fault: FaultKind | undefined): Promise<string> {
  const named = street.settings.altinn2SignsWith === 'secondary' ? street.keys.altinn2Secondary : street.keys.altinn2Primary
  const { kid } = certificateOf(named)
  const header = { alg: 'RS256', kid, x5t: kid, typ: 'JWT' }
  return new SignJWT(spoilt(claimsOf(request, caller, street, nowMs), fault)).setProtectedHeader(header).sign((fault === 'a2-token-key' ? street.keys.stranger : named).sign)
}

function claimsOf({ code, offeredBy, requiredDelegator, coveredBy, handledBy, validTo, delegated, resources }: ConsentRequest, caller: { organisation: string }, street: Street, nowMs: number): Record<string, unknown> {
  const now = Math.floor(nowMs / 1000)
  const seconds = (time: Date): number => Math.floor(time.getTime() / 1000)
  const services = resources.flatMap(({ ServiceCode, ServiceEditionCode, Metadata }) => {
    const service = `${ServiceCode}_${ServiceEditionCode}`
    return [service, ...Object.entries(Metadata).map(([name, value]) => `${service}_${name}=${value}`)]
  })
  return {
    Services: street.settings.altinn2Services === 'string' ? services[0] : services, AuthorizationCode: code, OfferedBy: offeredBy,
    ...(requiredDelegator !== null && { RequiredDelegator: requiredDelegator }), CoveredBy: coveredBy, ...(handledBy !== null && handledBy === caller.organisation && { HandledBy: handledBy }),
    DelegatedDate: seconds(delegated ?? new Date(nowMs)), ValidToDate: seconds(validTo), nbf: now, iat: now, exp: now + LIFETIME, iss: 'altinn.no',
  }
}

/** Faults that make the token wrong in one respect. */
function spoilt(claims: Record<string, unknown>, fault: FaultKind | undefined): Record<string, unknown> {
  const { iat, exp } = claims as { iat: number; exp: number }
  switch (fault) {
    case 'a2-token-person': return { ...claims, OfferedBy: '15819010029', RequiredDelegator: '15819010029' }
    case 'a2-token-bank': return { ...claims, CoveredBy: '313333332' }
    case 'a2-token-delegator': return { ...claims, RequiredDelegator: '15819010029' }
    case 'a2-token-handler': return { ...claims, HandledBy: '313333332' }
    case 'a2-token-service': return { ...claims, Services: ['4629_2'] }
    case 'a2-token-code': return { ...claims, AuthorizationCode: randomUUID() }
    case 'a2-token-expired': return { ...claims, nbf: iat - 600, iat: iat - 600, exp: exp - 600 }
    case 'a2-token-issuer': return { ...claims, iss: 'altinn.example' }
    case 'a2-token-consent-expired': return { ...claims, ValidToDate: iat - 60 }
    default: return claims
  }
}
