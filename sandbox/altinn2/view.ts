import type { ConsentRequest } from './requests.ts'

const clock = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: 'Europe/Oslo' })
/** A time as Altinn 2 writes it: on the wall in Oslo, and without saying so. */
export const wallTime = (time: Date): string => `${clock.format(time).replace(' ', 'T')}.${String(time.getUTCMilliseconds()).padStart(3, '0')}`

/** National ids come back masked: nobody may match on them. */
const masked = (pid: string): string => `${pid.slice(0, 6)}*****`

export const pageAddress = (origin: string, code: string): string => `${origin}/altinn2/ui/AccessConsent/request?id=${code}`

/** The answer about one request. `_links` are there only for those who ask for HAL. */
export function requestView(request: ConsentRequest, origin: string, hal: boolean): object {
  const { code, coveredBy, offeredBy, requiredDelegator, handledBy, validTo, redirectUrl, resources, portalViewMode, status, created, lastChanged } = request
  return {
    AuthorizationCode: code, CoveredBy: coveredBy, OfferedBy: masked(offeredBy), ...(requiredDelegator !== null && { RequiredDelegator: masked(requiredDelegator) }), ...(handledBy !== null && { HandledBy: handledBy }),
    RequestStatus: status, ValidTo: wallTime(validTo), RedirectUrl: redirectUrl, RequestResources: resources, RequestMessage: {}, PortalViewMode: portalViewMode,
    Created: wallTime(created), LastChanged: wallTime(lastChanged), Errors: [],
    ...(hal && { _links: { self: { href: `${origin}/altinn2/api/consentRequests/${code}` }, gui: { href: pageAddress(origin, code) } } }),
  }
}
