import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { checkRegistration } from './registration.ts'
import { startSandbox, type Sandbox } from './start.ts'
import { createAltinn2Client } from './testing/altinn2.ts'
import { consentDetail, createBank, type Bank, type Json } from './testing/bank.ts'
import { API_KEY, keys, registration, SCOPES } from './testing/registration.ts'

const STEINAR = '01085301957'
const FJORD = '313333332'
const fjordClient = '99999999-9999-4999-8999-999999999999'
const FJORD_KEY = 'nokkel-til-fjordbanken'
let sandbox: Sandbox
let bank: Bank

const withTwo = () => {
  const file = registration()
  file.maskinporten.push({ clientId: fjordClient, orgNumber: FJORD, jwks: { keys: [keys.stranger.publicJwk] }, scopes: Object.values(SCOPES) })
  file.moreBanks = [{ appUrl: 'http://fjordbanken.localhost:3999', bank: { name: 'Fjordbanken', orgNumber: FJORD }, idporten: { clientId: 'fjord-web', jwks: { keys: [keys.stranger.publicJwk] } }, lanekassen: { apiKey: FJORD_KEY } }]
  return file
}
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, registration: withTwo(), log: () => {} })
  bank = createBank(sandbox.origin)
})
afterAll(() => sandbox.close())

const own = { header: { kid: 'stranger' }, key: keys.stranger.sign, claims: { iss: fjordClient } }
const fjordToken = (scope: string, claims: Json = {}) => bank.token(scope, claims, own)

describe('two banks on one street', () => {
  test('each ask for consents of their own, under their own name', async () => {
    const body = bank.request(STEINAR, { to: `urn:altinn:organization:identifier-no:${FJORD}` })
    expect((await bank.create(body)).status, 'by the other bank').toBe(403)
    expect((await bank.create(body, await fjordToken(SCOPES.write))).status).toBe(201)
    expect((await bank.status(String(body.id))).status, 'seen by the other bank').not.toBe(200)
    expect((await fetch(sandbox.origin).then((answer) => answer.text())).match(/Gå til (Testbanken AS|Fjordbanken)/g)).toHaveLength(2)
  })

  test('each have a key of their own at Lånekassen, that is no good for the other', async () => {
    const body = bank.request(STEINAR, { to: `urn:altinn:organization:identifier-no:${FJORD}` })
    await bank.create(body, await fjordToken(SCOPES.write))
    await bank.control('POST', `consents/${String(body.id)}/accept`)
    const token = await fjordToken(SCOPES.balance, { authorization_details: [consentDetail(String(body.id), STEINAR)] })
    expect((await bank.balance(token, STEINAR, { ApiKey: FJORD_KEY })).status).toBe(200)
    expect((await bank.balance(token, STEINAR, { ApiKey: API_KEY })).status).toBe(401)
    expect((await bank.balance(token, STEINAR, { ApiKey: 'nobodys' })).status).toBe(401)
  })

  test('each log people in to their own address', async () => {
    const authorize = (client: string, redirect: string) => fetch(`${sandbox.origin}/idporten/authorize?${new URLSearchParams({ client_id: client, redirect_uri: redirect, scope: 'openid', response_type: 'code' })}`, { redirect: 'manual' })
    expect((await authorize('fjord-web', 'http://fjordbanken.localhost:3999/api/auth/callback/idporten')).headers.get('location')).toMatch(/^http:\/\/fjordbanken\.localhost:3999\/api\/auth\/callback\/idporten\?/)
    const refused = await authorize('fjord-web', 'http://localhost:3999/api/auth/callback/idporten')
    expect([refused.status, (await refused.text()).includes('redirect_uri')]).toEqual([400, true])
  })
})

describe('a bank that comes while everything runs', () => {
  const LAKS = '314444443'
  const laks = (change: Json = {}): Json => ({
    appUrl: 'http://laksebanken.localhost:3999', bank: { name: 'Laksebanken', orgNumber: LAKS }, idporten: { clientId: 'laks-web', jwks: { keys: [keys.login.publicJwk] } }, staff: { clientId: 'laks-staff', clientSecret: 'laksens-hemmelighet' },
    lanekassen: { apiKey: 'nokkel-til-laksebanken' }, maskinporten: [{ clientId: 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', orgNumber: LAKS, jwks: { keys: [keys.login.publicJwk] }, scopes: Object.values(SCOPES) }],
    altinn2ApiKeys: [{ apiKey: 'laksens-nokkel-fra-altinn', orgNumber: LAKS }], ...change,
  })
  const laksToken = (scope: string) => bank.token(scope, { iss: 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa' }, { key: keys.login.sign, header: { kid: keys.login.kid } })
  const redirects = async (party: string, client: string, redirect: string): Promise<boolean> => {
    const query = new URLSearchParams({ client_id: client, redirect_uri: redirect, scope: 'openid', response_type: 'code' })
    return !(await (await fetch(`${sandbox.origin}/${party}/authorize?${query}`, { redirect: 'manual' })).text()).match(/redirect_uri|invalid_client/)
  }
  afterEach(() => bank.control('POST', 'reset'))

  test('logs in, asks and reads as the others do, and is gone at a reset', async () => {
    expect((await bank.control('POST', 'banks', laks())).json).toEqual({ name: 'Laksebanken', orgNumber: LAKS, appUrl: 'http://laksebanken.localhost:3999' })
    expect(await redirects('idporten', 'laks-web', 'http://laksebanken.localhost:3999/api/auth/callback/idporten')).toBe(true)
    expect(await redirects('idporten', 'laks-web', 'http://localhost:3999/api/auth/callback/idporten')).toBe(false)
    expect(await redirects('staff', 'laks-staff', 'http://laksebanken.localhost:3999/api/staff/auth/callback/staff')).toBe(true)
    const body = bank.request(STEINAR, { to: `urn:altinn:organization:identifier-no:${LAKS}` })
    expect((await bank.create(body, await laksToken(SCOPES.write))).status).toBe(201)
    const altinn = createAltinn2Client(bank, sandbox.origin)
    const asked = await altinn.create(altinn.request(STEINAR, 'Bruun', { CoveredBy: LAKS, RedirectUrl: 'http://laksebanken.localhost:3999/consent/return' }), { token: await laksToken(SCOPES.write), headers: { ApiKey: 'laksens-nokkel-fra-altinn' } })
    expect(asked.status, asked.text).toBe(201)
    expect(await (await fetch(sandbox.origin)).text()).toContain('Gå til Laksebanken')

    await bank.control('POST', 'reset')
    await expect(laksToken(SCOPES.write)).rejects.toThrow('MP-100')
    expect(await redirects('idporten', 'laks-web', 'http://laksebanken.localhost:3999/api/auth/callback/idporten')).toBe(false)
    expect((await bank.control('GET', 'state')).json.banks).toHaveLength(2)
  })

  test('comes once, and whole', async () => {
    await bank.control('POST', 'banks', laks())
    expect((await bank.control('POST', 'banks', laks())).status).toBe(409)
    expect((await bank.control('POST', 'banks', laks({ bank: { name: 'X', orgNumber: '315555554' }, idporten: { clientId: 'x', jwks: { keys: [keys.login.publicJwk] } } }))).status, 'the same client at Maskinporten').toBe(409)
    expect((await bank.control('POST', 'banks', laks({ lanekassen: undefined }))).status).toBe(400)
  })
})

test('employees of every bank come back to their own bank', async () => {
  const authorize = (redirect: string) => fetch(`${sandbox.origin}/staff/authorize?${new URLSearchParams({ client_id: 'bank-staff', redirect_uri: redirect, scope: 'openid', response_type: 'code' })}`, { redirect: 'manual' })
  expect((await authorize('http://fjordbanken.localhost:3999/api/staff/auth/callback/staff')).headers.get('location')).toMatch(/^http:\/\/fjordbanken\.localhost:3999\/api\/staff\/auth\/callback\/staff\?/)
  const refused = await authorize('http://noen-andre.localhost:3999/api/staff/auth/callback/staff')
  expect([refused.status, (await refused.text()).includes('redirect_uri')]).toEqual([400, true])
})

test('a registration names every bank, the first one too', () => {
  expect(checkRegistration(withTwo()).banks.map(({ name, appUrl, apiKey }) => [name, appUrl, apiKey])).toEqual([['Testbanken AS', 'http://localhost:3999', API_KEY], ['Fjordbanken', 'http://fjordbanken.localhost:3999', FJORD_KEY]])
})
