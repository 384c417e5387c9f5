import { randomBytes } from 'node:crypto'
import { jwtVerify, type JWTPayload } from 'jose'
import * as oauth from 'oauth4webapi'
import { z } from 'zod'
import type { Clock } from '@/lib/clock'
import type { Http } from '@/lib/http'
import { areKeysAway } from '@/lib/jwks'
import { signWith, type SigningKey } from '@/lib/keys/signing-key'
import { safeError, type Log } from '@/lib/log'
import { policies } from '@/lib/policies'
import { fail, ok, type Result } from '@/lib/result'
import type { Secret } from '@/lib/secret'
import type { StaffAnswerRefusal, StaffClaims, StaffProvider, StaffTokens, StaffTransaction } from '@/lib/staff/staff-provider'
import { claimAt, readStaffClaims, type ClaimRules } from './staff-claims'
import { readStaffLogout } from './staff-logout'
import { followMetadata, type KnownProvider, type StaffMetadata } from './staff-metadata'

type Deps = { readonly http: Http; readonly fetch: typeof globalThis.fetch; readonly clock: Clock; readonly newId: () => string; readonly log: Log }
export type StaffOidcConfig = {
  readonly issuer: string
  readonly clientId: string
  /** What the client shows: a secret that it shares with the provider, or a signature. */
  readonly shows: { readonly secret: Secret } | { readonly signingKey: () => Promise<SigningKey> }
  readonly redirectUri: string
  readonly scope: string
  readonly claims: ClaimRules
  /** Origins beside the issuer's where its servers may be. */
  readonly otherOrigins: readonly string[]
}

/** Seconds that the clocks may differ. */
const TOLERANCE = 10
const random = () => randomBytes(32).toString('base64url')

/** The bank's own OpenID provider. The library does the code flow; id_tokens are also checked by their signature, which it leaves out. */
export function createStaffOidc({ http, fetch, clock, newId, log }: Deps, config: StaffOidcConfig): StaffProvider {
  const { issuer, clientId, redirectUri } = config
  const metadata = followMetadata({ http, fetch, clock, log }, { issuer, origins: config.otherOrigins })
  const client: oauth.Client = { client_id: clientId, [oauth.clockTolerance]: TOLERANCE }
  // Whether an address may be plain http was decided with the settings.
  const options = { [oauth.customFetch]: fetch, [oauth.allowInsecureRequests]: true }
  const asServer = (it: StaffMetadata) => it as oauth.AuthorizationServer

  const authenticate = ({ token_endpoint_auth_methods_supported: methods }: StaffMetadata): oauth.ClientAuth => {
    const { shows } = config
    if ('secret' in shows) return methods.includes('client_secret_basic') || !methods.includes('client_secret_post') ? oauth.ClientSecretBasic(shows.secret.reveal()) : oauth.ClientSecretPost(shows.secret.reveal())
    return async (_as, _client, body) => {
      const iat = Math.floor(clock.now().getTime() / 1000)
      body.set('client_id', clientId)
      body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
      body.set('client_assertion', await signWith(await shows.signingKey(), { iss: clientId, sub: clientId, aud: issuer, jti: newId(), iat, nbf: iat, exp: iat + 60 }))
    }
  }

  /** The payload of a token that the provider has signed for us alone, now. */
  async function verify(it: KnownProvider, token: string, more: { typ?: string; maxTokenAge?: number } = {}): Promise<Result<JWTPayload, 'not-valid' | 'provider-unavailable'>> {
    const now = clock.now()
    try {
      const { payload } = await jwtVerify(token, it.keys, { issuer, audience: clientId, algorithms: [...it.algorithms], clockTolerance: TOLERANCE, currentDate: now, requiredClaims: ['exp', 'iat'], ...more })
      if ((payload.iat ?? Infinity) > now.getTime() / 1000 + TOLERANCE) return fail('not-valid', 'iat')
      const alone = !Array.isArray(payload.aud) || payload.aud.length === 1 || payload.azp === clientId
      return alone ? ok(payload) : fail('not-valid', 'aud')
    } catch (error) {
      return areKeysAway(error) ? fail('provider-unavailable', 'keys') : fail('not-valid', (error as Error & { code: string }).code)
    }
  }

  /** The provider's userinfo of the employee whom the id_token names. */
  async function userinfo({ metadata: { userinfo_endpoint: url } }: KnownProvider, accessToken: string, sub: string): Promise<Result<Record<string, unknown>, 'refused' | 'provider-unavailable'>> {
    if (url === undefined) return fail('refused', 'no userinfo')
    const answer = await http({ url, headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' }, schema: z.looseObject({ sub: z.string() }), deadline: policies.staff.total })
    if (answer.ok) return answer.value.sub === sub ? ok(answer.value) : fail('refused', 'another sub')
    const said = answer.reason === 'unauthorized' || answer.reason === 'forbidden' || answer.reason === 'bad-request'
    return said ? fail('refused', answer.reason) : fail('provider-unavailable', answer.reason)
  }

  /** What is said of the employee: by the id_token, or where that does not speak of roles, by the userinfo. */
  async function claimsOf(it: KnownProvider, idToken: Record<string, unknown> | null, { sub, accessToken }: Pick<StaffTokens, 'sub' | 'accessToken'>): Promise<Result<StaffClaims, 'refused' | 'provider-unavailable'>> {
    const speaks = idToken !== null && claimAt(idToken, config.claims.role) !== undefined
    const asked = speaks || (idToken !== null && it.metadata.userinfo_endpoint === undefined) ? ok({}) : await userinfo(it, accessToken, sub)
    if (!asked.ok) return asked
    const claims = readStaffClaims({ ...asked.value, ...idToken, sub }, config.claims)
    return claims.ok ? claims : fail('refused', claims.reason)
  }

  const taken = (it: oauth.TokenEndpointResponse, before: Partial<StaffTokens>, sub: string): StaffTokens => ({ sub, idToken: it.id_token ?? before.idToken ?? '', accessToken: it.access_token, refreshToken: it.refresh_token ?? before.refreshToken ?? null })

  async function exchange(it: KnownProvider, parameters: URLSearchParams, { state, nonce, verifier }: StaffTransaction): Promise<Result<oauth.TokenEndpointResponse, StaffAnswerRefusal>> {
    const as = asServer(it.metadata)
    try {
      const answer = oauth.validateAuthResponse(as, client, parameters, state)
      const response = await oauth.authorizationCodeGrantRequest(as, client, authenticate(it.metadata), answer, redirectUri, verifier, options)
      return ok(await oauth.processAuthorizationCodeResponse(as, client, response, { expectedNonce: nonce, requireIdToken: true }))
    } catch (error) {
      if (error instanceof oauth.AuthorizationResponseError) return error.error === 'access_denied' ? fail('cancelled') : fail('not-valid', error.error)
      return isAway(error) ? fail('provider-unavailable') : fail('not-valid', wordOf(error))
    }
  }

  return {
    issuer, clientId,
    async begin(locale) {
      const it = await metadata.about()
      if (!it.ok) return it
      const as = asServer(it.value.metadata)
      const transaction = { state: random(), nonce: random(), verifier: random(), begun: clock.now().getTime() }
      const parameters = new URLSearchParams({
        client_id: clientId, response_type: 'code', redirect_uri: redirectUri, scope: config.scope, state: transaction.state, nonce: transaction.nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(transaction.verifier), code_challenge_method: 'S256', ui_locales: locale,
      })
      const at = (query: URLSearchParams) => {
        const address = new URL(it.value.metadata.authorization_endpoint)
        for (const [name, value] of query) address.searchParams.set(name, value)
        return ok({ address: address.href, transaction })
      }
      if (it.value.metadata.pushed_authorization_request_endpoint === undefined) return at(parameters)
      try {
        const response = await oauth.pushedAuthorizationRequest(as, client, authenticate(it.value.metadata), parameters, options)
        const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, response)
        return at(new URLSearchParams({ client_id: clientId, request_uri }))
      } catch (error) {
        log.warn('The staff log-in did not take the authorization request', { ...safeError(error), upstream: 'staff', step: 'par', detail: wordOf(error) })
        return fail('provider-unavailable')
      }
    },
    async answer(parameters, transaction) {
      const it = await metadata.about()
      if (!it.ok) return it
      const answer = await exchange(it.value, parameters, transaction)
      if (!answer.ok) return answer
      const payload = await verify(it.value, answer.value.id_token ?? '')
      if (!payload.ok) return payload
      // A log-out token is signed with the same keys for the same client.
      if ('events' in payload.value) return fail('not-valid', 'a log-out token')
      const tokens = taken(answer.value, {}, payload.value.sub ?? '')
      const claims = await claimsOf(it.value, payload.value, tokens)
      if (!claims.ok) return fail(claims.reason === 'refused' ? 'not-valid' : 'provider-unavailable', claims.detail)
      return ok({ claims: claims.value, tokens, sid: typeof payload.value.sid === 'string' ? payload.value.sid : null })
    },
    async ask(tokens) {
      const it = await metadata.about()
      if (!it.ok) return it
      if (tokens.refreshToken === null) {
        const claims = await claimsOf(it.value, null, tokens)
        return claims.ok ? ok({ claims: claims.value, tokens }) : claims
      }
      const as = asServer(it.value.metadata)
      try {
        const response = await oauth.refreshTokenGrantRequest(as, client, authenticate(it.value.metadata), tokens.refreshToken, options)
        const fresh = taken(await oauth.processRefreshTokenResponse(as, client, response), tokens, tokens.sub)
        const payload = fresh.idToken === tokens.idToken ? ok(null) : await verify(it.value, fresh.idToken)
        if (!payload.ok) return payload.reason === 'not-valid' ? fail('refused', payload.detail) : fail('provider-unavailable')
        if (payload.value !== null && payload.value.sub !== tokens.sub) return fail('refused', 'another sub')
        const claims = await claimsOf(it.value, payload.value, fresh)
        return claims.ok ? ok({ claims: claims.value, tokens: fresh }) : claims
      } catch (error) {
        return isNo(error) ? fail('refused', wordOf(error)) : fail('provider-unavailable', wordOf(error))
      }
    },
    async logoutAddress() {
      const it = await metadata.about()
      return it.ok ? (it.value.metadata.end_session_endpoint ?? null) : null
    },
    async verifyLogoutToken(token) {
      const it = await metadata.about()
      if (!it.ok) return it
      const payload = await verify(it.value, token, { maxTokenAge: 120 })
      if (!payload.ok) return payload
      const logout = readStaffLogout(payload.value)
      return logout ? ok(logout) : fail('not-valid', 'claims')
    },
    pageOrigins: () => [issuer, metadata.known()?.metadata.authorization_endpoint, metadata.known()?.metadata.end_session_endpoint].flatMap((url) => (url === undefined ? [] : [new URL(url).origin])),
  }
}

/** The grant is no good any more: withdrawn, or its owner disabled (RFC 6749 §5.2). Other refusals are of us, and say nothing of the employee. */
const isNo = (error: unknown): boolean => error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant'

/** Nothing came back, or a server's own trouble. */
const isAway = (error: unknown): boolean => (error instanceof TypeError && error.message.startsWith('fetch failed')) || (error instanceof oauth.ResponseBodyError && error.status >= 500) || (error instanceof Error && error.cause instanceof Response && error.cause.status >= 500)

/** The library's or the protocol's word for it: never the message, which may hold values. */
const wordOf = (error: unknown): string => (error instanceof oauth.ResponseBodyError ? error.error : error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown').slice(0, 60)
