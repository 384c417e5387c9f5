import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { isExpired, orgUrn, personUrn, pidOf, type Consent } from '../altinn/consents.ts'
import { dotnetTime } from '../altinn/wire.ts'
import type { ConsentRequest } from '../altinn2/requests.ts'
import { canStrike, faultShape } from '../faults.ts'
import { empty, json, type Answer } from '../http.ts'
import { expectedBalance } from '../lanekassen/customers.ts'
import { certificateOrder, issueCertificate } from '../maskinporten/authority.ts'
import { partyNames, type PartyName } from '../parties.ts'
import { isNationalId, nameOf, people } from '../people.ts'
import { clientKeys, delegation } from '../registration.ts'
import { settingsShape } from '../settings.ts'
import type { Street } from '../street.ts'
import type { Levers } from './levers.ts'

export type Pull = { street: Street; levers: Levers; method: string; path: string; query: URLSearchParams; body: string }

const wrong = (status: number, error: string, details?: unknown): Answer => json(status, { error, ...(details !== undefined && { details }) })

/** The control API of README.md: what tests and the start page turn knobs with. */
export function control(pull: Pull): Answer {
  const { street, method, path, query } = pull
  const [, , what = '', first, second, ...more] = path.split('/')
  if (more.length > 0) return wrong(404, 'No such address')
  switch (`${method} ${what}`) {
    case 'GET state': return json(200, state(street))
    case 'POST reset': street.reset(); return empty(204)
    case 'GET people': return json(200, people.map((person) => ({ ...person, expected: expectedBalance(person.pid) })))
    case 'PUT faults': return putFault(pull, first)
    case 'DELETE faults': return clearFaults(street, first)
    case 'GET requests': return requests(street, query)
    case 'GET consents': return json(200, [...street.consents.all().map((consent) => consentLine(consent)), ...street.altinn2.all().map(altinn2Line)])
    case 'POST consents': return first === undefined ? migratedConsent(pull) : moveConsent(street, first, second)
    case 'PUT balances': case 'DELETE balances': return balance(pull, first)
    case 'PUT settings': return settings(pull)
    case 'PUT clients': return second === 'keys' ? postKeys(pull, first) : wrong(404, 'No such address')
    case 'PUT delegations': return delegate(pull)
    case 'POST certificates': return certificate(pull)
    case 'POST lanekassen':
      if (first !== 'forget') return wrong(404, 'No such address')
      pull.levers.forgetCachedConsents()
      return empty(204)
    default: return wrong(404, 'No such address')
  }
}

const state = (street: Street): object => ({
  origin: street.origin,
  appUrl: street.registration.appUrl,
  settings: street.settings,
  faults: street.faults.list().map(({ party, fault }) => ({ party, ...fault })),
  consents: street.consents.all().length,
  requests: street.journal.list().length,
  lastRequest: street.journal.list().at(-1)?.nr ?? 0,
})

const isParty = (name: string | undefined): name is PartyName => (partyNames as readonly string[]).includes(name ?? '')

function parsed<T>(body: string, shape: z.ZodType<T>): T | Answer {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return wrong(400, 'The body is not JSON')
  }
  const result = shape.safeParse(value)
  return result.success ? result.data : wrong(400, 'The body is not in order', result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`))
}
const isAnswer = (value: object): value is Answer => 'status' in value && typeof value.status === 'number'

function putFault({ street, body }: Pull, party: string | undefined): Answer {
  if (!isParty(party)) return wrong(404, `The parties are ${partyNames.join(', ')}`)
  const fault = parsed(body, faultShape)
  if (isAnswer(fault)) return fault
  if (!canStrike(party, fault.fault)) return wrong(400, `${fault.fault} cannot strike ${party}`)
  street.faults.put(party, fault)
  return json(200, state(street))
}

function clearFaults(street: Street, party: string | undefined): Answer {
  if (party !== undefined && !isParty(party)) return wrong(404, `The parties are ${partyNames.join(', ')}`)
  street.faults.clear(party)
  return empty(204)
}

function requests(street: Street, query: URLSearchParams): Answer {
  const party = query.get('party') ?? undefined
  if (party !== undefined && !isParty(party)) return wrong(400, `The parties are ${partyNames.join(', ')}`)
  const since = query.get('since') ?? undefined
  if (since !== undefined && !/^\d{1,9}$/.test(since) && Number.isNaN(Date.parse(since))) return wrong(400, '`since` is a time or the number of a request')
  return json(200, street.journal.list({ party, since, step: query.get('step') ?? undefined }))
}

const consentLine = (consent: Consent): object => ({
  id: consent.id, person: nameOf(pidOf(consent.from) ?? ''), to: consent.to, handledBy: consent.handledBy, status: consent.status, expired: isExpired(consent, new Date()),
  validTo: dotnetTime(consent.validTo), redirectUrl: consent.redirectUrl, portalViewMode: consent.portalViewMode,
  events: consent.events.map(({ type, at }) => ({ type, at: at.toISOString() })),
})

/** What the person would do in Altinn, done for them; `expire` lets the time run out. */
function moveConsent(street: Street, id: string | undefined, move: string | undefined): Answer {
  const consent = street.consents.find(id ?? '')
  if (!consent) return moveInAltinn2(street, id, move)
  const now = new Date()
  if (move === 'expire') street.consents.expire(consent, now)
  else if (move === 'accept' || move === 'reject' || move === 'revoke') {
    const code = street.consents.move(consent, move, consent.from, now)
    if (code !== null) return wrong(409, code)
  } else return wrong(404, 'accept, reject, revoke or expire')
  return json(200, consentLine(consent))
}

/** The same in Altinn 2. */
function moveInAltinn2(street: Street, code: string | undefined, move: string | undefined): Answer {
  const request = street.altinn2.find(code ?? '')
  if (!request) return wrong(404, 'No such consent')
  if (move === 'expire') street.altinn2.expire(request, new Date())
  else if (move !== 'accept' && move !== 'reject' && move !== 'revoke') return wrong(404, 'accept, reject, revoke or expire')
  else if (!street.altinn2.move(request, move, new Date())) return wrong(409, request.status)
  return json(200, altinn2Line(request))
}

const altinn2Line = ({ code, offeredBy, coveredBy, handledBy, status, revoked, validTo, redirectUrl, uses }: ConsentRequest): object => ({
  id: code, system: 'altinn2', person: nameOf(offeredBy), to: coveredBy, handledBy, status: revoked ? 'Revoked' : status, expired: validTo <= new Date(), validTo: dotnetTime(validTo), redirectUrl, uses,
})

const migration = z.strictObject({ pid: z.string().refine(isNationalId), to: z.string().regex(/^\d{9}$/), resource: z.string().min(1), metadata: z.record(z.string(), z.string()), validTo: z.coerce.date() })

/** A consent that was given in Altinn 2 and lives on in Altinn 3 under its old code (DSOP, Altinn 3). */
function migratedConsent({ street, body }: Pull): Answer {
  const given = parsed(body, migration)
  if (isAnswer(given)) return given
  const { pid, to, resource, metadata, validTo } = given
  const now = new Date()
  const lowered = Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key.toLowerCase(), value]))
  const consent = street.consents.add(
    { id: randomUUID(), from: personUrn(pid), to: orgUrn(to), requiredDelegator: null, handledBy: null, validTo, consentRights: [{ action: ['consent'], resource: [{ type: 'urn:altinn:resource', value: resource }], metadata: lowered }], requestMessage: null, redirectUrl: '', portalViewMode: 'Hide' },
    orgUrn(to), now,
  )
  street.consents.move(consent, 'accept', personUrn(pid), now)
  return json(201, consentLine(consent))
}

function balance({ street, method, body }: Pull, pid: string | undefined): Answer {
  if (pid === undefined || !isNationalId(pid)) return wrong(400, 'The address ends with a national id')
  if (method === 'DELETE') {
    street.balances.delete(pid)
    return empty(204)
  }
  const given = parsed(body, z.strictObject({ body: z.string() }))
  if (isAnswer(given)) return given
  street.balances.set(pid, given.body)
  return empty(204)
}

function settings({ street, body }: Pull): Answer {
  const given = parsed(body, settingsShape.partial())
  if (isAnswer(given)) return given
  Object.assign(street.settings, given)
  return json(200, street.settings)
}

/** A client's keys in the self-service portal: the whole set is replaced. `postedAt` says when, for keys that have grown old. */
function postKeys({ street, body }: Pull, clientId: string | undefined): Answer {
  const client = street.selfService.clients.find((it) => it.clientId === clientId)
  if (!client) return wrong(404, 'No such client')
  const given = parsed(body, clientKeys.extend({ postedAt: z.coerce.date().optional() }))
  if (isAnswer(given)) return given
  Object.assign(client, { jwks: { keys: given.keys }, keysPostedAt: given.postedAt })
  return json(200, { clientId, kids: given.keys.map(({ kid }) => kid) })
}

/** What banks have delegated to suppliers in Altinn: the whole list is replaced. */
function delegate({ street, body }: Pull): Answer {
  const given = parsed(body, z.array(delegation))
  if (isAnswer(given)) return given
  street.selfService.delegations = given
  return json(200, given)
}

/** A business certificate of the sandbox's own authority, in order or wrong on purpose. */
function certificate({ body }: Pull): Answer {
  const order = parsed(body, certificateOrder)
  return isAnswer(order) ? order : json(201, issueCertificate(order))
}
