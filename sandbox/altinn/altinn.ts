import { empty, isFromOwnPage, json, seeOther, type Answer } from '../http.ts'
import { page } from '../page.ts'
import { mayEnter, nameOf } from '../people.ts'
import type { Street } from '../street.ts'
import { refuse, type Party, type Visit } from '../visit.ts'
import { pickerView } from './consent-views.ts'
import { consentPage, ownPage, PAGE_PATH, switchPerson } from './consent-page.ts'
import { createConsent } from './create.ts'
import { consentEvents } from './events.ts'
import { exchange, exchangeStep } from './exchange.ts'
import { profilePage } from './profile.ts'
import { resourceEntry } from './resource-registry.ts'
import { consentStatus } from './status.ts'
import type { Visitors } from './visitor.ts'

const API = '/accessmanagement/api/v1/enterprise/consentrequests'
const REGISTRY = '/resourceregistry/api/v1/resource/'

/** Altinn 3: the consent API, the consent page, a person's profile, and the open resource registry. */
export function createAltinn(street: Street, visitors: Visitors): Party {
  return {
    name: 'altinn',
    readsBody: false,
    stepOf: (method, path) => {
      if (path === API) return method === 'POST' ? 'create' : 'other'
      if (path === `${API}/events`) return 'events'
      if (path.startsWith(`${API}/`)) return 'status'
      if (path === PAGE_PATH) return 'page'
      const own = exchangeStep(path)
      if (own) return own
      return path.startsWith(REGISTRY) ? 'registry' : 'profile'
    },
    failure: (status) => (status === 401 || status === 403 ? empty(status) : json(status, { type: 'about:blank', title: 'Feil', status }, { 'content-type': 'application/problem+json; charset=utf-8' })),
    serve: (visit) => api(visit, street) ?? pages(visit, street, visitors),
  }
}

function api(visit: Visit, street: Street): Promise<Answer> | Answer | undefined {
  const { method, path } = visit
  if (path === API) return method === 'POST' ? createConsent(visit, street) : refuse(visit, 'only POST', empty(405, { allow: 'POST' }))
  if (exchangeStep(path)) return exchange(visit, street)
  if (path.startsWith(REGISTRY)) return resourceEntry(visit, street, decodeURIComponent(path.slice(REGISTRY.length)))
  if (!path.startsWith(`${API}/`)) return undefined
  if (method !== 'GET') return refuse(visit, 'only GET', empty(405, { allow: 'GET' }))
  const rest = path.slice(API.length + 1)
  // `latestchanges` is in the guide but not in the current source.
  if (rest === 'latestchanges' || rest.includes('/')) return refuse(visit, 'no such address', empty(404))
  return rest === 'events' ? consentEvents(visit, street) : consentStatus(visit, street, rest)
}

function pages(visit: Visit, street: Street, visitors: Visitors): Promise<Answer> | Answer {
  const { method, path } = visit
  if (method !== 'GET' && method !== 'POST') return refuse(visit, 'only GET and POST', empty(405))
  if (path === PAGE_PATH) return consentPage(visit, street, visitors)
  if (path === '/profile' || path.startsWith('/profile/')) return profilePage(visit, street, visitors)
  if (path === '/logout' && method === 'POST') return switchPerson(visit, street, visitors)
  if (path === '/login' && method === 'POST') return enter(visit, street, visitors)
  return refuse(visit, 'no such address', empty(404))
}

function enter(visit: Visit, street: Street, visitors: Visitors): Answer {
  const form = new URLSearchParams(visit.body)
  const pid = form.get('pid') ?? ''
  const next = ownPage(form.get('next'))
  if (!isFromOwnPage(visit.req, street.origin)) return refuse(visit, 'the form was sent from another site', empty(403))
  if (!mayEnter(pid)) return refuse(visit, 'not one of the people here', page(400, pickerView(next)))
  visit.person = nameOf(pid)
  visitors.enter(visit, pid)
  return seeOther(next)
}
