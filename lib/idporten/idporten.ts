import { jwtVerify, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose'
import { z } from 'zod'
import type { Clock } from '@/lib/clock'
import type { Http } from '@/lib/http'
import { areKeysAway, remoteKeys } from '@/lib/jwks'
import { signWith, type SigningKey } from '@/lib/keys/signing-key'
import type { Log } from '@/lib/log'
import { policies } from '@/lib/policies'
import { fail, ok, type Result } from '@/lib/result'
import { isSid, readLogoutToken, sameIssuer, type LogoutToken } from './logout-token'

/** OpenID Connect Discovery, as far as we need it; the rest is kept for the library that does the code flow. */
const metadataAnswer = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  pushed_authorization_request_endpoint: z.url(),
  end_session_endpoint: z.url(),
  jwks_uri: z.url(),
})
export type IdportenMetadata = z.infer<typeof metadataAnswer>

export type IdportenConfig = { readonly issuer: string; readonly clientId: string; readonly signingKey: () => Promise<SigningKey> }

export type TokenRefusal = 'not-valid' | 'idporten-unavailable'

/** ID-porten as an OpenID provider: what the log-in and log-out need of it. */
export type Idporten = {
  readonly issuer: string
  readonly clientId: string
  /** Kept for ten minutes; while ID-porten is away, the last one serves. */
  metadata(): Promise<Result<IdportenMetadata, 'idporten-unavailable'>>
  /** The metadata at hand, without asking; null before the first answer. */
  known(): IdportenMetadata | null
  /** Pushes an authorization request (RFC 9126) and answers the address to send the browser to. */
  pushAuthorizationRequest(parameters: URLSearchParams): Promise<Result<string, 'idporten-unavailable'>>
  /** Adds private_key_jwt client authentication (RFC 7523) to a form: `aud` is the issuer, as one string. */
  authenticate(form: URLSearchParams): Promise<URLSearchParams>
  /** Checks signature, issuer, audience and times of an id_token; what it says of the person is for checkClaims. */
  verifyIdToken(token: string): Promise<Result<JWTPayload, TokenRefusal>>
  /** Checks everything a log-out token must be (OpenID Connect Back-Channel Logout 1.0 §2.6) but that it is used once. */
  verifyLogoutToken(token: string): Promise<Result<LogoutToken, TokenRefusal>>
  /** The session that a front-channel log-out call names; null unless it is ID-porten's and names exactly one. */
  frontChannelSid(query: URLSearchParams): string | null
}

const DEADLINE = policies.idporten.total
const KEPT = 600_000
/** Seconds the clocks may differ. */
const TOLERANCE = 10

export function createIdporten({ http, fetch, clock, newId, log }: { http: Http; fetch: typeof globalThis.fetch; clock: Clock; newId: () => string; log: Log }, config: IdportenConfig): Idporten {
  let kept: { metadata: IdportenMetadata; keys: JWTVerifyGetKey; until: number } | null = null

  async function about(): Promise<Result<NonNullable<typeof kept>, 'idporten-unavailable'>> {
    const now = clock.now().getTime()
    if (kept && kept.until > now) return ok(kept)
    const answer = await http({ url: `${config.issuer}/.well-known/openid-configuration`, schema: metadataAnswer, deadline: DEADLINE })
    if (answer.ok && answer.value.issuer === config.issuer) {
      const sameKeys = kept?.metadata.jwks_uri === answer.value.jwks_uri ? kept.keys : null
      kept = { metadata: answer.value, keys: sameKeys ?? remoteKeys(answer.value.jwks_uri, fetch), until: now + KEPT }
      return ok(kept)
    }
    log.warn('ID-porten’s metadata could not be used', { upstream: 'idporten', step: 'metadata', reason: answer.ok ? 'another issuer' : answer.reason })
    return kept ? ok(kept) : fail('idporten-unavailable')
  }

  async function authenticate(form: URLSearchParams): Promise<URLSearchParams> {
    const { clientId, issuer } = config
    const iat = Math.floor(clock.now().getTime() / 1000)
    const assertion = await signWith(await config.signingKey(), { iss: clientId, sub: clientId, aud: issuer, jti: newId(), iat, exp: iat + 60 })
    form.set('client_id', clientId)
    form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    form.set('client_assertion', assertion)
    return form
  }

  async function verify(token: string, more: JWTVerifyOptions): Promise<Result<JWTPayload, TokenRefusal>> {
    const it = await about()
    if (!it.ok) return it
    try {
      const now = clock.now()
      const { payload } = await jwtVerify(token, it.value.keys, { audience: config.clientId, algorithms: ['RS256'], clockTolerance: TOLERANCE, currentDate: now, requiredClaims: ['exp', 'iat'], ...more })
      if ((payload.iat ?? Infinity) > now.getTime() / 1000 + TOLERANCE) return fail('not-valid', 'iat')
      // An id_token for several audiences would need azp: ours is for us alone (OpenID Connect Core §3.1.3.7).
      const alone = !Array.isArray(payload.aud) || payload.aud.length === 1
      return typeof payload.iss === 'string' && sameIssuer(payload.iss, config.issuer) && alone ? ok(payload) : fail('not-valid', 'iss or aud')
    } catch (error) {
      return areKeysAway(error) ? fail('idporten-unavailable', 'keys') : fail('not-valid', (error as Error & { code: string }).code)
    }
  }

  return {
    issuer: config.issuer,
    clientId: config.clientId,
    known: () => kept?.metadata ?? null,
    authenticate,
    async metadata() {
      const it = await about()
      return it.ok ? ok(it.value.metadata) : it
    },
    async pushAuthorizationRequest(parameters) {
      const it = await about()
      if (!it.ok) return it
      const { pushed_authorization_request_endpoint: url, authorization_endpoint: authorize } = it.value.metadata
      const answer = await http({ url, method: 'POST', body: await authenticate(parameters), schema: z.object({ request_uri: z.string().min(1) }), deadline: DEADLINE })
      if (!answer.ok) {
        log.warn('ID-porten did not take the authorization request', { upstream: 'idporten', step: 'par', reason: answer.reason })
        return fail('idporten-unavailable', answer.reason)
      }
      return ok(`${authorize}?${new URLSearchParams({ client_id: config.clientId, request_uri: answer.value.request_uri }).toString()}`)
    },
    async verifyIdToken(token) {
      const payload = await verify(token, {})
      // A log-out token is signed with the same keys for the same client.
      return payload.ok && 'events' in payload.value ? fail('not-valid', 'a log-out token') : payload
    },
    async verifyLogoutToken(token) {
      const payload = await verify(token, { typ: 'logout+jwt', maxTokenAge: 120 })
      if (!payload.ok) return payload
      const logout = readLogoutToken(payload.value)
      return logout ? ok(logout) : fail('not-valid', 'claims')
    },
    frontChannelSid(query) {
      const sid = query.get('sid')
      const one = query.getAll('iss').length === 1 && query.getAll('sid').length === 1
      return one && sameIssuer(query.get('iss'), config.issuer) && isSid(sid) ? sid : null
    },
  }
}
