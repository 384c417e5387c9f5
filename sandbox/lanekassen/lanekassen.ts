import { empty, header, text, type Answer } from '../http.ts'
import { isNationalId, nameOf } from '../people.ts'
import type { Street } from '../street.ts'
import { sendHuge, type Waiting } from '../strike.ts'
import { refuse, type Party, type Visit } from '../visit.ts'
import { cacheKey, checkConsent, type ConsentCache } from './consent-check.ts'
import { findCustomer } from './customers.ts'
import { statementText } from './statement.ts'
import { SCOPE, understand } from './tokens.ts'

/** The texts of the service's error table. */
const words: Record<number, string> = {
  400: 'One or more headers are invalid', 401: 'Authorization token is invalid', 403: 'Consent token is invalid',
  404: 'Requested PSU_ID does not exist', 429: 'Too busy', 500: 'Unknown error. Contact support if the error persists',
}
const says = (status: number): Answer => text(status, words[status] ?? 'Unknown error')

const isUuid = (value: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value)

/** Lånekassen's Saldo på studielån. */
export function createLanekassen(street: Street, waiting: Waiting): Party & { forget(): void } {
  const cache: ConsentCache = new Map()
  const seenRequests = new Set<string>()
  const forget = (): void => { cache.clear() }
  street.onReset.push(forget, () => { seenRequests.clear() })

  return {
    name: 'lanekassen',
    readsBody: false,
    forget,
    stepOf: (_method, path) => (path === '/saldo/v1/Accounts' ? 'accounts' : 'other'),
    failure: says,
    serve(visit) {
      if (visit.path !== '/saldo/v1/Accounts') return refuse(visit, 'no such address (the path is case-sensitive)', empty(404))
      if (visit.method !== 'GET') return refuse(visit, 'only GET', empty(405, { allow: 'GET' }))
      return accounts(visit, { street, waiting, cache, seenRequests })
    },
  }
}

type House = { street: Street; waiting: Waiting; cache: ConsentCache; seenRequests: Set<string> }

async function accounts(visit: Visit, house: House): Promise<Answer | null> {
  const { street, cache } = house
  const no = (status: number, because: string): Answer => refuse(visit, because, says(status))

  const apiKey = header(visit.req, 'apikey')
  const authorization = header(visit.req, 'authorization')
  const psuId = visit.fault?.fault === 'drop-psu-id' ? undefined : header(visit.req, 'psu_id')
  const requestId = header(visit.req, 'x-request-id')
  const consentId = header(visit.req, 'consent-id')
  if (psuId !== undefined) visit.person = nameOf(psuId)

  if (visit.body !== '' || visit.query.size > 0) return no(400, 'the call takes no body and no query')
  if (apiKey === undefined) return no(400, 'the header ApiKey is missing')
  if (authorization === undefined) return no(400, 'the header Authorization is missing')
  if (psuId === undefined) return no(400, 'the header PSU_ID is missing')
  if (!isNationalId(psuId)) return no(400, 'PSU_ID is not a national id with valid control digits')
  if (requestId === undefined || !isUuid(requestId)) return no(400, 'the header X-Request-Id is missing or not a UUID')
  if (house.seenRequests.has(requestId)) visit.warning = 'X-Request-Id was seen before; each request needs a new one'
  house.seenRequests.add(requestId)

  const owner = street.selfService.banks.find((bank) => bank.apiKey === apiKey)
  if (!owner) return no(401, 'the ApiKey is not one that was issued')
  const token = await understand(authorization, street, visit.now)
  if (typeof token === 'string') return no(401, `the Authorization token is not valid: ${token}`)
  if (token.scopes.length !== 1 || token.scopes[0] !== SCOPE) return no(401, `the token must have exactly one scope, ${SCOPE}`)
  // A key belongs to a bank, or to the supplier who holds it for the banks that have delegated to it.
  const isDelegated = street.selfService.delegations.some(({ consumer, supplier }) => consumer === token.consumer && supplier === token.supplier)
  if (token.consumer !== owner.orgNumber && !isDelegated) return no(401, 'the ApiKey does not belong to the consumer')

  if (typeof token.consent === 'object') visit.consent = token.consent.id
  const verdict = await checkConsent({ street, token, rawToken: authorization, consentId, pid: psuId, nowMs: visit.now, cache })
  if (!verdict.ok) return no(verdict.status, verdict.because)
  visit.consent = verdict.consent
  visit.warning ??= verdict.warning

  const answer = await answerFor(visit, psuId, house)
  if (verdict.remember && (answer === null || answer.status === 200)) cache.set(cacheKey(token.consumer, psuId), { until: verdict.until, consent: verdict.consent })
  return answer
}

const OTHER_PERSON = '15819010029'
const jsonText = (body: string): Answer => ({ status: 200, body, headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' } })

async function answerFor(visit: Visit, pid: string, { street, waiting }: House): Promise<Answer | null> {
  const override = street.balances.get(pid)
  if (override !== undefined) return jsonText(override)

  const customer = findCustomer(pid)
  switch (customer.kind) {
    case 'not-found': return refuse(visit, 'the person is not a customer', says(404))
    case 'error': return refuse(visit, 'this customer is for the unknown error', says(500))
    case 'busy': {
      const { retryAfterSeconds: seconds } = customer
      return refuse(visit, 'this customer is for too many calls', text(429, words[429] ?? '', seconds === undefined ? {} : { 'retry-after': String(seconds) }))
    }
    case 'slow':
      await waiting.sleep(customer.seconds, visit.res)
      return jsonText(statementText(customer.parts, customer.total, pid))
    case 'garbled':
      if (customer.as === 'huge') { await sendHuge(visit.res); return null }
      if (customer.as === 'html') return text(200, '<!doctype html><title>Lånekassen</title><h1>Vi jobber med saken</h1>', { 'content-type': 'text/html; charset=utf-8' })
      return jsonText('{"Accounts":[{"Balances":[{"BalanceType":"closingBooked","BalanceAmount":{"currency":"NOK","amou')
    case 'statement':
      return jsonText(statementText(customer.parts, customer.total, visit.fault?.fault === 'other-person' ? OTHER_PERSON : (customer.bban ?? pid)))
  }
}
