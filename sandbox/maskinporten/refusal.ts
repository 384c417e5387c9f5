import { randomUUID } from 'node:crypto'
import { json, type Answer } from '../http.ts'

/** A refusal at the token endpoint. `because` is for the sandbox's own log, in plain words. */
export type Refusal = { error: string; description: string; because: string; status?: 400 | 403 }

const failed = 'Invalid assertion. Client authentication failed.'

/** The refusals with Digdir's own texts (maskinporten_feilsoking). Where Digdir gives no code there is none here. */
export const refusals = {
  broken: (because: string): Refusal => ({ error: 'invalid_request', description: 'MP-011: Invalid assertion. Invalid parameter value', because }),
  usedBefore: (because: string): Refusal => ({ error: 'invalid_grant', description: 'MP-012: Grant is used before', because }),
  unknownClient: (because: string): Refusal => ({ error: 'invalid_grant', description: `MP-100: ${failed} Client not found`, because }),
  audience: (because: string): Refusal => ({ error: 'invalid_grant', description: `MP-110: ${failed} Invalid JWT claim aud`, because }),
  noKid: (because: string): Refusal => ({
    error: 'invalid_grant', description: `${failed} Invalid JWT. The client requires pre-registered jwk and no key identifier (kid) provided`, because,
  }),
  kidAndX5c: (because: string): Refusal => ({ error: 'invalid_grant', description: `${failed} Invalid JWT. Exactly one of kid and x5c is allowed`, because }),
  certificate: (because: string): Refusal => ({ error: 'invalid_grant', description: `MP-120: ${failed} The JWT is signed with an invalid certificate.`, because }),
  oldKey: (because: string): Refusal => ({ error: 'invalid_grant', description: `MP-121: ${failed} The registered key has expired`, because }),
  otherOrganisation: (because: string): Refusal => ({ error: 'invalid_grant', description: 'MP-122: Invalid JWT. The organization number in the certificate does not match the client', because }),
  x5cForm: (because: string): Refusal => ({ error: 'invalid_grant', description: 'MP-123: Invalid JWT header x5c. Failed to extract certificate from jwt', because }),
  signature: (because: string): Refusal => ({ error: 'invalid_grant', description: 'MP-124: Invalid JWT signature', because }),
  expired: (because: string): Refusal => ({ error: 'invalid_grant', description: `MP-130: ${failed} JWT is expired`, because }),
  early: (because: string): Refusal => ({ error: 'invalid_grant', description: `${failed} Issue time is after now`, because }),
  scope: (because: string): Refusal => ({ error: 'invalid_scope', description: 'MP-200: Token request contains invalid scopes for client', because }),
  consumerWithoutScope: (scope: string, because: string): Refusal => ({
    error: 'access_denied', description: `MP-250: Consumer has not been granted access to the scope ${scope}`, because, status: 403,
  }),
  notDelegated: (consumer: string, scope: string, supplier: string, because: string): Refusal => ({
    error: 'access_denied', description: `MP-251: Consumer ${consumer} has not delegated access to the scope ${scope} to supplier ${supplier}`, because, status: 403,
  }),
  sameOrganisation: (because: string): Refusal => ({
    error: 'invalid_request', description: 'Validation of JWT claim failed: The combination consumer_org in claim and delegation scope on client is invalid', because,
  }),
  detailsType: (because: string): Refusal => ({ error: 'invalid_authorization_details', description: 'MP-301: Unknown authorization details type', because }),
  detailsFields: (because: string): Refusal => ({ error: 'invalid_authorization_details', description: 'MP-302: Unknown fields in the authorization details', because }),
  detailsValues: (what: string, because: string): Refusal => ({ error: 'invalid_authorization_details', description: `MP-303: Invalid authorization details values: ${what}`, because }),
} as const

export const isRefusal = (result: object): result is Refusal => 'because' in result

/** `{"error","error_description":"… (correlation id: …)","error_uri"}` (Digdir, error format). */
export const refusalAnswer = ({ error, description, status = 400 }: Refusal): Answer =>
  json(status, { error, error_description: `${description} (correlation id: ${randomUUID()})`, error_uri: 'https://docs.digdir.no/docs/Maskinporten/maskinporten_feilsoking' })

/** The reason with Maskinporten's code behind it, for the log. */
export const inPlainWords = ({ because, description }: Refusal): string => {
  const code = /^MP-\d{3}/.exec(description)?.[0]
  return code === undefined ? `${because} (no code)` : `${because} (${code})`
}
