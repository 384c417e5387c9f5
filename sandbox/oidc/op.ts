import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import Provider, { type OidcContext } from 'oidc-provider'
import { send } from '../http.ts'
import type { SigningKey } from '../keys.ts'
import { nameOf } from '../people.ts'
import { html, page, type Page } from '../page.ts'
import type { Visit } from '../visit.ts'
import { postBackchannel } from './backchannel.ts'
import { createMemory } from './memory.ts'

export type OpSetUp = { name: 'idporten' | 'staff'; origin: string; key: SigningKey; /** Those registered now. */ clients(): readonly { client_id: string }[]; /** How long what was given can be used or renewed. */ grantSeconds?: number; configuration: { features: object; [key: string]: unknown }; personOf(accountId: string): string | undefined }

/** An OpenID provider on a path of the one port. */
export type Op = { provider: Provider; visitOf(req: IncomingMessage): Visit | undefined; serve(visit: Visit): Promise<null>; /** Forgets every session. */ forget(): void }

const failures = ['server_error', 'grant.error', 'pushed_authorization_request.error', 'authorization.error', 'userinfo.error', 'discovery.error', 'jwks.error', 'end_session_confirm.error']
const SSO_IDLE = 30 * 60
const SSO_ABSOLUTE = 120 * 60

/** What ID-porten and the staff log-in have in common. Session times as ID-porten's (idle 30 minutes, at most 120). */
export function createOp({ name, origin, key, clients, configuration, personOf, grantSeconds = SSO_ABSOLUTE }: OpSetUp): Op {
  const visits = new WeakMap<IncomingMessage, Visit>()
  const issuer = `${origin}/${name}`
  const { port } = new URL(origin)
  const memory = createMemory()
  const provider = new Provider(issuer, {
    adapter: (model: string) => (model === 'Client' ? { find: async (id: string) => clients().find(({ client_id }) => client_id === id) } : memory.adapter(model)),
    responseTypes: ['code'],
    allowOmittingSingleRegisteredRedirectUri: false,
    enabledJWA: { clientAuthSigningAlgValues: ['RS256', 'RS384', 'RS512'] },
    jwks: { keys: [key.privateJwk] },
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    enableHttpPostMethods: true,
    clockTolerance: 10,
    cookies: {
      keys: [randomBytes(24).toString('base64url')],
      names: { session: `${name}_session_${port}`, interaction: `${name}_login_${port}`, resume: `${name}_resume_${port}` },
      // The app posts its log-out from another site: a Lax session cookie would stay at home.
      long: { httpOnly: true, sameSite: 'none', secure: true },
      short: { httpOnly: true, sameSite: 'lax' },
    },
    fetch: postBackchannel,
    routes: { authorization: '/authorize', pushed_authorization_request: '/par', token: '/token', jwks: '/jwks.json', userinfo: '/userinfo', end_session: '/logout' },
    interactions: { url: (_ctx: OidcContext, { uid }: { uid: string }) => `/${name}/login/${uid}` },
    ttl: {
      AccessToken: 120, AuthorizationCode: 60, IdToken: 120, Interaction: 15 * 60, Grant: grantSeconds, RefreshToken: grantSeconds,
      Session: (_ctx: OidcContext, { loginTs }: { loginTs?: number }) => Math.max(1, Math.min(SSO_IDLE, loginTs === undefined ? SSO_IDLE : loginTs + SSO_ABSOLUTE - Math.floor(Date.now() / 1000))),
    },
    loadExistingGrant,
    renderError: (ctx: OidcContext, out: { error: string; error_description?: string }) => {
      const answer = page(ctx.status, errorPage(name, out))
      for (const [field, value] of Object.entries(answer.headers ?? {})) ctx.set(field, String(value))
      ctx.body = answer.body
    },
    ...configuration,
    features: { devInteractions: { enabled: false }, dPoP: { enabled: false }, userinfo: { enabled: true }, rpInitiatedLogout: { enabled: true }, ...configuration.features },
  })
  provider.silent = true

  // Secure cookies on plain http://127.0.0.1: browsers allow it, the cookies package has to be told.
  const create = provider.createContext.bind(provider)
  provider.createContext = (req, res) => {
    const ctx = create(req, res)
    ctx.cookies.secure = true
    return ctx
  }

  for (const event of failures)
    provider.on(event, (ctx: OidcContext, error: Error & { error_description?: string; error_detail?: string }) => {
      const visit = visits.get(ctx.req)
      if (visit) visit.refusedBecause = [error.message, error.error_description, error.error_detail].filter(Boolean).join(': ')
    })
  for (const event of ['grant.success', 'authorization.success'])
    provider.on(event, (ctx: OidcContext) => {
      const visit = visits.get(ctx.req)
      const account = ctx.oidc.entities.Account?.accountId ?? ctx.oidc.session?.accountId
      const person = account === undefined ? undefined : personOf(account)
      if (visit && person !== undefined) visit.person = person
    })

  let callback: ReturnType<Provider['callback']> | undefined
  return {
    provider,
    visitOf: (req) => visits.get(req),
    forget: memory.clear,
    async serve(visit) {
      visits.set(visit.req, visit)
      const req = visit.req as IncomingMessage & { originalUrl?: string }
      req.originalUrl = req.url ?? '/'
      req.url = req.originalUrl.slice(name.length + 1) || '/'
      callback ??= provider.callback()
      await callback(req, visit.res)
      if (!visit.res.writableEnded && !visit.res.destroyed) send(visit.res, { status: 404 })
      return null
    },
  }
}

/** No consent page: the client gets what it is registered for. */
async function loadExistingGrant({ oidc }: OidcContext): Promise<unknown> {
  const { client, session, provider } = oidc
  const id = session.grantIdFor(client.clientId)
  const old = id === undefined ? undefined : await provider.Grant.find(id)
  if (old) return old
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
  grant.addOIDCScope('openid profile')
  await grant.save()
  return grant
}

const errorPage = (owner: 'idporten' | 'staff', { error, error_description: description }: { error: string; error_description?: string }): Page => ({
  title: 'Noe gikk galt', owner,
  body: html`<h1>Noe gikk galt</h1><p>Tjenesten du kom fra, spurte på en måte som ikke kan besvares. Gå tilbake dit og prøv igjen.</p>
<p class="soft small">Til utvikleren: <code>${error}</code>${description !== undefined && html` – ${description}`}</p>`,
})

export const personByAccount = (accounts: Map<string, { pid: string }>) => (id: string): string | undefined => {
  const account = accounts.get(id)
  return account && nameOf(account.pid)
}
