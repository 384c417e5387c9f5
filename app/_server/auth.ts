import { Auth, customFetch, raw, skipCSRFCheck, type AuthConfig } from '@auth/core'
import type { Adapter, AdapterUser } from '@auth/core/adapters'
import { getLocale } from 'next-intl/server'
import { cookies } from 'next/headers'
import { checkClaims, type LogInRefusal, type VerifiedLogIn } from '@/lib/idporten/claims'
import { safeError } from '@/lib/log'
import { encrypt } from '@/lib/sealed'
import { Secret } from '@/lib/secret'
import type { Services } from '@/lib/services'
import { keyFromToken, newSessionToken, tokenHashOf } from '@/lib/session/session'
import { logInCookies } from './cookies'
import type { Applicant } from './session'
import { services } from './services'

/**
 * One request's way through a log-in. The library does the code flow with its state, nonce and PKCE; what it leaves
 * out (the id_token's signature, the level, PAR, hashed sessions) is done here, and this carries it between the steps.
 */
export type LogInFlow = {
  readonly correlationId: string
  login?: VerifiedLogIn & { subjectRef: string; idToken: Secret }
  refusal?: LogInRefusal | 'id-porten-unavailable'
  applicant?: Applicant
}

/** The id_token_hint of a session, sealed under its cookie. */
export const idTokenContext = 'id-token'

/**
 * Begins a log-in that ends at `redirectTo`: sets the cookies that its answer will be held to, and gives the authorization
 * request. The library takes its own address from the request it is handed: from us that is always the bank's, whatever
 * the browser's says.
 */
export async function beginLogIn(flow: LogInFlow, redirectTo: string): Promise<URL> {
  const bank = await services()
  const jar = await cookies()
  const request = new Request(`${bank.config.APP_URL}/api/auth/signin/idporten`, { method: 'POST', headers: { cookie: jar.toString() }, body: new URLSearchParams({ callbackUrl: redirectTo }) })
  const answer = await Auth(request, { ...configFor(bank, flow, await getLocale()), raw, skipCSRFCheck })
  for (const { name, value, options } of answer.cookies ?? []) jar.set(name, value, options)
  return new URL(answer.redirect ?? '')
}

/** Takes the answer that the browser brings from ID-porten: when it is good, the flow holds an applicant afterwards. */
export async function takeAnswer(flow: LogInFlow, { search, headers }: { readonly search: string; readonly headers: Headers }): Promise<Response> {
  const bank = await services()
  return Auth(new Request(`${bank.config.APP_URL}/api/auth/callback/idporten${search}`, { headers }), configFor(bank, flow, await getLocale()))
}

function configFor(bank: Services, flow: LogInFlow, locale: string): AuthConfig {
  const { config, idporten, log, sessionLimits } = bank
  const maxAge = sessionLimits.maxMinutes * 60
  return {
    basePath: '/api/auth',
    secret: Buffer.from(config.AUTH_SECRET).toString('base64url'),
    trustHost: true,
    cookies: logInCookies(bank),
    adapter: adapterFor(bank, flow),
    session: { strategy: 'database', maxAge, updateAge: maxAge, generateSessionToken: newSessionToken },
    pages: { signIn: '/', error: '/' },
    logger: {
      error: (error) => log.warn('A log-in did not succeed', { ...safeError(error), correlationId: flow.correlationId }),
      warn: () => undefined,
      debug: () => undefined,
    },
    providers: [
      {
        id: 'idporten',
        name: 'ID-porten',
        type: 'oidc',
        issuer: idporten.issuer,
        clientId: idporten.clientId,
        checks: ['pkce', 'state', 'nonce'],
        client: { token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'RS256' },
        authorization: { params: { scope: 'openid', acr_values: config.IDPORTEN_ACR, ui_locales: locale } },
        // Who it is comes from the verified claims in signIn, never from here.
        profile: () => ({ id: 'unverified' }),
        [customFetch]: idportenFetch(bank),
      },
    ],
    callbacks: {
      async signIn({ account }) {
        flow.refusal = (await verify(bank, flow, account?.id_token)) ?? undefined
        return flow.refusal === undefined
      },
    },
  }
}

/** The reason to refuse this log-in, or null when the flow now holds a verified one. */
async function verify({ idporten, logInRules, subjects, clock }: Services, flow: LogInFlow, idToken: string | undefined): Promise<LogInFlow['refusal'] | null> {
  if (!idToken) return 'id-token-invalid'
  const payload = await idporten.verifyIdToken(idToken)
  if (!payload.ok) return payload.reason === 'not-valid' ? 'id-token-invalid' : 'id-porten-unavailable'
  const login = checkClaims(payload.value, logInRules, clock.now())
  if (!login.ok) return login.reason
  flow.login = { ...login.value, idToken: new Secret(idToken), subjectRef: await subjects.refOf(login.value.nationalId, clock.now()) }
  return null
}

/** Auth.js sends `aud` as a list; ID-porten takes the issuer alone. The metadata comes from our own copy. */
const idportenFetch = ({ idporten, fetch }: Services): typeof globalThis.fetch => async (input, init) => {
  const url = input instanceof Request ? input.url : input.toString()
  if (url.endsWith('/.well-known/openid-configuration')) {
    const metadata = await idporten.metadata()
    return metadata.ok ? Response.json(metadata.value) : Response.error()
  }
  const isTokenRequest = init?.body instanceof URLSearchParams && init.body.get('grant_type') === 'authorization_code'
  return fetch(input, isTokenRequest ? { ...init, body: await idporten.authenticate(init.body as URLSearchParams) } : init)
}

const asUser = (id: string): AdapterUser => ({ id, email: '', emailVerified: null })

/** Sessions are our rows under hashed ids; Auth.js sees no more of them than it must. */
function adapterFor({ sessions, sessionLimits, clock }: Services, flow: LogInFlow): Adapter {
  const verified = () => {
    if (!flow.login) throw new Error('nobody has logged in in this request')
    return flow.login
  }
  return {
    getUserByAccount: async () => (flow.login ? asUser(flow.login.subjectRef) : null),
    createUser: async () => asUser(verified().subjectRef),
    linkAccount: () => undefined,
    async createSession({ sessionToken }) {
      const { subjectRef, sid, acr, idToken } = verified()
      const token = new Secret(sessionToken)
      const now = clock.now()
      const expiresAt = new Date(now.getTime() + sessionLimits.maxMinutes * 60_000)
      const session = {
        tokenHash: tokenHashOf(sessionToken),
        subjectRef,
        idpSid: sid,
        acr,
        idTokenSealed: encrypt(keyFromToken(token, 'id-token'), Buffer.from(idToken.reveal()), idTokenContext),
        createdAt: now,
        lastSeenAt: now,
        expiresAt,
      }
      await sessions.start(session, { type: 'session.started', at: now, actor: 'applicant', correlationId: flow.correlationId, subjectRef, consentId: null, outcome: null })
      flow.applicant = { session: { ...session, readingUntil: null, readAt: null, readFailure: null, readReference: null }, token }
      return { sessionToken, userId: subjectRef, expires: expiresAt }
    },
    // A log-in never goes on with an older session of the same browser: Auth.js would keep it, sid, level and all.
    async getSessionAndUser(token) {
      if (flow.login) await sessions.end(tokenHashOf(token), { reason: 'replaced', actor: 'applicant', at: clock.now(), correlationId: flow.correlationId })
      return null
    },
    // Must exist, and are not called.
    getUser: () => null,
    getUserByEmail: () => null,
    updateUser: (user) => asUser(user.id),
    updateSession: () => null,
    deleteSession: () => undefined,
  }
}
