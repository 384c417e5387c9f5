import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startSandbox, type Sandbox } from '../start.ts'
import { createBank, reply, type Bank } from '../testing/bank.ts'
import { BANK, keys, registration, SCOPES, SUPPLIER, supplierClient } from '../testing/registration.ts'

let sandbox: Sandbox
let bank: Bank
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, registration: registration(), log: () => {} })
  bank = createBank(sandbox.origin)
})
afterAll(() => sandbox.close())
afterEach(() => bank.control('POST', 'reset'))

const exchange = async (token: string, headers: Record<string, string> = {}, provider = 'maskinporten') =>
  reply(await fetch(`${sandbox.origin}/altinn/authentication/api/v1/exchange/${provider}`, { headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers } }))

describe('the token exchange', () => {
  test('gives a token of Altinn’s own, half an hour long, as a JSON string in quotes', async () => {
    const { status, text } = await exchange(await bank.token(SCOPES.read))
    expect([status, text[0], text.at(-1)]).toEqual([200, '"', '"'])
    const about = (await (await fetch(`${sandbox.origin}/altinn/authentication/api/v1/openid/.well-known/openid-configuration`)).json()) as { issuer: string; jwks_uri: string }
    const { payload } = await jwtVerify(JSON.parse(text) as string, createRemoteJWKSet(new URL(about.jwks_uri)), { issuer: about.issuer })
    expect(payload).toMatchObject({ scope: SCOPES.read, consumer: { ID: `0192:${BANK}` }, 'urn:altinn:orgNumber': BANK, 'urn:altinn:authenticatemethod': 'maskinporten', 'urn:altinn:authlevel': 3 })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(1800)
    expect('client_amr' in payload).toBe(false)
  })

  test('refuses what is missing, foreign or expired (401), unknown providers (400), and enterprise users (410)', async () => {
    const token = await bank.token(SCOPES.read)
    const altered = `${token.slice(0, -6)}AAAAAA`
    await bank.control('PUT', 'faults/maskinporten', { fault: 'token-expired', times: 1 })
    const expired = await bank.token(SCOPES.read)
    await bank.control('PUT', 'faults/maskinporten', { fault: 'token-key', times: 1 })
    const foreign = await bank.token(SCOPES.read)
    for (const bad of ['', 'x.y.z', altered, expired, foreign]) expect((await exchange(bad)).status, bad.slice(0, 5)).toBe(401)
    expect((await exchange(JSON.parse((await exchange(token)).text) as string)).status, 'an exchanged one again').toBe(401)
    expect((await exchange(token, {}, 'texas')).status).toBe(400)
    expect((await exchange(token, { 'x-altinn-enterpriseuser-authentication': 'dTpw' })).status).toBe(410)
    expect((await exchange(expired, { 'x-altinn-enterpriseuser-authentication': 'dTpw' })).status, 'the token is judged first').toBe(401)
    expect((await reply(await fetch(`${sandbox.origin}/altinn/authentication/api/v1/exchange/maskinporten`, { method: 'POST', headers: { authorization: `Bearer ${token}` } }))).status).toBe(405)
    expect((await exchange('', { authorization: token })).status, 'without the word Bearer').toBe(401)
  })

  test('comes bare for those who ask for text', async () => {
    const { text, headers } = await exchange(await bank.token(SCOPES.read), { accept: 'text/plain' })
    expect([text.split('.').length, text.startsWith('"'), headers.get('content-type')]).toEqual([3, false, 'text/plain; charset=utf-8'])
  })

  test('names the supplier, too', async () => {
    const { text } = await exchange(await bank.token(SCOPES.read, { iss: supplierClient, consumer_org: BANK }, { key: keys.supplier.sign, header: { kid: keys.supplier.kid } }))
    expect(decodeJwt(JSON.parse(text) as string)).toMatchObject({ supplier: { ID: `0192:${SUPPLIER}` }, consumer: { ID: `0192:${BANK}` }, 'urn:altinn:orgNumber': BANK })
  })

  test('is of no use for the consent API, which takes Maskinporten’s own, unless the lever says otherwise', async () => {
    const plain = await bank.token(SCOPES.write)
    const own = JSON.parse((await exchange(plain)).text) as string
    const create = async (token: string) => (await bank.create(bank.request('01085301957'), token)).status
    expect([await create(plain), await create(own)]).toEqual([201, 401])
    await bank.control('PUT', 'settings', { altinnWants: 'exchanged' })
    expect([await create(plain), await create(own)]).toEqual([401, 201])
    expect(decodeJwt(own).scope).toBe(SCOPES.write)
    await bank.control('PUT', 'settings', { altinnWants: 'either' })
    expect([await create(plain), await create(own), await create(`${own}x`)]).toEqual([201, 201, 401])
  })

  test('can be wrong on purpose', async () => {
    const plain = await bank.token(SCOPES.read)
    const spoilt = async (fault: string): Promise<string> => {
      await bank.control('PUT', 'faults/altinn', { fault, times: 1 })
      return (await exchange(plain)).text
    }
    expect(await spoilt('exchange-bare')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    await bank.control('PUT', 'settings', { altinnWants: 'exchanged' })
    for (const fault of ['exchange-expired', 'exchange-key']) expect((await bank.status('x', JSON.parse(await spoilt(fault)) as string)).status, fault).toBe(401)
    expect(decodeJwt(JSON.parse(await spoilt('exchange-organisation')) as string)).toMatchObject({ consumer: { ID: '0192:313333332' }, 'urn:altinn:orgNumber': '313333332' })
  })

  test('is counted as a step of its own', async () => {
    await exchange(await bank.token(SCOPES.read))
    expect((await bank.control('GET', 'requests?party=altinn&step=exchange')).text.match(/"step":"exchange"/g)).toHaveLength(1)
  })
})
