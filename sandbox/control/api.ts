import { z } from 'zod'
import { canStrike, faultShape } from '../faults.ts'
import { empty, json, type Answer } from '../http.ts'
import { expectedBalance } from '../lanekassen/customers.ts'
import { partyNames, type PartyName } from '../parties.ts'
import { isNationalId, people } from '../people.ts'
import { settingsShape } from '../settings.ts'
import type { Street } from '../street.ts'
import { isAnswer, parsed, wrong } from './body.ts'
import { changeEmployee, employeeList } from './employees.ts'
import { consentList, migratedConsent, moveConsent } from './consents.ts'
import type { Levers } from './levers.ts'
import { addBank, clientList, delegations, orderCertificate, postKeys, scopes } from './self-service.ts'

export type Pull = { street: Street; levers: Levers; method: string; path: string; query: URLSearchParams; body: string }

/** The control API of README.md: what tests and the start page turn knobs with. */
export function control(pull: Pull): Answer {
  const { street, method, path, query, body } = pull
  const [, , what = '', first, second, ...more] = path.split('/')
  if (more.length > 0) return wrong(404, 'No such address')
  switch (`${method} ${what}`) {
    case 'GET state': return json(200, state(street))
    case 'POST reset': street.reset(); return empty(204)
    case 'GET people': return json(200, people.map((person) => ({ ...person, expected: expectedBalance(person.pid) })))
    case 'PUT faults': return putFault(pull, first)
    case 'DELETE faults': return clearFaults(street, first)
    case 'GET requests': return requests(street, query)
    case 'GET consents': return consentList(street)
    case 'POST consents': return first === undefined ? migratedConsent(street, body) : moveConsent(street, first, second)
    case 'PUT balances': case 'DELETE balances': return balance(pull, first)
    case 'PUT settings': return settings(pull)
    case 'GET clients': return clientList(street)
    case 'PUT clients': return second === 'keys' ? postKeys(street, first, body) : wrong(404, 'No such address')
    case 'GET employees': return employeeList(street)
    case 'PATCH employees': return changeEmployee(street, first, body)
    case 'GET delegations': case 'PUT delegations': case 'PATCH delegations': return delegations(street, method, body)
    case 'PUT scopes': return scopes(street, body)
    case 'POST certificates': return orderCertificate(body)
    case 'POST banks': return addBank(street, body)
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
  consents: street.consents.all().length + street.altinn2.all().length,
  banks: street.selfService.banks.map(({ name, orgNumber, appUrl }) => ({ name, orgNumber, appUrl })),
  requests: street.journal.list().length,
  lastRequest: street.journal.list().at(-1)?.nr ?? 0,
})

const isParty = (name: string | undefined): name is PartyName => (partyNames as readonly string[]).includes(name ?? '')

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
