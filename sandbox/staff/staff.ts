import type { OidcContext } from 'oidc-provider'
import { isForm, isFromOwnPage, json, readBody, type Answer } from '../http.ts'
import { createOp } from '../oidc/op.ts'
import { endSession } from '../oidc/end-session.ts'
import { logout } from '../oidc/logout.ts'
import { html, page, type Page } from '../page.ts'
import type { Street } from '../street.ts'
import { refuse, type Party, type Visit } from '../visit.ts'

export type Employee = { id: string; name: string; roles: readonly string[]; does: string }

/** The bank's people: one for each role, one with two, and one who has none and must be kept out. */
export const employees: readonly Employee[] = [
  { id: 'ansatt-1', name: 'Ragnhild Rådgiver', roles: ['adviser'], does: 'rådgiver' },
  { id: 'ansatt-2', name: 'Rolf Rådgiver', roles: ['adviser'], does: 'rådgiver i en annen avdeling' },
  { id: 'ansatt-3', name: 'Revidar Revisor', roles: ['auditor'], does: 'revisor' },
  { id: 'ansatt-4', name: 'Dagny Drift', roles: ['admin', 'auditor'], does: 'drift og revisjon' },
  { id: 'ansatt-5', name: 'Ulf Utenrolle', roles: [], does: 'ingen rolle' },
]

/** The bank's own OpenID provider for employees: code flow with PKCE, client_secret_basic, roles in the id_token. */
export function createStaff(street: Street): Party {
  const { registration: { staff: own }, selfService, origin } = street
  const find = (id: string): Employee | undefined => employees.find((employee) => employee.id === id)
  const op = createOp({
    name: 'staff', origin, key: street.keys.staff, personOf: (id) => find(id)?.name,
    clients: () => {
      const client = ({ clientId, clientSecret }: typeof own, apps: readonly string[]) => ({
        client_id: clientId, client_secret: clientSecret, token_endpoint_auth_method: 'client_secret_basic',
        redirect_uris: apps.map((appUrl) => `${appUrl}/api/staff/auth/callback/staff`), post_logout_redirect_uris: apps.map((appUrl) => `${appUrl}/logged-out`),
        response_types: ['code'], grant_types: ['authorization_code'],
      })
      const { banks } = selfService
      return [client(own, banks.flatMap(({ staff, appUrl }) => (staff ? [] : [appUrl]))), ...banks.flatMap(({ staff, appUrl }) => (staff ? [client(staff, [appUrl])] : []))]
    },
    configuration: {
      scopes: ['openid', 'profile'], clientAuthMethods: ['client_secret_basic'],
      claims: { openid: ['sub', 'name', 'roles', 'auth_time'], profile: [], sid: null, auth_time: null, iss: null },
      findAccount: (_ctx: OidcContext, sub: string) => {
        const employee = find(sub)
        return employee && { accountId: sub, claims: () => ({ sub, name: employee.name, roles: employee.roles }) }
      },
      features: { pushedAuthorizationRequests: { enabled: true } },
    },
  })

  street.onReset.push(op.forget)

  async function login(visit: Visit): Promise<Answer | null> {
    const { req, res } = visit
    const interaction = await op.provider.interactionDetails(req, res).catch(() => null)
    if (!interaction || visit.path !== `/login/${interaction.uid}`)
      return refuse(visit, 'this log-in has expired or belongs to another browser', page(400, { title: 'Innloggingen er utløpt', owner: 'staff', body: html`<h1>Innloggingen er utløpt</h1><p>Gå tilbake og begynn på nytt.</p>` }))
    if (visit.method === 'GET') return page(200, loginPage(interaction.uid))
    const form = new URLSearchParams(isForm(req) ? ((await readBody(req)) ?? '') : '')
    if (!isFromOwnPage(req, origin)) return refuse(visit, 'the form was sent from another site', page(403, loginPage(interaction.uid)))
    const employee = find(form.get('employee') ?? '')
    if (!employee && !form.has('cancel')) return refuse(visit, 'no such employee', page(400, loginPage(interaction.uid)))
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

const steps = [['/.well-known/', 'metadata'], ['/jwks.json', 'jwks'], ['/par', 'par'], ['/authorize', 'authorize'], ['/login/', 'login'], ['/token', 'token'], ['/userinfo', 'userinfo'], ['/logout', 'logout']] as const

const loginPage = (uid: string): Page => ({
  title: 'Logg inn som ansatt', owner: 'staff',
  body: html`<h1>Logg inn som ansatt</h1><p class="lead">Velg hvem du vil være.</p>
<form method="post" action="/staff/login/${uid}"><ul class="people">${employees.map(
    ({ id, name, does, roles }) => html`<li><button name="employee" value="${id}"><strong>${name}</strong><span>${does}</span><span>${roles.length > 0 ? roles.join(', ') : '–'}</span></button></li>`,
  )}</ul><p><button class="plain" name="cancel" value="1">Avbryt</button></p></form>`,
})
