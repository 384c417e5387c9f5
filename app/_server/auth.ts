import NextAuth, { customFetch, type NextAuthConfig } from 'next-auth'
import type { Adapter, AdapterUser } from 'next-auth/adapters'
import { getLocale } from 'next-intl/server'
import { checkClaims, type LogInRefusal, type VerifiedLogIn } from '@/lib/idporten/claims'
import { safeError } from '@/lib/log'
import { encrypt } from '@/lib/sealed'
import { Secret } from '@/lib/secret'
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

/** A configuration function, not an object: nothing is read from the environment before the first request. */
export const logInWithIdporten = (flow: LogInFlow) => NextAuth(async () => configFor(flow, await getLocale()))

function configFor(flow: LogInFlow, locale: string): NextAuthConfig {
  const { config, idporten, log, sessionLimits } = services()
  const maxAge = sessionLimits.maxMinutes * 60
  return {
    basePath: '/api/auth',
    secret: Buffer.from(config.AUTH_SECRET).toString('base64url'),
    trustHost: true,
    cookies: logInCookies(),
    adapter: adapterFor(flow),
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
        [customFetch]: idportenFetch,
      },
    ],
    callbacks: {
      async signIn({ account }) {
        flow.refusal = (await verify(flow, account?.id_token)) ?? undefined
        return flow.refusal === undefined
      },
    },
  }
}

/** The reason to refuse this log-in, or null when the flow now holds a verified one. */
async function verify(flow: LogInFlow, idToken: string | undefined): Promise<LogInFlow['refusal'] | null> {
  const { idporten, logInRules, subjects, clock } = services()
  if (!idToken) return 'id-token-invalid'
  const payload = await idporten.verifyIdToken(idToken)
  if (!payload.ok) return payload.reason === 'not-valid' ? 'id-token-invalid' : 'id-porten-unavailable'
  const login = checkClaims(payload.value, logInRules, clock.now())
  if (!login.ok) return login.reason
  flow.login = { ...login.value, idToken: new Secret(idToken), subjectRef: await subjects.refOf(login.value.nationalId, clock.now()) }
  return null
}

/** Auth.js sends `aud` as a list; ID-porten takes the issuer alone. The metadata comes from our own copy. */
const idportenFetch: typeof fetch = async (input, init) => {
  const { idporten, fetch } = services()
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
function adapterFor(flow: LogInFlow): Adapter {
  const { sessions, sessionLimits, clock } = services()
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
