import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSandbox, type Sandbox } from '../start.ts'
import { reply, type Reply } from '../testing/bank.ts'
import { createBrowser } from '../testing/browser.ts'
import { challengeOf } from '../testing/login.ts'
import { registration } from '../testing/registration.ts'
import { employees } from './staff.ts'

const APP = 'http://localhost:9'
const callback = `${APP}/api/staff/auth/callback/staff`
const verifier = 'v'.repeat(43)
let sandbox: Sandbox
beforeAll(async () => { sandbox = await startSandbox({ port: 0, registration: registration(APP), log: () => {} }) })
afterAll(() => sandbox.close())

const authorize = (change: Record<string, string> = {}): string =>
  `${sandbox.origin}/staff/authorize?${new URLSearchParams({ client_id: 'bank-staff', response_type: 'code', redirect_uri: callback, scope: 'openid profile', state: 's', nonce: 'n', code_challenge: challengeOf(verifier), code_challenge_method: 'S256', ...change })}`
async function exchange(code: string, secret = 'hemmelig-for-ansatte'): Promise<Reply> {
  const basic = Buffer.from(`bank-staff:${secret}`).toString('base64')
  return reply(await fetch(`${sandbox.origin}/staff/token`, { method: 'POST', headers: { authorization: `Basic ${basic}` }, body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: verifier }) }))
}
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
