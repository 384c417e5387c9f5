import { jwtVerify, type JWTPayload } from 'jose'
import { pidOf } from '../altinn/consents.ts'
import { certificateOf } from '../altinn2/certificates.ts'
import type { Street } from '../street.ts'

export const SCOPE = 'lanekassen:lan/v1/saldoopplysninger'

/** The tokens as Lånekassen understands them: whose they are, and the consent they carry, if any. */
export type Understood = { consumer: string; supplier: string | undefined; scopes: string[]; consent: CarriedConsent | 'several' | 'none' }
export type CarriedConsent = { type: unknown; id: string; from: string | undefined; to: string | undefined; validTo: Date; resources: string[] }

const orgOf = (claim: unknown): string | undefined => /^0192:(\d{9})$/.exec(String((claim as { ID?: unknown } | undefined)?.ID))?.[1]

function consentIn(payload: JWTPayload): Understood['consent'] {
  const details = payload.authorization_details
  if (details === undefined) return 'none'
  if (!Array.isArray(details) || details.length !== 1) return 'several'
  const detail = details[0] as Record<string, unknown>
  const rights = Array.isArray(detail.consentRights) ? (detail.consentRights as { resource?: { value?: unknown }[] }[]) : []
  return {
    type: detail.type, id: String(detail.id), from: pidOf(String(detail.from)), to: orgOf(detail.to),
    validTo: new Date(String(detail.validTo)), resources: rights.flatMap(({ resource }) => (resource ?? []).map(({ value }) => String(value))),
  }
}

/** Signature by Maskinporten's keys, issuer and time. The reason is for the log. */
export async function understand(token: string, street: Street, nowMs: number): Promise<Understood | string> {
  if (/^Bearer\b/i.test(token)) return 'it begins with Bearer; the header takes the token and nothing else'
  if (/^["']|["']$/.test(token)) return 'it stands in quotes'
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return 'it is not a JWT'
  try {
    const { payload } = await jwtVerify(token, street.keys.maskinporten.verify, {
      algorithms: ['RS256'], issuer: `${street.origin}/maskinporten/`, clockTolerance: 10, currentDate: new Date(nowMs), requiredClaims: ['exp', 'scope', 'consumer'],
    })
    const consumer = orgOf(payload.consumer)
    return consumer === undefined ? 'it has no consumer' : { consumer, supplier: orgOf(payload.supplier), scopes: String(payload.scope).split(' '), consent: consentIn(payload) }
  } catch (cause) {
    return cause instanceof Error ? cause.message : 'it cannot be read'
  }
}

/** An Altinn 2 token by its two certificates, issuer and time. */
export async function understandAltinn2(token: string, street: Street, nowMs: number): Promise<{ code: string; offeredBy: string; coveredBy: string; services: string[]; validTo: Date } | string> {
  if (/^["']|["']$/.test(token)) return 'it stands in quotes'
  try {
    const { payload } = await jwtVerify(token, ({ kid }) => {
      const key = [street.keys.altinn2Primary, street.keys.altinn2Secondary].find((one) => certificateOf(one).kid === kid)
      if (!key) throw new Error('kid names none of Altinn’s certificates')
      return key.verify
    }, { algorithms: ['RS256'], issuer: 'altinn.no', clockTolerance: 10, currentDate: new Date(nowMs), requiredClaims: ['exp', 'OfferedBy', 'CoveredBy', 'AuthorizationCode', 'ValidToDate'] })
    return { code: String(payload.AuthorizationCode), offeredBy: String(payload.OfferedBy), coveredBy: String(payload.CoveredBy), services: [payload.Services].flat().map(String), validTo: new Date(Number(payload.ValidToDate) * 1000) }
  } catch (cause) {
    return cause instanceof Error ? cause.message : 'it cannot be read'
  }
}
