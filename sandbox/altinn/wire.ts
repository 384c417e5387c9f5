import { createHash } from 'node:crypto'
import { isExpired, type Consent, type ConsentEvent } from './consents.ts'

/** A time as .NET writes it: offset instead of Z, fraction without trailing zeros. */
export const dotnetTime = (time: Date): string =>
  time.toISOString().replace(/\.(\d+?)0*Z$/, (_all, fraction: string) => (fraction === '0' ? 'Z' : `.${fraction}Z`)).replace('Z', '+00:00')

export const viewUri = (origin: string, id: string): string => `${origin}/altinn/accessmanagement/ui/consent/request?id=${id}`

const eventView = ({ id, at, by, type, consentId }: ConsentEvent): object => ({
  consentEventID: id, created: dotnetTime(at), performedBy: by, eventType: type, consentRequestID: consentId,
})

/**
 * The answer to a creation (201) and to GET. Past `validTo` an Expired event is added on the fly; it is neither stored nor
 * fed, and `status` stays what the person made it (access management source, AddExpiredEventIfConsentIsExpired).
 */
export function consentView(consent: Consent, origin: string, now: Date): object {
  const expired = isExpired(consent, now)
    ? [{ consentEventID: '00000000-0000-0000-0000-000000000000', created: dotnetTime(consent.validTo), performedBy: consent.to, eventType: 'Expired', consentRequestID: consent.id }]
    : []
  return {
    id: consent.id, from: consent.from, to: consent.to, requiredDelegator: consent.requiredDelegator, handledBy: consent.handledBy,
    validTo: dotnetTime(consent.validTo), consentRights: consent.consentRights, requestMessage: consent.requestMessage,
    status: consent.status, consented: consent.consented && dotnetTime(consent.consented), redirectUrl: consent.redirectUrl,
    consentRequestEvents: [...consent.events.map(eventView), ...expired], viewUri: viewUri(origin, consent.id), portalViewMode: consent.portalViewMode,
  }
}

/** A party's inner number, which the internal shape lets out in places. */
const partyUuid = (urn: string): string => {
  const hex = createHash('sha256').update(`sandbox ${urn}`).digest('hex')
  return `urn:altinn:party:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The answer to a repeated creation (200): the server's internal shape, which nobody has promised. */
export const internalView = (consent: Consent, origin: string): object => ({
  id: consent.id, from: consent.from, to: consent.to, requiredDelegator: consent.requiredDelegator, handledBy: consent.handledBy,
  validTo: dotnetTime(consent.validTo), consentRights: consent.consentRights.map((right) => ({ ...right, resource: right.resource.map((resource) => ({ ...resource, version: '1' })) })),
  requestMessage: consent.requestMessage, templateId: 'standard', templateVersion: 1, consentRequestStatus: consent.status,
  consented: consent.consented && dotnetTime(consent.consented), redirectUrl: consent.redirectUrl,
  consentRequestEvents: consent.events.map((event) => ({ ...eventView(event), performedBy: partyUuid(event.by) })),
  viewUri: viewUri(origin, consent.id),
})
