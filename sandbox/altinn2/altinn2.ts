import { z } from 'zod'
import type { Visitors } from '../altinn/visitor.ts'
import { pickerView } from '../altinn/consent-views.ts'
import { empty, header, json, text, type Answer } from '../http.ts'
import { page } from '../page.ts'
import { nameOf } from '../people.ts'
import type { Street } from '../street.ts'
import { refuse, type Party, type Visit } from '../visit.ts'
import { ambiguous, asJson, callerOf, isAnswer, LOGIN, says, wantsHal, type Caller } from './caller.ts'
import { certificateOf } from './certificates.ts'
import { createRequest } from './create.ts'
import { answerPage, OWN, ownConsents, PAGE } from './page.ts'
import { isInForce, isUnanswered, type ConsentRequest } from './requests.ts'
import { consentToken } from './token.ts'
import { requestView } from './view.ts'

const WRITE = 'altinn:consentrequests.write'
const READ = 'altinn:consentrequests.read'
const READ_TOKENS = 'altinn:consenttokens.read'
const WRITE_TOKENS = 'altinn:consenttokens.write'

/** `/api/consentRequests/{code}` and DSOP's own spelling of it; .NET does not look at case. */
const requestsPath = /^\/api\/consentrequests?(?:\/([^/]+))?$/i
const tokenPath = /^\/api\/authorization\/token(?:\/([^/]+))?(\/loguse)?$/i

/** Altinn 2's consent: retired in June 2026, and kept since older set-ups and their documentation still speak of it. */
export function createAltinn2(street: Street, visitors: Visitors): Party {
  return {
    name: 'altinn2',
    readsBody: false,
    stepOf(method, path) {
      if (requestsPath.test(path)) return method === 'POST' ? 'create' : method === 'DELETE' ? 'delete' : requestsPath.exec(path)?.[1] === undefined ? 'events' : 'status'
      const token = tokenPath.exec(path)
      if (token) return token[2] ? 'loguse' : method === 'DELETE' ? 'give-up' : 'consent-token'
      if (path.startsWith('/.well-known/')) return 'metadata'
      return path === PAGE ? 'page' : path === '/api/metadata/jwk' ? 'jwks' : 'profile'
    },
    failure: (status) => text(status, ''),
    serve(visit) {
      const { method, path } = visit
      const about = requestsPath.exec(path)
      if (about) return requests(visit, street, about[1])
      const token = tokenPath.exec(path)
      if (token) return tokens(visit, street, token[1] ?? visit.query.get('authcode') ?? '', token[2] !== undefined)
      if (path === '/api/metadata/jwk') return json(200, jwks(visit, street), { 'cache-control': 'public, max-age=86400' })
      if (path === '/.well-known/oauth-authorization-server') return json(200, { issuer: 'altinn.no', jwks_uri: `${street.origin}/altinn2/api/metadata/jwk` })
      if (method !== 'GET' && method !== 'POST') return refuse(visit, 'only GET and POST', empty(405))
      if (path === PAGE) return answerPage(visit, street, visitors)
      if (path === LOGIN) return page(200, pickerView(`/altinn2${OWN}`))
      if (path === OWN) return ownConsents(visit, street, visitors)
      return refuse(visit, 'no such address', empty(404))
    },
  }
}

/** Both certificates, the one in use and the one that takes over. */
const jwks = (visit: Visit, { keys }: Street): object => ({ keys: [keys.altinn2Primary, ...(visit.fault?.fault === 'a2-one-certificate' ? [] : [keys.altinn2Secondary])].map((key) => certificateOf(key).publicJwk) })

/** A code is seen by the receiver, and by the supplier that handles it when it comes for that receiver (leverandor, step 4). */
const concerns = ({ coveredBy, handledBy }: ConsentRequest, { organisation, consumer }: Caller): boolean => coveredBy === consumer && (organisation === consumer || organisation === handledBy)

async function requests(visit: Visit, street: Street, code: string | undefined): Promise<Answer> {
  if (visit.method === 'POST' && code === undefined) return createRequest(visit, street)
  if (visit.method !== 'GET' && visit.method !== 'DELETE') return says(visit, 405, 'Method not allowed')
  const caller = await callerOf(visit, street, [visit.method === 'GET' ? READ : WRITE])
  if (isAnswer(caller)) return caller
  if (code === undefined) return asJson(200, feed(visit, street, caller), visit)

  const request = street.altinn2.find(code)
  if (!request || !concerns(request, caller)) return ambiguous(visit, request ? 'the request is another organisation’s' : 'no such request')
  visit.person = nameOf(request.offeredBy)
  visit.consent = request.code
  if (visit.method === 'GET') return asJson(200, requestView(request, street.origin, wantsHal(visit)), visit)
  if (!isUnanswered(request)) return says(visit, 400, 'The request has been answered')
  street.altinn2.remove(request)
  return empty(204)
}

/** Requests sent by the caller, by service and status where told, oldest first. Nobody here has received any. */
function feed({ query }: Visit, street: Street, caller: Caller): object {
  const statuses = query.getAll('status').map((status) => status.toLowerCase())
  const [service, edition] = [query.get('serviceCode'), query.get('serviceEditionCode')]
  const isOf = ({ resources }: ConsentRequest): boolean => resources.some(({ ServiceCode, ServiceEditionCode }) => (service === null || ServiceCode === service) && (edition === null || String(ServiceEditionCode) === edition))
  const own = query.get('direction')?.toLowerCase() === 'received' ? [] : street.altinn2.all().filter((request) => concerns(request, caller) && isOf(request) && (statuses.length === 0 || statuses.includes(request.status.toLowerCase())))
  return { _embedded: { consentRequests: own.map((request) => requestView(request, street.origin, true)) } }
}

const usage = z.looseObject({ ServiceCode: z.string(), ServiceEditionCode: z.number(), UsageDateTime: z.string().refine((time) => !Number.isNaN(Date.parse(time))) })

async function tokens(visit: Visit, street: Street, code: string, isUse: boolean): Promise<Answer> {
  const caller = await callerOf(visit, street, [visit.method === 'GET' ? READ_TOKENS : WRITE_TOKENS])
  if (isAnswer(caller)) return caller
  const request = street.altinn2.find(code)
  if (!request || !concerns(request, caller)) return ambiguous(visit, request ? 'the consent is another organisation’s' : 'no such code')
  visit.person = nameOf(request.offeredBy)
  visit.consent = request.code
  const now = new Date(visit.now)
  if (!isInForce(request, now)) return ambiguous(visit, `the consent is not in force (${request.revoked ? 'withdrawn' : request.status})`)

  if (isUse) {
    if (visit.method !== 'POST') return says(visit, 405, 'Method not allowed')
    const used = usage.safeParse(parsed(visit.body)).data
    if (!used || !request.resources.some(({ ServiceCode, ServiceEditionCode }) => ServiceCode === used.ServiceCode && ServiceEditionCode === used.ServiceEditionCode)) return says(visit, 400, 'Invalid usage log', 'the body is no usage log, or it is of a service that the consent does not hold')
    street.altinn2.use(request)
    return empty(204)
  }
  if (visit.method === 'DELETE') {
    street.altinn2.move(request, 'revoke', now)
    return empty(204)
  }
  if (visit.method !== 'GET') return says(visit, 405, 'Method not allowed')
  const token = await consentToken(request, caller, street, visit.now, visit.fault?.fault)
  if (/application\/xml/i.test(header(visit.req, 'accept') ?? '') && !/json/i.test(header(visit.req, 'accept') ?? ''))
    return text(200, `<string xmlns="http://schemas.microsoft.com/2003/10/Serialization/">${token}</string>`, { 'content-type': 'application/xml; charset=utf-8' })
  // A JSON string: the quotes belong to the answer, and not to the token.
  return visit.fault?.fault === 'a2-token-unquoted' ? text(200, token) : json(200, token)
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
