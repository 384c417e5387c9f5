import { errors, jwtVerify } from 'jose'
import { empty, header, json, text, type Answer } from '../http.ts'
import type { Street } from '../street.ts'
import { refuse, type Visit } from '../visit.ts'

/** The organisation that has authenticated, and for whom: a supplier comes for a bank. The key says where people may be sent back to. */
export type Caller = { organisation: string; consumer: string; redirectDomains: readonly string[] }

/** Altinn 2 says why in the reason phrase, which many clients never see. */
export function says(visit: Visit, status: number, words: string, because = words): Answer {
  visit.res.statusMessage = words.replaceAll(/[^\x20-\x7E]/g, '')
  return refuse(visit, because, text(status, ''))
}

/** Where somebody who looks like a person is sent. */
export const LOGIN = '/ui/Authentication'
const isBrowser = (visit: Visit): boolean => header(visit.req, 'authorization') === undefined && /text\/html/i.test(header(visit.req, 'accept') ?? '')

type Org = { ID?: unknown } | undefined
const orgFrom = (claim: unknown): string | undefined => /^0192:(\d{9})$/.exec(String((claim as Org)?.ID))?.[1]

/**
 * Who calls (be-om-samtykke; REST, authentication): a Maskinporten token with the scope, and the API key of the very
 * organisation that it authenticates.
 */
export async function callerOf(visit: Visit, street: Street, scopes: readonly string[]): Promise<Caller | Answer> {
  if (isBrowser(visit)) return refuse(visit, 'no credentials, and HTML is wanted: this is a browser, which is sent to log in', empty(302, { location: `/altinn2${LOGIN}` }))
  const apiKey = header(visit.req, 'apikey')
  if (apiKey === undefined) return says(visit, 400, "Required header 'ApiKey' is missing")
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(header(visit.req, 'authorization') ?? '')?.[1]
  if (token === undefined) return says(visit, 401, 'No authenticated organization number', 'no Authorization: Bearer <token>')
  try {
    const { payload } = await jwtVerify(token, street.keys.maskinporten.verify, {
      algorithms: ['RS256'], issuer: `${street.origin}/maskinporten/`, clockTolerance: 10, currentDate: new Date(visit.now), requiredClaims: ['exp', 'scope', 'consumer'],
    })
    const consumer = orgFrom(payload.consumer)
    const organisation = orgFrom(payload.supplier) ?? consumer
    if (consumer === undefined || organisation === undefined) return says(visit, 401, 'No authenticated organization number', 'the token has no consumer')
    const granted = String(payload.scope).split(' ')
    if (!scopes.some((scope) => granted.includes(scope))) return says(visit, 403, 'Missing scope', `the token's scope is not ${scopes.join(' or ')}`)
    const known = street.selfService.altinn2ApiKeys.find((key) => key.apiKey === apiKey)
    if (known?.orgNumber !== organisation) return says(visit, 403, 'The provided API Key is not authorized', known ? 'the API key is not the authenticated organisation’s' : 'no such API key')
    return { organisation, consumer, redirectDomains: known.redirectDomains }
  } catch (cause) {
    return says(visit, 401, cause instanceof errors.JWTExpired ? 'IDX10223: Lifetime validation failed. The token is expired.' : 'IDX10511: Signature validation failed.', `the token is not valid: ${cause instanceof Error ? cause.message : 'unreadable'}`)
  }
}

export const isAnswer = (result: Caller | Answer): result is Answer => 'status' in result

/** One answer for every fault of a code, so that a stranger learns nothing: unknown, not theirs, not accepted, withdrawn, over. */
export const ambiguous = (visit: Visit, because: string): Answer => says(visit, 403, 'The API key is not authorized, or the authorization code is expired or invalid', because)

/** Links are for those who ask for `application/hal+json`. */
export const wantsHal = (visit: Visit): boolean => /application\/hal\+json/i.test(header(visit.req, 'accept') ?? '')

export const asJson = (status: number, value: unknown, visit: Visit): Answer =>
  json(status, value, { 'content-type': wantsHal(visit) ? 'application/hal+json; charset=utf-8' : 'application/json; charset=utf-8' })
