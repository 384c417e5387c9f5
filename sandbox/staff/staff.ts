import type { OidcContext } from 'oidc-provider'
import { isForm, isFromOwnPage, json, readBody, type Answer } from '../http.ts'
import { createOp } from '../oidc/op.ts'
import { endSession } from '../oidc/end-session.ts'
import { logout } from '../oidc/logout.ts'
import { html, page, type Page } from '../page.ts'
import type { Street } from '../street.ts'
import { refuse, type Party, type Visit } from '../visit.ts'
import type { Employee } from './employees.ts'

/**
 * The bank's own OpenID provider for employees: code flow with PKCE, client_secret_basic, roles in the id_token. A refresh
 * token comes with it, is good once, and gives what the directory says then: of somebody who is disabled, nothing.
 */
export function createStaff(street: Street): Party {
  const { registration: { staff: own }, selfService, origin } = street
  const find = (id: string): Employee | undefined => street.employees.find((employee) => employee.id === id && !employee.disabled)
  const op = createOp({
    name: 'staff', origin, key: street.keys.staff, grantSeconds: WORKING_DAY, personOf: (id) => find(id)?.name,
    clients: () => {
      const client = ({ clientId, clientSecret }: typeof own, apps: readonly string[]) => ({
        client_id: clientId, client_secret: clientSecret, token_endpoint_auth_method: 'client_secret_basic',
        redirect_uris: apps.map((appUrl) => `${appUrl}/api/staff/auth/callback/staff`), post_logout_redirect_uris: apps.map((appUrl) => `${appUrl}/staff/logged-out`),
        response_types: ['code'], grant_types: ['authorization_code', 'refresh_token'],
        // One address for each client; those who share one are told at the first of them.
        ...(apps[0] !== undefined && { backchannel_logout_uri: `${apps[0]}/api/staff/auth/logout/backchannel`, backchannel_logout_session_required: true }),
      })
      const { banks } = selfService
      return [client(own, banks.flatMap(({ staff, appUrl }) => (staff ? [] : [appUrl]))), ...banks.flatMap(({ staff, appUrl }) => (staff ? [client(staff, [appUrl])] : []))]
    },
    configuration: {
      scopes: ['openid', 'profile'], clientAuthMethods: ['client_secret_basic'],
      claims: { openid: ['sub', 'name', 'roles', 'department', 'pid', 'auth_time'], profile: [], sid: null, auth_time: null, iss: null },
      findAccount: (_ctx: OidcContext, sub: string) => {
        const employee = find(sub)
        return employee && { accountId: sub, claims: () => ({ sub, name: employee.name, roles: employee.roles, department: employee.unit, pid: employee.pid }) }
      },
      issueRefreshToken: async (_ctx: OidcContext, client: { grantTypeAllowed(type: string): boolean }) => client.grantTypeAllowed('refresh_token'),
      rotateRefreshToken: true,
      expiresWithSession: async () => false,
      features: { pushedAuthorizationRequests: { enabled: true }, backchannelLogout: { enabled: true } },
    },
  })

  street.onReset.push(op.forget)

  async function login(visit: Visit): Promise<Answer | null> {
    const { req, res } = visit
    const interaction = await op.provider.interactionDetails(req, res).catch(() => null)
    if (!interaction || visit.path !== `/login/${interaction.uid}`)
      return refuse(visit, 'this log-in has expired or belongs to another browser', page(400, { title: 'Innloggingen er utløpt', owner: 'staff', body: html`<h1>Innloggingen er utløpt</h1><p>Gå tilbake og begynn på nytt.</p>` }))
    if (visit.method === 'GET') return page(200, loginPage(street, interaction.uid))
    const form = new URLSearchParams(isForm(req) ? ((await readBody(req)) ?? '') : '')
    if (!isFromOwnPage(req, origin)) return refuse(visit, 'the form was sent from another site', page(403, loginPage(street, interaction.uid)))
    const employee = find(form.get('employee') ?? '')
    if (!employee && !form.has('cancel')) return refuse(visit, 'no such employee', page(400, loginPage(street, interaction.uid)))
    if (employee) visit.person = employee.name
    else visit.refusedBecause = 'the employee cancelled (access_denied)'
    const result = employee ? { login: { accountId: employee.id, amr: ['pwd', 'mfa'] } } : { error: 'access_denied', error_description: 'End-User aborted interaction' }
    await op.provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false })
    return null
  }

  return {
    name: 'staff',
    readsBody: true,
    stepOf: (_method, path) => steps.find(([start]) => path.startsWith(start))?.[1] ?? 'other',
    failure: (status) => json(status, { error: status === 401 ? 'invalid_client' : status < 500 ? 'invalid_request' : 'server_error' }),
    serve(visit) {
      if (visit.path.startsWith('/login/')) return login(visit)
      if (visit.path === '/logout' && (visit.method === 'GET' || visit.method === 'POST'))
        return logout(visit, { provider: op.provider, owner: 'staff', origin, end: async ({ req, res }) => (await endSession(op.provider, req, res), []) })
      return op.serve(visit)
    },
  }
}

/** Seconds for which a log-in can be renewed. */
const WORKING_DAY = 8 * 60 * 60

const steps = [['/.well-known/', 'metadata'], ['/jwks.json', 'jwks'], ['/par', 'par'], ['/authorize', 'authorize'], ['/login/', 'login'], ['/token', 'token'], ['/userinfo', 'userinfo'], ['/logout', 'logout']] as const

const loginPage = ({ employees }: Street, uid: string): Page => ({
  title: 'Logg inn som ansatt', owner: 'staff',
  body: html`<h1>Logg inn som ansatt</h1><p class="lead">Velg hvem du vil være.</p>
<form method="post" action="/staff/login/${uid}"><ul class="people">${employees.filter(({ disabled }) => !disabled).map(
    ({ id, name, does, roles }) => html`<li><button name="employee" value="${id}"><strong>${name}</strong><span>${does}</span><span>${roles.length > 0 ? roles.join(', ') : '–'}</span></button></li>`,
  )}</ul><p><button class="plain" name="cancel" value="1">Avbryt</button></p></form>`,
})
