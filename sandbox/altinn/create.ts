import { empty, isJson, json, type Answer } from '../http.ts'
import { isInAltinnRegister, nameOf } from '../people.ts'
import type { Street } from '../street.ts'
import { refuse, type Visit } from '../visit.ts'
import { callerOf, isAnswer } from './bearer.ts'
import { orgOf, orgUrn, pidOf, type NewConsent } from './consents.ts'
import { codesOf, problemAnswer, unreadable, type Problem } from './problems.ts'
import { readRequest } from './read-request.ts'
import { problemsWith } from './rules.ts'
import { consentView, internalView, viewUri } from './wire.ts'

/**
 * POST consentrequests (consent guide, "request"; access management source): 201 for a new request, 200 with the internal shape
 * when the id exists for the same parties, AM-00016 when it exists for others, 403 with empty body when `to` is not the consumer.
 */
export async function createConsent(visit: Visit, street: Street): Promise<Answer> {
  const caller = await callerOf(visit, street, ['altinn:consentrequests.write'])
  if (isAnswer(caller)) return caller
  if (!isJson(visit.req)) return refuse(visit, 'the body is not application/json', empty(415))

  const read = readRequest(visit.body)
  if (!read.ok) return refuse(visit, `${read.path}: ${read.message}`, unreadable(read.path, read.message))
  const request: NewConsent = { ...read.request, handledBy: caller.supplier === null ? null : orgUrn(caller.supplier) }
  visit.person = nameOf(pidOf(request.from) ?? '')
  visit.consent = request.id.toLowerCase()

  if (request.to !== orgUrn(caller.consumer)) return refuse(visit, "`to` is not the token's consumer", empty(403))
  if (!hasAccess(street, caller.consumer)) return refuse(visit, "the organisation is not on the resource's access list", empty(403))

  const unknown = unknownParty(request, street)
  if (unknown) return refuse(visit, `a party is not in the register (${unknown.code})`, problemAnswer([unknown]))
  const [first, ...rest] = problemsWith(request, street.registration.resource, new Date(visit.now))
  if (first) return refuse(visit, `the request is not in order (${codesOf([first, ...rest])})`, problemAnswer([first, ...rest]))

  const existing = street.consents.find(request.id)
  if (existing && (existing.from !== request.from || existing.to !== request.to))
    return refuse(visit, 'the id is taken by a request between other parties (AM-00016)', problemAnswer([{ code: 'AM-00016', extra: { requestId: request.id } }]))
  if (existing) return json(200, internalView(existing, street.origin))

  const now = new Date(visit.now)
  const consent = street.consents.add(request, orgUrn(caller.consumer), now)
  return json(201, consentView(consent, street.origin, now), { location: viewUri(street.origin, consent.id) })
}

/** The owner's access list: the bank, and whoever has delegated to a supplier. */
function hasAccess({ selfService }: Street, consumer: string): boolean {
  return selfService.banks.some(({ orgNumber }) => orgNumber === consumer) || selfService.delegations.some((delegation) => delegation.consumer === consumer)
}

/** Looked up before anything else is checked, and told of alone. */
function unknownParty(request: NewConsent, street: Street): Problem | undefined {
  for (const urn of [request.from, request.to, request.requiredDelegator, request.handledBy]) {
    if (urn === null) continue
    const pid = pidOf(urn)
    if (pid !== undefined && !isInAltinnRegister(pid)) return { code: 'AM-00004', extra: { fnumber: urn } }
    const org = orgOf(urn)
    if (org !== undefined && !isKnownOrg(street, org)) return { code: 'AM-00003', extra: { orgnr: urn } }
  }
  return undefined
}

const isKnownOrg = ({ registration, selfService }: Street, org: string): boolean =>
  org in registration.organisations ||
  [...selfService.banks, ...selfService.clients].some(({ orgNumber }) => orgNumber === org) ||
  selfService.delegations.some(({ consumer, supplier }) => consumer === org || supplier === org)
