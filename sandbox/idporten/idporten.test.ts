import { generateKeyPairSync } from 'node:crypto'
import { decodeJwt, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSandbox, type Sandbox } from '../start.ts'
import { createBank, reply, seconds, type Bank, type Json } from '../testing/bank.ts'
import { createBrowser } from '../testing/browser.ts'
import { createRelyingParty } from '../testing/login.ts'
import { NOT_SYNTHETIC } from '../testing/numbers.ts'
import { keys, registration } from '../testing/registration.ts'

const STEINAR = '01085301957'
const APP = 'http://localhost:9'
let sandbox: Sandbox
let bank: Bank
let rp: ReturnType<typeof createRelyingParty>

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, registration: registration(APP), log: () => {} })
  bank = createBank(sandbox.origin)
  rp = createRelyingParty(sandbox.origin, APP)
})
beforeEach(() => bank.control('POST', 'reset'))
afterAll(() => sandbox.close())

const parameters = (change: Record<string, string> = {}): Record<string, string> => rp.requestParameters('v'.repeat(43), change)

test('metadata names the issuer without a slash, PAR, S256, private_key_jwt, iss in answers and both kinds of log-out', async () => {
  const metadata = (await (await fetch(`${rp.issuer}/.well-known/openid-configuration`)).json()) as Json
  expect(metadata).toMatchObject({
    issuer: `${sandbox.origin}/idporten`, pushed_authorization_request_endpoint: `${rp.issuer}/par`, require_pushed_authorization_requests: true, authorization_endpoint: `${rp.issuer}/authorize`,
    token_endpoint: `${rp.issuer}/token`, jwks_uri: `${rp.issuer}/jwks.json`, end_session_endpoint: `${rp.issuer}/logout`, userinfo_endpoint: `${rp.issuer}/userinfo`,
    code_challenge_methods_supported: ['S256'], token_endpoint_auth_methods_supported: ['private_key_jwt'], authorization_response_iss_parameter_supported: true, response_types_supported: ['code'],
    acr_values_supported: ['idporten-loa-high', 'idporten-loa-substantial'], frontchannel_logout_session_supported: true, backchannel_logout_session_supported: true,
  })
})

describe('a pushed request', () => {
  test('is answered 201 with ID-porten’s kind of request_uri, which works once', async () => {
    const pushed = await rp.par(parameters())
    expect([pushed.status, String(pushed.json.request_uri).startsWith('urn:idporten:')]).toEqual([201, true])
    const address = `${rp.issuer}/authorize?${new URLSearchParams({ client_id: 'bank-web', request_uri: String(pushed.json.request_uri) })}`
    const browser = createBrowser(sandbox.origin)
    const { address: login } = await browser.follow(address)
    expect(login).toContain('/idporten/login/')
    const { address: back } = await browser.follow(login, { pid: STEINAR, level: 'idporten-loa-high' })
    expect(new URL(back).searchParams.get('code')).toBeTruthy()
    expect((await createBrowser(sandbox.origin).go(address)).headers.get('location')).toBeNull()
  })
  test.each([
    ['no PKCE', { code_challenge: '', code_challenge_method: '' }],
    ['plain PKCE', { code_challenge_method: 'plain' }],
    ['another flow', { response_type: 'id_token' }],
    ['a redirect address that is not exact', { redirect_uri: `${APP}/api/auth/callback/idporten/` }],
    ['a level nobody knows', { acr_values: 'Level4' }],
    ['a scope nobody knows alone', { scope: 'altinn:instances.read' }],
    ['onbehalfof', { onbehalfof: 'noen' }],
  ])('is refused with %s', async (_what, change) => {
    const answer = await rp.par(parameters(change))
    expect(answer.status, answer.text).toBe(400)
    const entries = (await bank.control('GET', 'requests?party=idporten&step=par')).json as unknown as Json[]
    expect(entries.at(-1)?.refusedBecause).toBeTruthy()
  })
  test('cannot be left out', async () => {
    const response = await createBrowser(sandbox.origin).go(`${rp.issuer}/authorize?${new URLSearchParams({ client_id: 'bank-web', ...parameters() })}`)
    expect(response.headers.get('location')).toMatch(/^http:\/\/localhost:9\/.*[?&]error_description=Pushed\+Authorization\+Request\+must\+be\+used&/)
  })
})

describe('client authentication', () => {
  test.each([
    ['aud as a list', { aud: ['ISSUER'] }, {}],
    ['aud as the token address', { aud: 'ISSUER/token' }, {}],
    ['aud with a slash', { aud: 'ISSUER/' }, {}],
    ['no kid', {}, { kid: undefined }],
    ['an unknown kid', {}, { kid: 'nobody' }],
    ['x5c beside kid', {}, { x5c: ['MIIB'] }],
    ['a life of more than 120 s', { exp: seconds() + 400 }, {}],
    ['an expired one', { iat: seconds() - 200, exp: seconds() - 100 }, {}],
    ['one from the future', { iat: seconds() + 60, exp: seconds() + 100 }, {}],
    ['another subject', { sub: 'annen' }, {}],
  ])('is refused with %s', async (_what, claims: Json, header: Json) => {
    const filled = JSON.parse(JSON.stringify(claims).replaceAll('ISSUER', rp.issuer)) as Json
    const answer = await rp.par(parameters(), await rp.clientAssertion(filled, header))
    expect([answer.status >= 400, ['invalid_client', 'invalid_request'].includes(String(answer.json.error))], answer.text).toEqual([true, true])
  })
  test('is refused with another key, twice the same assertion, or without client_id', async () => {
    const stranger = await new SignJWT({ iss: 'bank-web', sub: 'bank-web', aud: rp.issuer, iat: seconds(), exp: seconds() + 60, jti: 'j' }).setProtectedHeader({ alg: 'RS256', kid: keys.login.kid }).sign(keys.stranger.sign)
    expect((await rp.par(parameters(), stranger)).json.error).toBe('invalid_client')
    const once = await rp.clientAssertion()
    expect((await rp.par(parameters(), once)).status).toBe(201)
    expect((await rp.par(parameters(), once)).json.error).toBe('invalid_client')
    const body = new URLSearchParams({ client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: await rp.clientAssertion(), ...parameters() })
    expect((await fetch(`${rp.issuer}/par`, { method: 'POST', body })).status).toBe(400)
  })
  test('is refused with a shared secret, and with ES256', async () => {
    const body = new URLSearchParams({ client_id: 'bank-web', client_secret: 'x', ...parameters() })
    expect((await fetch(`${rp.issuer}/par`, { method: 'POST', body })).status).toBe(401)
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const es = await new SignJWT({ iss: 'bank-web', sub: 'bank-web', aud: rp.issuer, iat: seconds(), exp: seconds() + 60, jti: 'k' }).setProtectedHeader({ alg: 'ES256', kid: keys.login.kid }).sign(privateKey)
    expect((await rp.par(parameters(), es)).json.error).toBe('invalid_client')
  })
})

describe('the log-in page', () => {
  test('is in the language asked for, and needs no script', async () => {
    const browser = createBrowser(sandbox.origin)
    const nb = await (await rp.begin(browser)).response.text()
    expect(nb).toContain('<html lang="nb">')
    expect(nb).toContain('Steinar Bruun')
    expect(nb).not.toContain('<script')
    expect(await (await rp.begin(browser, { ui_locales: 'nn' })).response.text()).toContain('Vel kven du vil vere')
    expect(await (await rp.begin(browser, { ui_locales: 'se en' })).response.text()).toContain('Choose who to be')
  })
  test('lets in an unlisted synthetic number, but no number that could be a real person’s', async () => {
    const browser = createBrowser(sandbox.origin)
    const { address } = await rp.begin(browser)
    for (const other of [NOT_SYNTHETIC, '1234', '15819010028']) expect((await browser.go(address, { other, level: 'idporten-loa-high' })).status).toBe(400)
    expect((await browser.follow(address, { other: '158190 10029', level: 'idporten-loa-high' })).address).toContain('code=')
  })
  test('does not give less than was asked for, and gives substantial when that is enough', async () => {
    const browser = createBrowser(sandbox.origin)
    const high = await rp.begin(browser)
    expect((await browser.go(high.address, { pid: STEINAR, level: 'idporten-loa-substantial' })).status).toBe(400)
    const { tokens } = await rp.logIn(browser, STEINAR, { acr_values: 'idporten-loa-substantial' }, { level: 'idporten-loa-substantial' })
    expect(decodeJwt(String(tokens.json.id_token)).acr).toBe('idporten-loa-substantial')
    expect((await rp.begin(browser, { acr_values: 'idporten-loa-substantial' })).address).toContain('code=')
    expect((await rp.begin(browser)).address).toContain('/idporten/login/')
  })
  test('Avbryt is access_denied', async () => {
    const browser = createBrowser(sandbox.origin)
    const { address } = await rp.begin(browser)
    const back = new URL((await browser.follow(address, { cancel: '1' })).address)
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ error: 'access_denied', state: 'state-1', iss: rp.issuer })
  })
  test('belongs to the browser that came with the request', async () => {
    const { address } = await rp.begin(createBrowser(sandbox.origin))
    expect((await createBrowser(sandbox.origin).go(address, { pid: STEINAR })).status).toBe(400)
  })
})

describe('single sign-on', () => {
  test('needs no second choice, but prompt=login asks again', async () => {
    const browser = createBrowser(sandbox.origin)
    await rp.logIn(browser, STEINAR)
    expect((await rp.begin(browser)).address).toContain('code=')
    expect((await rp.begin(browser, { prompt: 'login' })).address).toContain('/idporten/login/')
  })
  test('another person takes over the browser: the old session ends everywhere first', async () => {
    const browser = createBrowser(sandbox.origin)
    await rp.logIn(browser, STEINAR)
    const { tokens } = await rp.logIn(browser, '08027200274', { prompt: 'login' })
    expect(decodeJwt(String(tokens.json.id_token)).pid).toBe('08027200274')
    expect((await bank.control('GET', 'requests?step=backchannel')).json).toHaveLength(1)
    expect(await (await browser.go('/altinn/profile')).text()).toContain('Vanja Øyan')
  })
  test('the same person has the same opaque sub, another person another', async () => {
    const sub = async (pid: string): Promise<unknown> => decodeJwt(String((await rp.logIn(createBrowser(sandbox.origin), pid)).tokens.json.id_token)).sub
    const first = await sub(STEINAR)
    expect(await sub(STEINAR)).toBe(first)
    expect(await sub('02075700329')).not.toBe(first)
    expect(String(first)).not.toContain(STEINAR)
  })
})

describe('the code', () => {
  test('works once, with its verifier, with the same address', async () => {
    const browser = createBrowser(sandbox.origin)
    const codeFor = async (): Promise<{ code: string; verifier: string }> => {
      const { verifier, address } = await rp.begin(browser, { prompt: 'login' })
      const back = await browser.follow(address, { pid: STEINAR, level: 'idporten-loa-high' })
      return { verifier, code: new URL(back.address).searchParams.get('code') ?? '' }
    }
    const good = await codeFor()
    expect((await rp.token(good.code, good.verifier)).status).toBe(200)
    expect((await rp.token(good.code, good.verifier)).json.error).toBe('invalid_grant')
    const other = await codeFor()
    expect((await rp.token(other.code, 'w'.repeat(43))).json.error).toBe('invalid_grant')
    const third = await codeFor()
    expect((await rp.token(third.code, third.verifier, { redirect_uri: `${APP}/annet` })).json.error).toBe('invalid_grant')
  })
})

describe('log-out', () => {
  const logout = (form: Record<string, string>) => fetchLogout(form)
  let browser = createBrowser('http://127.0.0.1')
  const fetchLogout = (form: Record<string, string>): Promise<Response> => browser.go(`${rp.issuer}/logout`, form, { origin: APP, 'sec-fetch-site': 'cross-site' })
  let hint = ''
  beforeEach(async () => {
    browser = createBrowser(sandbox.origin)
    hint = String((await rp.logIn(browser, STEINAR)).tokens.json.id_token)
  })

  test('by POST with a hint ends the session, loads the front channel and leads back with state', async () => {
    const page = await (await logout({ id_token_hint: hint, post_logout_redirect_uri: `${APP}/logged-out`, state: 'farvel' })).text()
    expect(page).toContain(`content="0;url=${APP}/logged-out?state=farvel"`)
    expect(page).toContain(`src="${APP}/api/auth/logout/frontchannel?iss=${encodeURIComponent(rp.issuer)}&amp;sid=${String(decodeJwt(hint).sid)}"`)
    expect((await rp.begin(browser)).address).toContain('/login/')
  })
  test('by GET works too', async () => {
    expect(await (await browser.go(`${rp.issuer}/logout?${new URLSearchParams({ id_token_hint: hint })}`)).text()).toContain('Du er logget ut')
    expect((await rp.begin(browser)).address).toContain('/login/')
  })
  test('without a hint asks first', async () => {
    expect(await (await logout({ client_id: 'bank-web' })).text()).toContain('Vil du logge ut?')
    expect((await rp.begin(browser)).address).toContain('code=')
    expect((await browser.go(`${rp.issuer}/logout`, { confirm: 'yes' })).status).toBe(200)
    expect((await rp.begin(browser)).address).toContain('/login/')
  })
  test('with no session left stays here', async () => {
    await logout({ id_token_hint: hint })
    const page = await (await logout({ id_token_hint: hint, post_logout_redirect_uri: `${APP}/logged-out` })).text()
    expect(page).toContain('Du er logget ut')
    expect(page).not.toContain('http-equiv="refresh"')
  })
  test.each([
    ['an unregistered address', { post_logout_redirect_uri: `${APP}/annet` }],
    ['a hint that is not ours', { id_token_hint: 'eyJhbGciOiJub25lIn0.eyJhdWQiOiJiYW5rLXdlYiJ9.' }],
    ['a state beyond ASCII', { state: 'på gjensyn' }],
  ])('is refused with %s, and ends nothing', async (_what, change) => {
    expect((await logout({ id_token_hint: hint, ...change })).status).toBe(400)
    expect((await rp.begin(browser)).address).toContain('code=')
  })
})

describe('faults in the id_token', () => {
  test.each([
    ['id-low-acr', 'acr', 'idporten-loa-substantial'], ['id-no-pid', 'pid', undefined], ['id-no-sid', 'sid', undefined], ['id-nonce', 'nonce', 'en-annen-nonce'], ['id-audience', 'aud', 'en-annen-klient'],
  ])('%s', async (fault, claim, value) => {
    await bank.control('PUT', 'faults/idporten', { fault, times: 1 })
    const { tokens } = await rp.logIn(createBrowser(sandbox.origin), STEINAR)
    expect(decodeJwt(String(tokens.json.id_token))[claim]).toBe(value)
    expect(decodeJwt(String((await rp.logIn(createBrowser(sandbox.origin), STEINAR)).tokens.json.id_token))[claim]).not.toBe(value)
  })
})

test('userinfo answers the access token only', async () => {
  const { tokens } = await rp.logIn(createBrowser(sandbox.origin), STEINAR)
  const ask = async (token: string) => reply(await fetch(`${rp.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } }))
  expect((await ask(String(tokens.json.access_token))).json.pid).toBe(STEINAR)
  expect((await ask('x')).status).toBe(401)
})
