import { attempts } from '@/lib/attempts'
import type { Clock } from '@/lib/clock'
import type { Http } from '@/lib/http'
import { troubles, type HttpAnswer, type HttpFailure, type HttpRefusal } from '@/lib/http-answer'
import { remoteKeys } from '@/lib/jwks'
import type { Log } from '@/lib/log'
import type { Maskinporten } from '@/lib/maskinporten/client'
import type { OrgNumber } from '@/lib/org-number'
import { policies } from '@/lib/policies'
import { fail, ok, type Failure, type Result } from '@/lib/result'
import { Secret } from '@/lib/secret'
import { z } from 'zod'
import type { Consent, ConsentStatus } from '../consent'
import type { ConsentEnded, ConsentProvider, CredentialsRefusal, ProviderFailure } from '../provider'
import { ended, hasEnded, isHttp, ofMaskinporten, sharedToken } from '../provider-answer'
import { checkConsentToken } from './consent-token'
import { createBody, faultCodes, inLanguage, isNameRefused, requestAnswer, serviceOf, tokenAnswer, unquoted, type RequestAnswer } from './wire'

export type Altinn2Config = {
  readonly url: string
  /** Of the organisation that authenticates: the bank, or its supplier. Not Lånekassen's. */
  readonly apiKey: Secret
  /** Where the link to the consent page must lead: a person is never sent anywhere else. */
  readonly consentPageOrigin: string
  readonly metadataKey: string
  readonly coveredBy: OrgNumber
  readonly handledBy: OrgNumber | null
}
type Deps = { readonly http: Http; readonly fetch: typeof globalThis.fetch; readonly clock: Clock; readonly log: Log; readonly maskinporten: Maskinporten }
type Call<T> = Parameters<typeof attempts<T>>[1]

const WRITE = 'altinn:consentrequests.write'
const READ = 'altinn:consentrequests.read'
const TOKENS = 'altinn:consenttokens.read'
const USE = 'altinn:consenttokens.write'
const { total: BUDGET, attempts: ATTEMPTS } = policies.altinn

/** Altinn 2 consent, asked with an API key beside Maskinporten's token. It chooses the authorization code itself. */
export function createAltinn2({ http, fetch, clock, log, maskinporten }: Deps, config: Altinn2Config): ConsentProvider {
  const api = `${config.url.replace(/\/$/, '')}/api`
  const keys = remoteKeys(`${api}/metadata/jwk`, fetch)

  type Question<T> = { readonly step: string; readonly scope: string; readonly path: string; readonly method?: 'POST'; readonly body?: string; readonly schema: z.ZodType<T>; readonly parse?: (text: string) => unknown; readonly once?: boolean }
  /** One question to Altinn; a refused access token is replaced once. `once`: not repeated where it may have been understood. */
  async function ask<T>({ step, scope, path, once = false, ...call }: Question<T>, outer?: AbortSignal): Promise<HttpAnswer<T> | HttpRefusal | Failure<ProviderFailure>> {
    const limit = AbortSignal.timeout(BUDGET)
    const signal = outer ? AbortSignal.any([limit, outer]) : limit
    for (let renewed = false; ; renewed = true) {
      const token = await maskinporten.accessToken(scope, signal)
      if (!token.ok) return fail(ofMaskinporten(token.reason), token.detail)
      const headers = { authorization: `Bearer ${token.value.reveal()}`, apikey: config.apiKey.reveal(), accept: 'application/hal+json', ...(call.body !== undefined && { 'content-type': 'application/json' }) }
      const one: Call<HttpAnswer<T> | HttpRefusal> = () => http({ ...call, url: `${api}/${path}`, headers, deadline: BUDGET, signal })
      const answer = await attempts(ATTEMPTS, one, (it) => !it.ok && troubles.has(it.reason) && (!once || it.unsent === true), signal)
      if (answer.ok) return answer
      if (answer.reason === 'unauthorized' && !renewed) {
        await maskinporten.refused(scope, token.value)
        continue
      }
      log.warn('Altinn did not do as asked', { upstream: 'altinn', step, reason: answer.reason, code: faultCodes(answer.problem).join(' ') })
      return answer
    }
  }

  async function getRequest(code: string, signal?: AbortSignal): Promise<Result<RequestAnswer, ProviderFailure>> {
    const answer = await ask({ step: 'status', scope: READ, path: `consentRequests/${encodeURIComponent(code)}`, schema: requestAnswer }, signal)
    if (!answer.ok) return inOurWords(answer)
    return answer.value.authorizationcode.toLowerCase() === code.toLowerCase() ? ok(answer.value) : fail('provider-unavailable', 'answered about another consent')
  }

  function pageOf({ authorizationcode, _links }: RequestAnswer, language: string | undefined): Result<{ reference: string; consentUrl: string }, ProviderFailure> {
    const href = _links?.gui.href ?? ''
    if (URL.parse(href)?.origin !== config.consentPageOrigin) return fail('misconfigured', 'the link to the page is not on ALTINN_CONSENT_PAGE_ORIGIN')
    return ok({ reference: authorizationcode.toLowerCase(), consentUrl: inLanguage(href, language) })
  }

  const provider: ConsentProvider = {
    traits: { exchangesOnce: true, namesRequests: true, asksLastName: true },
    async requestConsent(request, signal) {
      if (request.reference) {
        const known = await getRequest(request.reference, signal)
        return known.ok ? pageOf(known.value, request.language) : known
      }
      const service = serviceOf(request.resource)
      if (!service || !request.lastName) return fail('misconfigured', service ? 'no last name' : 'the resource names no service')
      const body = createBody(request, request.lastName.reveal(), { service, ...config })
      const made = await ask({ step: 'create', scope: WRITE, path: 'consentRequests', method: 'POST', body, schema: requestAnswer, once: true }, signal)
      if (made.ok) return pageOf(made.value, request.language)
      return isHttp(made) && isNameRefused(faultCodes(made.problem)) ? fail('name-refused', faultCodes(made.problem).join(' ')) : inOurWords(made)
    },

    /** What became of the request. That a consent was withdrawn afterwards is not told here: an accepted request stays one. */
    async getStatus(consent, signal) {
      // Altinn has not told us its name: nobody can have answered it.
      if (consent.reference === consent.id) return ok('requested')
      const answer = await getRequest(consent.reference, signal)
      return answer.ok ? statusOf(answer.value, consent, clock.now()) : answer
    },

    /** Altinn 2 has no feed for a receiver. */
    listNews: async () => ok([]),

    /**
     * A token is asked for before each balance call: only that tells whether the consent still stands. A source that knows
     * the consent is not shown it, so asking again loses nothing; otherwise it is the consent's one exchange.
     */
    async getCredentials(consent, offeredBy, { scope, sourceKnows }, signal) {
      // The token lives half a minute, and is shown once: everything else that may fail comes first.
      const service = serviceOf(consent.resource)
      if (!service) return fail('misconfigured', 'the resource names no service')
      if (!(await keys.ready())) return fail('provider-unavailable', 'Altinn’s keys')
      const shared = await sharedToken(maskinporten, scope, signal)
      if (!shared.ok) return shared

      const told = (failure: Failure<ProviderFailure>, exchange: 'lost' | 'spent'): CredentialsRefusal => (sourceKnows ? failure : { ...failure, exchange })
      const answer = await ask({ step: 'consent-token', scope: TOKENS, path: `authorization/token/${encodeURIComponent(consent.reference)}`, schema: tokenAnswer, parse: unquoted, once: !sourceKnows }, signal)
      if (!answer.ok) {
        if (!isHttp(answer)) return answer
        if (answer.reason === 'forbidden') return whyForbidden(consent, signal)
        return mayHaveGivenOne.has(answer.reason) && !answer.unsent ? told(inOurWords(answer), 'lost') : inOurWords(answer)
      }
      const token = new Secret(answer.value)
      const expected = { code: consent.reference, offeredBy: offeredBy.reveal(), coveredBy: config.coveredBy, handledBy: config.handledBy, service, now: clock.now() }
      const checked = await checkConsentToken(token, keys, expected)
      if (checked.ok) return ok({ ...shared.value, consentToken: sourceKnows ? null : token })
      if (checked.reason === 'keys-unavailable') return told(fail('provider-unavailable', 'Altinn’s keys'), 'spent')
      log.error('A consent token was not what it must be, and was not used', { upstream: 'altinn', step: 'consent-token', detail: checked.detail ?? '', consentId: consent.id })
      return told(fail('misconfigured', checked.detail), 'spent')
    },

    async reportUse(consent, at, signal) {
      const service = serviceOf(consent.resource)
      const body = JSON.stringify({ ServiceCode: service?.code, ServiceEditionCode: service?.edition, UsageDateTime: at.toISOString() })
      const answer = await ask({ step: 'loguse', scope: USE, path: `authorization/token/${encodeURIComponent(consent.reference)}/loguse`, method: 'POST', body, schema: z.unknown(), once: true }, signal)
      return answer.ok ? ok(undefined) : inOurWords(answer)
    },
  }

  /**
   * 403 is one answer for a wrong key, an unknown code, and a consent that was never given, withdrawn or over. Asked about
   * the request with the same key, Altinn tells them apart: it is ours and was accepted, so the consent does not stand any more.
   */
  async function whyForbidden(consent: Consent, signal?: AbortSignal): Promise<Failure<ProviderFailure> | ConsentEnded> {
    const status = await provider.getStatus(consent, signal)
    if (!status.ok) return status
    if (hasEnded(status.value)) return ended(status.value)
    return status.value === 'accepted' ? ended('revoked') : fail('misconfigured', `no token: Altinn says ${status.value}`)
  }

  return provider
}

/** Answers that do not rule out that a token was made. */
const mayHaveGivenOne: ReadonlySet<HttpFailure> = new Set([...troubles, 'unexpected-body', 'too-large'])

const byWord: ReadonlyMap<string, ConsentStatus> = new Map([['unopened', 'requested'], ['opened', 'requested'], ['accepted', 'accepted'], ['rejected', 'rejected']])

/** An accepted request is over at the end that we asked for: Altinn's own `ValidTo` has no zone, and ends nothing. */
function statusOf({ requeststatus }: RequestAnswer, { validTo }: Consent, now: Date): Result<ConsentStatus, ProviderFailure> {
  const status = byWord.get(requeststatus.toLowerCase())
  if (!status) return fail('provider-unavailable', 'a status we do not know')
  return ok(status !== 'rejected' && validTo <= now ? 'expired' : status)
}

function inOurWords(refusal: HttpRefusal | Failure<ProviderFailure>): Failure<ProviderFailure> {
  if (!isHttp(refusal)) return refusal
  const codes = faultCodes(refusal.problem).join(' ')
  switch (refusal.reason) {
    // Sent on to a log-in page: Altinn takes us for a browser, since our credentials are not what it wants.
    case 'redirected': case 'bad-request': case 'unauthorized': case 'forbidden': case 'not-found':
      return fail('misconfigured', codes || refusal.detail)
    case 'server-error': case 'held-back': case 'unreachable': case 'timed-out': case 'too-large': case 'unexpected-body': case 'busy':
      return fail('provider-unavailable', refusal.reason)
  }
}
