import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSandbox, type Sandbox } from '../start.ts'
import { reply, type Reply } from '../testing/bank.ts'
import { createBrowser } from '../testing/browser.ts'
import { challengeOf } from '../testing/login.ts'
import { registration } from '../testing/registration.ts'
import { employees } from './employees.ts'

const APP = 'http://localhost:9'
const callback = `${APP}/api/staff/auth/callback/staff`
const verifier = 'v'.repeat(43)
let sandbox: Sandbox
beforeAll(async () => { sandbox = await startSandbox({ port: 0, registration: registration(APP), log: () => {} }) })
afterAll(() => sandbox.close())

const authorize = (change: Record<string, string> = {}): string =>
  `${sandbox.origin}/staff/authorize?${new URLSearchParams({ client_id: 'bank-staff', response_type: 'code', redirect_uri: callback, scope: 'openid profile', state: 's', nonce: 'n', code_challenge: challengeOf(verifier), code_challenge_method: 'S256', ...change })}`
async function token(form: Record<string, string>, secret = 'hemmelig-for-ansatte'): Promise<Reply> {
  const basic = Buffer.from(`bank-staff:${secret}`).toString('base64')
  return reply(await fetch(`${sandbox.origin}/staff/token`, { method: 'POST', headers: { authorization: `Basic ${basic}` }, body: new URLSearchParams(form) }))
}
const exchange = (code: string, secret?: string) => token({ grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: verifier }, secret)
const renew = (tokens: Reply) => token({ grant_type: 'refresh_token', refresh_token: String(tokens.json.refresh_token) })
const userinfo = async (tokens: Reply) => reply(await fetch(`${sandbox.origin}/staff/userinfo`, { headers: { authorization: `Bearer ${String(tokens.json.access_token)}` } }))
const change = (id: string, body: object) => fetch(`${sandbox.origin}/control/employees/${id}`, { method: 'PATCH', body: JSON.stringify(body) })
async function codeFor(employee: string): Promise<string> {
  const browser = createBrowser(sandbox.origin)
  const { address } = await browser.follow(authorize())
  return new URL((await browser.follow(address, { employee })).address).searchParams.get('code') ?? ''
}

test('gives each employee’s name and roles, also to the one who has none', async () => {
  for (const { id, name, roles } of employees) {
    const tokens = await exchange(await codeFor(id))
    expect(decodeJwt(String(tokens.json.id_token))).toMatchObject({ iss: `${sandbox.origin}/staff`, aud: 'bank-staff', sub: id, name, roles, nonce: 'n' })
  }
  expect(employees.filter(({ roles }) => roles.length === 0)).toHaveLength(1)
  expect(new Set(employees.flatMap(({ roles }) => roles))).toEqual(new Set(['adviser', 'auditor', 'admin']))
})
test('needs the secret, and PKCE', async () => {
  expect((await exchange(await codeFor('ansatt-1'), 'feil')).status).toBe(401)
  const { address } = await createBrowser(sandbox.origin).follow(authorize({ code_challenge: '', code_challenge_method: '' }))
  expect(new URL(address).searchParams.get('error')).toBe('invalid_request')
})
test('an unknown employee gets no further, and Avbryt is access_denied', async () => {
  const browser = createBrowser(sandbox.origin)
  const { address } = await browser.follow(authorize())
  expect((await browser.go(address, { employee: 'ansatt-99' })).status).toBe(400)
  expect((await browser.follow(address, { cancel: '1' })).address).toContain('error=access_denied')
})
test('an employee’s session is no ID-porten session', async () => {
  const browser = createBrowser(sandbox.origin)
  const { address } = await browser.follow(authorize())
  await browser.follow(address, { employee: 'ansatt-1' })
  expect(await (await browser.go('/altinn/profile')).text()).toContain('Logg inn i Altinn')
})

test('a refresh token and the userinfo tell what the directory says now', async () => {
  const first = await exchange(await codeFor('ansatt-4'))
  expect(await change('ansatt-4', { roles: ['auditor'] })).toMatchObject({ status: 200 })
  const renewed = await renew(first)
  expect(decodeJwt(String(renewed.json.id_token))).toMatchObject({ sub: 'ansatt-4', roles: ['auditor'], department: ['IT-drift', 'Internrevisjonen'] })
  expect((await userinfo(renewed)).json).toMatchObject({ sub: 'ansatt-4', roles: ['auditor'] })
})
test('a refresh token is good once: used again, all that came of its log-in is withdrawn', async () => {
  const first = await exchange(await codeFor('ansatt-1'))
  const second = await renew(first)
  expect(second.json.refresh_token).not.toBe(first.json.refresh_token)
  expect((await renew(first)).json.error).toBe('invalid_grant')
  expect((await renew(second)).json.error).toBe('invalid_grant')
})
test('somebody whose account is shut gets nothing more, and cannot log in, until it is opened or all is reset', async () => {
  const tokens = await exchange(await codeFor('ansatt-2'))
  await change('ansatt-2', { disabled: true })
  expect((await renew(tokens)).json.error).toBe('invalid_grant')
  expect((await userinfo(tokens)).status).toBe(401)
  const browser = createBrowser(sandbox.origin)
  expect((await browser.go((await browser.follow(authorize())).address, { employee: 'ansatt-2' })).status).toBe(400)
  await fetch(`${sandbox.origin}/control/reset`, { method: 'POST' })
  expect(await codeFor('ansatt-2')).not.toBe('')
})
test('nobody is hired through the control API', async () => {
  expect((await change('ansatt-99', { roles: ['admin'] })).status).toBe(404)
  expect((await change('ansatt-1', { pid: '22847500038' })).status).toBe(400)
})
