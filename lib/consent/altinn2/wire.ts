import { z } from 'zod'
import type { ConsentRequest } from '../provider'

/** A service in Altinn 2: `slk_5498_1`, as Altinn 3 calls it, is service 5498, edition 1. */
export type Service = { readonly code: string; readonly edition: number }

/** The service behind a resource's name; null when the name does not end in one. */
export function serviceOf(resource: string): Service | null {
  const [, code, edition] = /^(?:[a-z0-9]+_)?(\d{3,5})_(\d{1,4})$/i.exec(resource) ?? []
  return code && edition ? { code, edition: Number(edition) } : null
}

/** `POST consentRequests`. Every field is mandatory for this service; the message must be there and be empty (DSOP). */
export function createBody(request: ConsentRequest, lastName: string, { service, metadataKey, handledBy }: { service: Service; metadataKey: string; handledBy: string | null }): string {
  const person = request.offeredBy.reveal()
  return JSON.stringify({
    CoveredBy: request.coveredBy,
    OfferedBy: person,
    OfferedByName: lastName,
    RequiredDelegator: person,
    RequiredDelegatorName: lastName,
    ...(handledBy !== null && { HandledBy: handledBy }),
    ValidTo: request.validTo.toISOString(),
    RedirectUrl: request.redirectUrl,
    RequestResources: [{ ServiceCode: service.code, ServiceEditionCode: service.edition, Metadata: { [metadataKey]: request.coveredByName } }],
    RequestMessage: {},
    PortalViewMode: 'Hide',
  })
}

/** Names come in either case: `AuthorizationCode` and `authorizationCode`. */
const folded = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.toLowerCase(), inner as unknown])) : value

/**
 * A request as Altinn tells it. National ids in it are masked, and `ValidTo` has no zone: neither is read, since nothing
 * may hang on them.
 */
export const requestAnswer = z.preprocess(folded, z.object({ authorizationcode: z.guid(), requeststatus: z.string(), _links: z.object({ gui: z.object({ href: z.url() }) }).nullish() }))
export type RequestAnswer = z.infer<typeof requestAnswer>

const languageCodes: ReadonlyMap<string, string> = new Map([['nb', 'nb-NO'], ['nn', 'nn-NO'], ['en', 'en']])

/** The link to the page, which then speaks the person's language, where Altinn has a word for it. */
export function inLanguage(href: string, language: string | undefined): string {
  const code = languageCodes.get(language ?? '')
  if (code === undefined) return href
  const link = new URL(href)
  link.searchParams.set('languageCode', code)
  return link.href
}

/** A token is a JSON string; the quotes belong to the answer. Some answers come without them, or with apostrophes. */
export const unquoted = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/s, '$2')
export const tokenAnswer = z.string().regex(/^[\w-]+\.[\w-]+\.[\w-]+$/).max(20_000)

const fault = z.preprocess(folded, z.object({ errorcode: z.union([z.string(), z.number()]).transform(String) }))

/** The codes of a refusal: the texts beside them name the person and their number. */
export function faultCodes(body: unknown): readonly string[] {
  const faults = z.array(fault).max(50).safeParse(Array.isArray(body) ? body : [body])
  return (faults.data ?? []).map(({ errorcode }) => errorcode).filter((code) => /^([A-Za-z]{3,40}|\d{3,6})$/.test(code))
}

/** "… or the provided name does not match the registered name" (Altinn 21.8), and the same by its words. */
export const isNameRefused = (codes: readonly string[]): boolean => codes.some((code) => code === '40332' || /^Invalid(OfferedBy|RequiredDelegator)Name$/.test(code))

const epoch = z.number().int().positive().transform((seconds) => new Date(seconds * 1000))

/** The consent token, as Altinn documents it: a service list may be one text, and its parts joined by `_` or `,`. */
export const consentTokenClaims = z.looseObject({
  AuthorizationCode: z.string(),
  OfferedBy: z.string(),
  CoveredBy: z.string(),
  RequiredDelegator: z.string().optional(),
  HandledBy: z.string().optional(),
  DelegatedDate: epoch,
  ValidToDate: epoch,
  Services: z.union([z.string().transform((one) => [one]), z.array(z.string()).min(1).max(10)]),
})
