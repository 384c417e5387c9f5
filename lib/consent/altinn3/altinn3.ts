import { attempts } from '@/lib/attempts'
import type { Clock } from '@/lib/clock'
import type { Http } from '@/lib/http'
import { troubles, type HttpAnswer, type HttpRefusal } from '@/lib/http-answer'
import { remoteKeys, type RemoteKeys } from '@/lib/jwks'
import type { Log } from '@/lib/log'
import type { Maskinporten } from '@/lib/maskinporten/client'
import { iso6523, type OrgNumber } from '@/lib/org-number'
import { policies } from '@/lib/policies'
import { fail, ok, type Failure, type Result } from '@/lib/result'
import type { TokenLease } from '@/lib/shared-token'
import type { Consent, ConsentStatus } from '../consent'
import type { ConsentProvider, ProviderFailure } from '../provider'
import { ended, hasEnded, isHttp, ofMaskinporten, sharedToken } from '../provider-answer'
import { checkConsentToken } from './consent-token'
import { eventsAnswer, feedAddress, readFeed } from './events'
import { createAltinnTokens, type ExchangeMode } from './exchanged-token'
import { mismatchOf } from './migrated'
import { anyObject, createBody, createdAnswer, personUrn, problemCodes, statusAnswer, wholeAnswer, type StatusAnswer } from './wire'

export type Altinn3Config = {
  readonly platformUrl: string
  /** Where `viewUri` must lead: a person is never sent anywhere else. */
  readonly consentPageOrigin: string
  readonly metadataKey: string
  /** How the consent reaches the source (a setting, since it is unpublished): which tokens, in which order. */
  readonly transport: 'altinn3-single' | 'altinn3-both' | 'altinn3-same'
  readonly coveredBy: OrgNumber
  /** Whether Altinn's own API wants its own token; a source never gets one. */
  readonly exchange: ExchangeMode
}
type Deps = { readonly http: Http; readonly fetch: typeof globalThis.fetch; readonly clock: Clock; readonly log: Log; readonly maskinporten: Maskinporten; readonly lease: TokenLease }

const WRITE = 'altinn:consentrequests.write'
const READ = 'altinn:consentrequests.read'
const { total: BUDGET, attempts: ATTEMPTS } = policies.altinn

/** Altinn 3 consent, asked with Maskinporten tokens: as they are, or exchanged for Altinn's own where it wants that. */
export function createAltinn3({ http, fetch, clock, log, maskinporten, lease }: Deps, config: Altinn3Config): ConsentProvider {
  const requests = `${config.platformUrl.replace(/\/$/, '')}/accessmanagement/api/v1/enterprise/consentrequests`
  const tokens = createAltinnTokens({ http, clock, log, maskinporten, lease }, config)
  let keys: { uri: string; get: RemoteKeys } | null = null

  /** One question to Altinn with a token for the scope, asked again where that is safe; a refused token is replaced once. */
  async function ask<T>(step: string, scope: string, call: Pick<Parameters<typeof http<T>>[0], 'url' | 'method' | 'body' | 'schema'>, outer?: AbortSignal): Promise<HttpAnswer<T> | HttpRefusal | Failure<ProviderFailure>> {
    const limit = AbortSignal.timeout(BUDGET)
    const signal = outer ? AbortSignal.any([limit, outer]) : limit
    let token = await tokens.first(scope, signal)
    for (let renewed = false; ; renewed = true) {
      if (!token.ok) return token
      const headers = { authorization: `Bearer ${token.value.value.reveal()}`, accept: 'application/json', ...(call.body !== undefined && { 'content-type': 'application/json' }) }
      const isOurFault = (answer: HttpRefusal) => problemCodes(answer.problem).some((code) => code === 'STD-00001')
      const answer = await attempts(ATTEMPTS, () => http({ ...call, headers, deadline: BUDGET, signal }), (it) => !it.ok && troubles.has(it.reason) && !isOurFault(it), signal)
      if (answer.ok) {
        if (renewed) tokens.taken(token.value)
        return answer
      }
      if (answer.reason === 'unauthorized' && !renewed) {
        token = await tokens.instead(token.value, scope, signal)
        continue
      }
      if (answer.reason === 'unauthorized' && token.value.exchanged) await tokens.refused(token.value, scope)
      log.warn('Altinn did not do as asked', { upstream: 'altinn', step, reason: answer.reason, code: problemCodes(answer.problem).join(' ') })
      return answer
    }
  }

  async function getRequest(id: string, signal?: AbortSignal): Promise<Result<StatusAnswer, ProviderFailure | 'unknown'>> {
    const answer = await ask('status', READ, { url: `${requests}/${encodeURIComponent(id)}`, schema: statusAnswer }, signal)
    if (!answer.ok) return isHttp(answer) && problemCodes(answer.problem).includes(UNKNOWN) ? fail('unknown', UNKNOWN) : inOurWords(answer)
    return answer.value.id.toLowerCase() === id.toLowerCase() ? ok(answer.value) : fail('provider-unavailable', 'answered about another consent')
  }

  const isConsentPage = (url: string | null | undefined): url is string => URL.parse(url ?? '')?.origin === config.consentPageOrigin

  const exchangesOnce = config.transport === 'altinn3-both'

  const provider: ConsentProvider = {
    traits: { exchangesOnce, namesRequests: false, asksLastName: false },
    async requestConsent(request, signal) {
      const body = createBody(request, config.metadataKey)
      const created = await ask('create', WRITE, { url: requests, method: 'POST', body, schema: anyObject }, signal)
      if (!created.ok) return inOurWords(created)
      const fresh = created.created ? createdAnswer.safeParse(created.value).data : undefined
      const about = fresh ? ok(fresh) : await getRequest(request.id, signal)
      if (!about.ok) return about.reason === 'unknown' ? fail('provider-unavailable', about.detail) : fail(about.reason, about.detail)
      const { id, viewUri } = about.value
      if (id.toLowerCase() !== request.id.toLowerCase() || !isConsentPage(viewUri)) return fail('misconfigured', 'viewUri is not on ALTINN_CONSENT_PAGE_ORIGIN')
      const page = new URL(viewUri)
      page.searchParams.set('DONTCHOOSEREPORTEE', 'true')
      return ok({ reference: id, consentUrl: page.href })
    },

    async getStatus(consent, signal) {
      const answer = await getRequest(consent.reference, signal)
      if (answer.ok) return statusOf(answer.value)
      // Altinn never got the request: unanswered as can be. To a consent that was accepted, that is no way back.
      return answer.reason === 'unknown' ? ok('requested') : fail(answer.reason, answer.detail)
    },

    async checkMigrated(consent, offeredBy, signal) {
      const answer = await ask('status', READ, { url: `${requests}/${encodeURIComponent(consent.reference)}`, schema: wholeAnswer }, signal)
      if (!answer.ok) {
        const codes = isHttp(answer) ? problemCodes(answer.problem) : []
        return codes.includes(UNKNOWN) ? fail('unknown-to-altinn', UNKNOWN) : codes.includes(NOT_RECEIVER) ? fail('other-bank', NOT_RECEIVER) : inOurWords(answer)
      }
      const mismatch = mismatchOf(answer.value, consent, { offeredBy: offeredBy.reveal(), coveredBy: config.coveredBy })
      if (mismatch) return fail(mismatch)
      const status = statusOf(answer.value)
      return status.ok && status.value === 'requested' ? fail('not-given') : status
    },

    listNews: (since, signal) =>
      readFeed(feedAddress(requests, since), async (url) => {
        const answer = await ask('events', READ, { url, schema: eventsAnswer }, signal)
        return answer.ok ? ok(answer.value) : inOurWords(answer)
      }),

    async getCredentials(consent, offeredBy, { scope, sourceKnows }, signal) {
      if (exchangesOnce && sourceKnows) return withoutConsentToken(consent, scope, signal)
      // What may fail comes before the exchange: a token that cannot be checked or sent is used up all the same.
      const about = await maskinporten.metadata(signal)
      if (!about.ok) return fail(ofMaskinporten(about.reason), about.detail)
      const { jwks_uri: uri, issuer } = about.value
      if (keys?.uri !== uri) keys = { uri, get: remoteKeys(uri, fetch) }
      if (!(await keys.get.ready())) return fail('credentials-unavailable', 'Maskinporten’s keys')
      const shared = exchangesOnce ? await sharedToken(maskinporten, scope, signal) : null
      if (shared && !shared.ok) return shared

      const from = personUrn(offeredBy.reveal())
      const token = await maskinporten.consentToken(scope, { type: 'urn:altinn:consent', id: consent.reference, from }, { once: exchangesOnce }, signal)
      if (!token.ok) {
        if (token.reason === 'consent-token-lost') return { ...fail('credentials-unavailable', token.detail), exchange: 'lost' }
        if (token.reason !== 'consent-grant-refused') return fail(ofMaskinporten(token.reason), token.detail)
        // A refused grant may be our own fault: only Altinn's word ends a consent.
        const status = await provider.getStatus(consent, signal)
        if (!status.ok) return status
        return hasEnded(status.value) ? ended(status.value) : fail('misconfigured', `consent grant refused: ${token.detail}`)
      }
      const expected = { issuer, id: consent.reference, from, to: iso6523(config.coveredBy), resource: consent.resource, scope, now: clock.now() }
      const checked = await checkConsentToken(token.value, keys.get, expected)
      if (!checked.ok) {
        const spent = { exchange: 'spent' } as const
        if (checked.reason === 'keys-unavailable') return { ...fail('credentials-unavailable', 'Maskinporten’s keys'), ...spent }
        log.error('A consent token was not what it must be, and was not used', { upstream: 'maskinporten', step: 'consent-token', detail: checked.detail ?? '', consentId: consent.id })
        return { ...fail('misconfigured', checked.detail), ...spent }
      }
      if (shared) return ok({ ...shared.value, consentToken: token.value })
      return ok({ accessToken: token.value, consentToken: config.transport === 'altinn3-same' && !sourceKnows ? token.value : null })
    },
  }

  /** The source remembers the consent: Altinn is asked whether it still stands, and the shared token is enough. */
  async function withoutConsentToken(consent: Consent, scope: string, signal?: AbortSignal): ReturnType<ConsentProvider['getCredentials']> {
    const status = await provider.getStatus(consent, signal)
    if (!status.ok) return status
    if (hasEnded(status.value)) return ended(status.value)
    return status.value === 'accepted' ? sharedToken(maskinporten, scope, signal) : fail('misconfigured', `Altinn says ${status.value}`)
  }

  return provider
}

/**
 * Statuses come as PascalCase or lower case; `Deleted` is a withdrawal too. Without one, the latest event that says it.
 * That its time is up ends a consent that was still open, and does not unsay what the person answered.
 */
function statusOf({ status, consentRequestEvents }: StatusAnswer): Result<ConsentStatus, ProviderFailure> {
  const words = [...(status ? [status] : []), ...(consentRequestEvents ?? []).map(({ eventType }) => eventType).reverse()].map((word) => word.toLowerCase())
  const expired = words.includes('expired')
  const known = words.map((word) => byWord.get(word)).find((it) => it !== undefined)
  if (expired && (known === undefined || known === 'requested' || known === 'accepted')) return ok('expired')
  return known ? ok(known) : fail('provider-unavailable', 'a status we do not know')
}
const byWord: ReadonlyMap<string, ConsentStatus> = new Map([
  ['created', 'requested'], ['accepted', 'accepted'], ['used', 'accepted'], ['rejected', 'rejected'], ['denied', 'rejected'], ['revoked', 'revoked'], ['deleted', 'revoked'],
])

/** "Consent not found": never made, or made in another environment. */
const UNKNOWN = 'AM-00001'
/** "Not authorised for this consent": it is another organisation's. An empty 403 is a matter of scopes, and says nothing of the consent. */
const NOT_RECEIVER = 'AM-00000'
/** AM-codes that say that the person or the receiver is not accepted; everything else 4xx is ours to mend. */
const refusals = new Set(['AM-00003', 'AM-00004'])

function inOurWords(refusal: HttpRefusal | Failure<ProviderFailure>): Failure<ProviderFailure> {
  if (!isHttp(refusal)) return refusal
  const codes = problemCodes(refusal.problem)
  if (codes.some((code) => refusals.has(code))) return fail('provider-refused', codes.join(' '))
  switch (refusal.reason) {
    case 'bad-request': case 'unauthorized': case 'forbidden': case 'not-found':
      return fail('misconfigured', codes.join(' ') || refusal.detail)
    case 'server-error':
      return codes.includes('STD-00001') ? fail('misconfigured', codes.join(' ')) : fail('provider-unavailable', refusal.detail)
    case 'held-back': case 'unreachable': case 'timed-out': case 'too-large': case 'redirected': case 'unexpected-body': case 'busy':
      return fail('provider-unavailable', refusal.reason)
  }
}
