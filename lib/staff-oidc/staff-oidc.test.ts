import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { systemClock } from '@/lib/clock'
import { createHttp } from '@/lib/http'
import { Secret } from '@/lib/secret'
import type { StaffTransaction } from '@/lib/staff/staff-provider'
import { logKept } from '@/lib/testing/fakes'
import { aSandbox } from '@/lib/testing/sandbox'
import { createBrowser } from '@/sandbox/testing/browser'
import { createStaffOidc, type StaffOidcConfig } from './staff-oidc'

const sandbox = await aSandbox()
const { origin } = sandbox
const redirectUri = 'http://localhost:3000/api/staff/auth/callback/staff'
const log = logKept()

function oidc(but: Partial<StaffOidcConfig> = {}) {
  const { http, fetch } = createHttp({ origins: [origin], now: () => systemClock.now() })
  const claims = { role: 'roles', unit: 'department', nationalId: 'pid', synthetic: true }
  return createStaffOidc({ http, fetch, clock: systemClock, newId: randomUUID, log }, { issuer: `${origin}/staff`, clientId: 'saldosyn-staff', shows: { secret: new Secret('a-staff-secret') }, redirectUri, scope: 'openid profile', claims, otherOrigins: [], ...but })
}
async function begun(provider = oidc()) {
  const begin = await provider.begin('nb')
  if (!begin.ok) throw new Error('no log-in began')
  return begin.value
}
/** The whole way of an employee through the provider, up to the parameters that their browser comes back with. */
async function goesThrough(employee: string, provider = oidc()): Promise<{ parameters: URLSearchParams; transaction: StaffTransaction }> {
  const browser = createBrowser(origin)
  const { address, transaction } = await begun(provider)
  const at = await browser.follow(address)
  const back = await browser.follow(at.address, employee === 'nobody' ? { cancel: '1' } : { employee })
  return { parameters: new URL(back.address).searchParams, transaction }
}
async function logsIn(employee: string, provider = oidc()) {
  const { parameters, transaction } = await goesThrough(employee, provider)
  const answer = await provider.answer(parameters, transaction)
  if (!answer.ok) throw new Error(`${answer.reason} ${answer.detail ?? ''}`)
  return answer.value
}
const change = (employee: string, body: object) => sandbox.control('PATCH', `employees/${employee}`, body)
const fault = (kind: string, step: string, times = 1) => sandbox.control('PUT', 'faults/staff', { fault: kind, step, times })

describe('a log-in', () => {
  test('goes by a pushed request: the address that the browser sees says nothing', async () => {
    const { address } = await begun()
    expect([...new URL(address).searchParams.keys()].sort()).toEqual(['client_id', 'request_uri'])
  })

  test('tells who it is, what they may do, and where they work', async () => {
    const { claims, tokens, sid } = await logsIn('ansatt-4')
    expect(claims).toMatchObject({ sub: 'ansatt-4', name: 'Dagny Drift', roles: ['auditor', 'admin'], unit: 'IT-drift, Internrevisjonen', nationalId: null })
    expect(tokens).toMatchObject({ sub: 'ansatt-4', refreshToken: expect.any(String) as string })
    expect(sid).toEqual(expect.any(String))
  })

  test('tells of one who has no role that they have none', async () => {
    expect((await logsIn('ansatt-5')).claims.roles).toEqual([])
  })

  test('that the employee cancels is over', async () => {
    const { parameters, transaction } = await goesThrough('nobody')
    expect(await oidc().answer(parameters, transaction)).toMatchObject({ ok: false, reason: 'cancelled' })
  })

  test.each<[string, (it: { parameters: URLSearchParams; transaction: StaffTransaction }) => { parameters: URLSearchParams; transaction: StaffTransaction }]>([
    ['another state', ({ parameters, transaction }) => ({ parameters, transaction: { ...transaction, state: 'another' } })],
    ['no state', ({ parameters, transaction }) => (parameters.delete('state'), { parameters, transaction })],
    ['two states', ({ parameters, transaction }) => (parameters.append('state', 'another'), { parameters, transaction })],
    ['another nonce', ({ parameters, transaction }) => ({ parameters, transaction: { ...transaction, nonce: 'another' } })],
    ['another verifier', ({ parameters, transaction }) => ({ parameters, transaction: { ...transaction, verifier: 'v'.repeat(43) } })],
    ['another code', ({ parameters, transaction }) => (parameters.set('code', 'another'), { parameters, transaction })],
    ['an answer of another provider’s (RFC 9207)', ({ parameters, transaction }) => (parameters.set('iss', `${origin}/idporten`), { parameters, transaction })],
    ['no issuer, where the provider says that it names itself', ({ parameters, transaction }) => (parameters.delete('iss'), { parameters, transaction })],
  ])('with %s is refused', async (_, spoil) => {
    const { parameters, transaction } = spoil(await goesThrough('ansatt-1'))
    expect(await oidc().answer(parameters, transaction)).toMatchObject({ ok: false, reason: 'not-valid' })
  })

  test('is good once', async () => {
    const { parameters, transaction } = await goesThrough('ansatt-1')
    expect((await oidc().answer(parameters, transaction)).ok).toBe(true)
    expect(await oidc().answer(parameters, transaction)).toMatchObject({ reason: 'not-valid' })
  })

  test('of a client with the wrong secret does not begin, and no secret is in the log', async () => {
    expect(await oidc({ shows: { secret: new Secret('wrong-canary') } }).begin('nb')).toMatchObject({ ok: false, reason: 'provider-unavailable' })
    expect(log.lines.length).toBeGreaterThan(0)
    expect(JSON.stringify(log.lines)).not.toContain('canary')
  })

  test.each([['down', 'metadata'], ['500', 'metadata'], ['html', 'metadata'], ['503', 'par']])('does not begin while the provider is %s at its %s', async (kind, step) => {
    await fault(kind, step)
    expect(await oidc().begin('nb')).toMatchObject({ ok: false, reason: 'provider-unavailable' })
  })

  test.each(['down', '503', 'cut-off'])('ends in words when the provider is %s at the last step', async (kind) => {
    const { parameters, transaction } = await goesThrough('ansatt-1')
    await fault(kind, 'token')
    expect(await oidc().answer(parameters, transaction)).toMatchObject({ reason: 'provider-unavailable' })
  })

  test('does not begin at a provider whose metadata names another issuer', async () => {
    expect(await oidc({ issuer: `${origin}/staff/` }).begin('nb')).toMatchObject({ ok: false, reason: 'provider-unavailable' })
  })
})

describe('asked again, the provider', () => {
  test('tells the roles and the unit of now, with a new refresh token each time', async () => {
    const provider = oidc()
    const { tokens } = await logsIn('ansatt-4', provider)
    await change('ansatt-4', { roles: ['auditor'], unit: 'Internrevisjonen' })
    const first = await provider.ask(tokens)
    expect(first).toMatchObject({ ok: true, value: { claims: { sub: 'ansatt-4', roles: ['auditor'], unit: 'Internrevisjonen' } } })
    if (!first.ok) return
    expect(first.value.tokens.refreshToken).not.toBe(tokens.refreshToken)
    expect((await provider.ask(first.value.tokens)).ok).toBe(true)
  })

  test('says that the last role is gone', async () => {
    const { tokens } = await logsIn('ansatt-3')
    await change('ansatt-3', { roles: [] })
    expect(await oidc().ask(tokens)).toMatchObject({ ok: true, value: { claims: { roles: [] } } })
  })

  test('says nothing of somebody whose account is shut, with a refresh token and without', async () => {
    const { tokens } = await logsIn('ansatt-2')
    await change('ansatt-2', { disabled: true })
    expect(await oidc().ask({ ...tokens, refreshToken: null })).toMatchObject({ ok: false, reason: 'refused' })
    expect(await oidc().ask(tokens)).toMatchObject({ ok: false, reason: 'refused' })
    await sandbox.reset()
  })

  test('tells by its userinfo where it gives no refresh token, of the same employee only', async () => {
    const { tokens } = await logsIn('ansatt-1')
    expect(await oidc().ask({ ...tokens, refreshToken: null })).toMatchObject({ ok: true, value: { claims: { sub: 'ansatt-1', roles: ['adviser'] } } })
    expect(await oidc().ask({ ...tokens, refreshToken: null, sub: 'ansatt-2' })).toMatchObject({ reason: 'refused' })
    expect(await oidc().ask({ ...tokens, refreshToken: null, accessToken: 'another' })).toMatchObject({ reason: 'refused' })
  })

  test.each([['down', 'token'], ['500', 'token'], ['429', 'token'], ['html', 'token']])('that is %s at its %s has said nothing of the employee', async (kind, step) => {
    const { tokens } = await logsIn('ansatt-1')
    await fault(kind, step)
    expect(await oidc().ask(tokens)).toMatchObject({ ok: false, reason: 'provider-unavailable' })
  })

  test('has said nothing of the employee when it refuses our client', async () => {
    const { tokens } = await logsIn('ansatt-1')
    expect(await oidc({ shows: { secret: new Secret('wrong') } }).ask(tokens)).toMatchObject({ reason: 'provider-unavailable' })
  })
})

test('a log-out address and the origins of its pages are those that it publishes', async () => {
  const provider = oidc()
  expect(await provider.logoutAddress()).toBe(`${origin}/staff/logout`)
  expect(new Set(provider.pageOrigins())).toEqual(new Set([origin]))
})
