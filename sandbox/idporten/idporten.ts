import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { errors, interactionPolicy, type OidcContext } from 'oidc-provider'
import { json } from '../http.ts'
import { createOp, personByAccount } from '../oidc/op.ts'
import { endSession, sessionAccount } from '../oidc/end-session.ts'
import { logout } from '../oidc/logout.ts'
import type { Street } from '../street.ts'
import type { Party, Visit } from '../visit.ts'
import type { Accounts } from './accounts.ts'
import { checkAssertion } from './assertion.ts'
import { spoilIdToken } from './id-token.ts'
import { levels, servesLevel } from './levels.ts'
import { login } from './login.ts'

/** ID-porten, and the two things that Altinn's consent page asks of it. */
export type Idporten = Party & {
  /** Who has a single sign-on session in this browser. */
  signedIn(req: IncomingMessage, res: ServerResponse): Promise<string | undefined>
  /** The global log-out: back channel now, and the front-channel addresses to load in frames. */
  endSession(req: IncomingMessage, res: ServerResponse): Promise<string[]>
}

export function createIdporten(street: Street): Idporten {
  const { selfService, origin } = street
  const accounts: Accounts = new Map()
  const salt = randomBytes(8)
  /** Opaque, as ID-porten's `sub`; that it differs from client to client is left out: nobody may build on it. */
  const accountFor = (pid: string): string => createHash('sha256').update(salt).update(pid).digest('base64url').slice(0, 24)

  const policy = interactionPolicy.base()
  policy.get('login').checks.add(
    new interactionPolicy.Check('acr_values', 'a higher level is asked for', ({ oidc }) => !oidc.result?.login && !servesLevel(oidc.acr, oidc.params.acr_values)),
  )

  const op = createOp({
    name: 'idporten', origin, key: street.keys.idporten, personOf: personByAccount(accounts),
    clients: () => selfService.banks.map(({ appUrl, idporten: { clientId, jwks } }) => ({
      client_id: clientId, jwks, token_endpoint_auth_method: 'private_key_jwt',
      redirect_uris: [`${appUrl}/api/auth/callback/idporten`], post_logout_redirect_uris: [`${appUrl}/logged-out`],
      response_types: ['code'], grant_types: ['authorization_code'], id_token_signed_response_alg: 'RS256',
      require_pushed_authorization_requests: true,
      backchannel_logout_uri: `${appUrl}/api/auth/logout/backchannel`, backchannel_logout_session_required: true,
    })),
    configuration: {
      acrValues: levels, scopes: ['openid', 'profile'], clientAuthMethods: ['private_key_jwt'],
      claims: { openid: ['sub', 'pid', 'acr', 'amr', 'locale', 'auth_time'], profile: [], acr: null, amr: null, sid: null, auth_time: null, iss: null },
      discovery: { ui_locales_supported: ['nb', 'nn', 'en', 'se'], frontchannel_logout_supported: true, frontchannel_logout_session_supported: true },
      interactions: { policy, url: (_ctx: OidcContext, { uid }: { uid: string }) => `/idporten/login/${uid}` },
      extraParams: {
        acr_values: (_ctx: OidcContext, value: string | undefined) => {
          if (value?.split(' ').some((level) => !levels.includes(level))) throw new errors.InvalidRequest('unknown acr_values')
        },
        onbehalfof: (_ctx: OidcContext, value: string | undefined) => {
          if (value !== undefined) throw new errors.InvalidRequest('onbehalfof is not registered on the client')
        },
      },
      assertJwtClientAuthClaimsAndHeader: (ctx: OidcContext, claims: Record<string, unknown>, header: Record<string, unknown>) => {
        checkAssertion({ claims, header, body: ctx.oidc.body ?? {}, issuer: ctx.oidc.issuer, nowMs: op.visitOf(ctx.req)?.now ?? Date.now() })
      },
      findAccount: (_ctx: OidcContext, sub: string) => {
        const account = accounts.get(sub)
        return account && { accountId: sub, claims: () => ({ sub, pid: account.pid, locale: account.locale }) }
      },
      features: { pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true }, backchannelLogout: { enabled: true } },
    },
  })

  street.onReset.push(op.forget, () => { accounts.clear() })
  op.provider.use(async (ctx, next) => {
    await next()
    const body = ctx.body as { id_token?: string; request_uri?: string } | undefined
    if (ctx.path === '/token' && typeof body?.id_token === 'string') ctx.body = { ...body, id_token: await spoilIdToken(body.id_token, street.keys, op.visitOf(ctx.req)?.fault) }
    if (ctx.path === '/par' && typeof body?.request_uri === 'string') ctx.body = { ...body, request_uri: body.request_uri.replace(STANDARD_URN, OWN_URN) }
  })

  const appOf = (clientId: string): string => selfService.banks.find(({ idporten }) => idporten.clientId === clientId)?.appUrl ?? ''
  const frontChannel = (clientId: string, sid: string): string => `${appOf(clientId)}/api/auth/logout/frontchannel?${new URLSearchParams({ iss: op.provider.issuer, sid })}`
  const end = async (req: IncomingMessage, res: ServerResponse): Promise<string[]> => {
    const began = new Date().toISOString()
    const told = await endSession(op.provider, req, res, () => street.faults.take('idporten', 'backchannel', '/backchannel')?.fault !== 'no-backchannel')
    for (const { failure } of told) street.log(failure === undefined ? 'ID-porten told the app over the back channel that the session is over' : `ID-porten could not tell the app over the back channel: ${failure}`)
    for (const { failure } of told)
      street.journal.add({ at: new Date().toISOString(), began, party: 'idporten', step: 'backchannel', method: 'POST', path: '/api/auth/logout/backchannel', status: failure === undefined ? 200 : 0, ...(failure !== undefined && { refusedBecause: failure }) })
    return told.map(({ clientId, sid }) => frontChannel(clientId, sid))
  }

  return {
    name: 'idporten',
    readsBody: true,
    stepOf: (_method, path) => steps[path] ?? (path.startsWith('/authorize') ? 'authorize' : path.startsWith('/login/') ? 'login' : path.startsWith('/logout') ? 'logout' : 'other'),
    failure: (status) => json(status, { error: status === 401 ? 'invalid_client' : status < 500 ? 'invalid_request' : 'server_error' }),
    async signedIn(req, res) {
      const account = await sessionAccount(op.provider, req, res)
      return account === undefined ? undefined : accounts.get(account)?.pid
    },
    endSession: end,
    async serve(visit) {
      if (visit.path.startsWith('/login/')) return login(visit, { provider: op.provider, accounts, accountFor, street, end: ({ req, res }) => end(req, res) })
      if (visit.path === '/logout' && (visit.method === 'GET' || visit.method === 'POST'))
        return logout(visit, { provider: op.provider, owner: 'idporten', origin, end: ({ req, res }) => end(req, res) })
      ownUrn(visit)
      return op.serve(visit)
    },
  }
}

const steps: Record<string, string> = { '/par': 'par', '/token': 'token', '/jwks.json': 'jwks', '/userinfo': 'userinfo', '/.well-known/openid-configuration': 'metadata', '/.well-known/oauth-authorization-server': 'metadata' }

// ID-porten's request_uri begins with its own name (PAR page); oidc-provider knows only the standard's example.
const STANDARD_URN = 'urn:ietf:params:oauth:request_uri:'
const OWN_URN = 'urn:idporten:'
function ownUrn({ req, path }: Visit): void {
  if (path === '/authorize') req.url = req.url?.replace(/request_uri=urn(%3A|:)idporten(%3A|:)/i, `request_uri=${encodeURIComponent(STANDARD_URN)}`) ?? '/'
}
