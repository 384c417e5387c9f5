import { orgUrn, pidOf, type Consent } from '../altinn/consents.ts'
import { lookUpConsent } from '../altinn/lookup.ts'
import { isUuid } from '../altinn/read-request.ts'
import { nameOf } from '../people.ts'
import type { Street } from '../street.ts'
import type { Visit } from '../visit.ts'
import { refusals, type Refusal } from './refusal.ts'

export const CONSENT = 'urn:altinn:consent'
export const detailTypes = ['urn:altinn:systemuser', CONSENT]

/**
 * Judges `authorization_details` (RFC 9396; maskinporten_func_samtykke): one consent, three fields, and a live question to
 * Altinn whether it is in force between these parties. How Altinn's reasons pass through is not published: here in words.
 */
export function consentFor(details: unknown, consumer: string, street: Street, visit: Visit): (Consent & { consented: Date }) | Refusal {
  if (!Array.isArray(details) || details.length !== 1) return refusals.detailsValues('exactly one element is required', 'authorization_details is not an array of one')
  const detail: unknown = details[0]
  if (detail === null || typeof detail !== 'object') return refusals.detailsValues('element is not an object', 'authorization_details holds no object')
  const { type, id, from, ...others } = detail as Record<string, unknown>
  if (typeof type !== 'string' || !detailTypes.includes(type)) return refusals.detailsType('type is not a known one')
  if (type !== CONSENT) return refusals.detailsValues('no system user is known here', 'system users are not simulated')
  const strange = Object.keys(others)
  if (strange.length > 0) return refusals.detailsFields(`unknown fields: ${strange.join(', ')}`)
  if (!isUuid(id)) return refusals.detailsValues('id', 'id is missing or not a UUID')
  const pid = typeof from === 'string' ? pidOf(from) : undefined
  if (typeof from !== 'string' || pid === undefined) return refusals.detailsValues('from', 'from is missing or not a person urn')
  visit.person = nameOf(pid)
  visit.consent = id.toLowerCase()

  const lookup = lookUpConsent(street.consents, id, from, orgUrn(consumer), new Date(visit.now))
  return lookup.ok ? lookup.consent : refusals.detailsValues(`consent is not valid: ${lookup.words}`, `Altinn says no: ${lookup.words}`)
}
