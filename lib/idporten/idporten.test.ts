import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '@/lib/clock'
import { createHttp } from '@/lib/http'
import { after, day } from '@/lib/testing/builders'
import { clockAt, logKept } from '@/lib/testing/fakes'
import { aKeyPair } from '@/lib/testing/key-pairs'
import { aSandbox } from '@/lib/testing/sandbox'
import { aServer, nobodyThere, saying, type Answering } from '@/lib/testing/server'
import { createIdporten } from './idporten'

const { signing } = await aKeyPair('login-2026')
const sandbox = await aSandbox()
afterEach(() => sandbox.reset())

/** ID-porten as a test wants it. */
async function anIdporten({ metadata = {}, par = saying(201, { request_uri: 'urn:idporten:abc', expires_in: 120 }) }: { metadata?: object; par?: Answering } = {}) {
  let down = false
  const server = await aServer((request, response, nth) => {
    if (down) return response.writeHead(503).end()
    const { origin } = server
    if (request.url === '/par') return par(request, response, nth)
    const about = { issuer: origin, authorization_endpoint: `${origin}/authorize`, token_endpoint: `${origin}/token`, pushed_authorization_request_endpoint: `${origin}/par`, end_session_endpoint: `${origin}/logout`, jwks_uri: `${origin}/jwk`, more: ['kept'] }
    return saying(200, { ...about, ...metadata })(request, response, nth)
  })
  const clock = clockAt(day(0))
  const log = logKept()
  const { http, fetch } = createHttp({ origins: [server.origin], now: () => clock.now() })
  const idporten = createIdporten({ http, fetch, clock, newId: () => 'jti-1', log }, { issuer: server.origin, clientId: 'saldosyn', signingKey: async () => signing })
  return { server, clock, log, idporten, down: (is: boolean) => (down = is) }
}

describe('the metadata', () => {
  test('is kept for ten minutes, whole, for the library that does the code flow', async () => {
    const { idporten, server, clock } = await anIdporten()
    expect(idporten.known()).toBeNull()
    expect(await idporten.metadata()).toMatchObject({ ok: true, value: { issuer: server.origin, more: ['kept'] } })
    clock.set(after(day(0), { minutes: 9, seconds: 59 }))
    await idporten.metadata()
    expect(server.seen).toHaveLength(1)
    clock.set(after(day(0), { minutes: 10 }))
    await idporten.metadata()
    expect(server.seen).toHaveLength(2)
    expect(idporten.known()).toMatchObject({ issuer: server.origin })
  })

  test('at hand serves while ID-porten is away', async () => {
    const { idporten, clock, down, log } = await anIdporten()
    await idporten.metadata()
    down(true)
    clock.set(after(day(0), { hours: 5 }))
    expect((await idporten.metadata()).ok).toBe(true)
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn', fields: { upstream: 'idporten', step: 'metadata', reason: 'server-error' } })
  })

  test('that was never had is an outcome', async () => {
    const { idporten, down } = await anIdporten()
    down(true)
    expect(await idporten.metadata()).toEqual({ ok: false, reason: 'idporten-unavailable' })
    down(false)
    expect((await idporten.metadata()).ok).toBe(true)
  })

  test.each([{ issuer: 'https://evil.example' }, { issuer: '' }, { token_endpoint: undefined }, { jwks_uri: 'nonsense' }, { end_session_endpoint: null }, { pushed_authorization_request_endpoint: undefined }])('that says %o is not used', async (metadata) => {
    expect(await (await anIdporten({ metadata })).idporten.metadata()).toMatchObject({ ok: false, reason: 'idporten-unavailable' })
  })

  test('of another issuer does not take the place of the right one', async () => {
    const metadata: { issuer?: string } = {}
    const { idporten, clock, server } = await anIdporten({ metadata })
    await idporten.metadata()
    metadata.issuer = 'https://evil.example'
    clock.set(after(day(0), { minutes: 11 }))
    expect(await idporten.metadata()).toMatchObject({ ok: true, value: { issuer: server.origin } })
  })
})

describe('proving who we are', () => {
  test('is a signed statement for ID-porten alone, for a minute, and new each time', async () => {
    const { idporten, server } = await anIdporten()
    const form = await idporten.authenticate(new URLSearchParams({ grant_type: 'authorization_code', client_secret: '' }))
    const assertion = form.get('client_assertion') ?? ''
    const iat = day(0).getTime() / 1000
    expect(decodeProtectedHeader(assertion)).toEqual({ alg: 'RS256', kid: 'login-2026' })
    expect(decodeJwt(assertion)).toEqual({ iss: 'saldosyn', sub: 'saldosyn', aud: server.origin, jti: 'jti-1', iat, exp: iat + 60 })
    expect([form.get('client_id'), form.get('client_assertion_type'), form.get('grant_type')]).toEqual(['saldosyn', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', 'authorization_code'])
  })

  test('replaces whatever the form said of the client before', async () => {
    const { idporten } = await anIdporten()
    const form = await idporten.authenticate(new URLSearchParams([['client_id', 'other'], ['client_id', 'other'], ['client_assertion', 'x']]))
    expect([form.getAll('client_id'), form.getAll('client_assertion').length]).toEqual([['saldosyn'], 1])
  })
})

describe('the authorization request', () => {
  const parameters = () => new URLSearchParams({ response_type: 'code', scope: 'openid', state: 'secret-state', nonce: 'secret-nonce', code_challenge: 'secret-challenge', redirect_uri: 'http://localhost:3000/cb' })

  test('goes to ID-porten directly; the browser carries a name for it and nothing else', async () => {
    const { idporten, server } = await anIdporten()
    expect(await idporten.pushAuthorizationRequest(parameters())).toEqual({ ok: true, value: `${server.origin}/authorize?client_id=saldosyn&request_uri=urn%3Aidporten%3Aabc` })
    const pushed = new URLSearchParams(server.seen.at(-1)?.body)
    expect(Object.fromEntries(pushed)).toMatchObject({ state: 'secret-state', nonce: 'secret-nonce', client_id: 'saldosyn', client_assertion_type: expect.any(String) as string })
  })

  test.each<[string, Answering]>([['refuses', saying(400, { error: 'invalid_request', error_description: 'secret-state' })], ['fails', saying(500, {})], ['is busy', saying(429, {})], ['answers something else', saying(201, {})], ['gives an empty name', saying(201, { request_uri: '' })], ['sends us elsewhere', saying(302, '', { location: 'https://evil.example' })]])('that ID-porten %s is an outcome, told without the request', async (_what, par) => {
    const { idporten, log } = await anIdporten({ par })
    expect(await idporten.pushAuthorizationRequest(parameters())).toMatchObject({ ok: false, reason: 'idporten-unavailable' })
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { upstream: 'idporten', step: 'par' } }])
    expect(JSON.stringify(log.lines)).not.toMatch(/secret|eyJ/)
  })

  test('goes to no other place than the configured origin, whatever the metadata says', async () => {
    const thief = await aServer(saying(201, { request_uri: 'urn:x' }))
    const { idporten } = await anIdporten({ metadata: { pushed_authorization_request_endpoint: `${thief.origin}/par` } })
    expect((await idporten.pushAuthorizationRequest(parameters())).ok).toBe(false)
    expect(thief.seen).toEqual([])
  })

  test('is one that ID-porten’s own rules accept', async () => {
    const { http, fetch } = sandbox.adapters()
    const idporten = createIdporten({ http, fetch, clock: systemClock, newId: () => `${systemClock.now().getTime()}`, log: logKept() }, { issuer: `${sandbox.origin}/idporten`, clientId: 'saldosyn-idporten', signingKey: async () => sandbox.idportenKey.signing })
    const asked = new URLSearchParams({
      response_type: 'code', scope: 'openid', state: 's'.repeat(43), nonce: 'n'.repeat(43), code_challenge: 'b7elB7ZyxIXgFyvBznKvxl7wOB-H17Pz0a3B62NIMFI', code_challenge_method: 'S256', acr_values: 'idporten-loa-high', redirect_uri: 'http://localhost:3000/api/auth/callback/idporten',
    })
    expect(await idporten.pushAuthorizationRequest(asked)).toMatchObject({ ok: true, value: expect.stringMatching(/\/idporten\/authorize\?client_id=saldosyn-idporten&request_uri=urn%3Aidporten%3A/) as string })
  })
})

describe('a front-channel log-out', () => {
  const issuer = 'https://idporten.no'
  const idporten = createIdporten({ ...createHttp({ origins: [], now: () => day(0) }), clock: clockAt(day(0)), newId: () => '', log: logKept() }, { issuer, clientId: 'saldosyn', signingKey: async () => signing })
  const sidOf = (query: string) => idporten.frontChannelSid(new URLSearchParams(query))

  test.each([`iss=${issuer}&sid=iZZbp-a_wSUff`, `iss=${issuer}/&sid=iZZbp-a_wSUff`, `sid=iZZbp-a_wSUff&iss=${encodeURIComponent(issuer)}&more=1`])('names one session of ID-porten’s: ?%s', (query) => {
    expect(sidOf(query)).toBe('iZZbp-a_wSUff')
  })

  test.each(['', 'sid=iZZbp-a_wSUff', `iss=${issuer}`, `iss=${issuer}&sid=`, `iss=${issuer}&sid=short`, 'iss=https://evil.example&sid=iZZbp-a_wSUff', `iss=${issuer}.evil.example&sid=iZZbp-a_wSUff`, `iss=${issuer}&sid=iZZbp-a_wSUff&sid=iZZbp-a_other`, `iss=${issuer}&iss=https://evil.example&sid=iZZbp-a_wSUff`, `iss=${issuer}&sid=a%00bcdefghijk`, `iss=${issuer}&sid=${'x'.repeat(201)}`, `ISS=${issuer}&SID=iZZbp-a_wSUff`])('names none: ?%s', (query) => {
    expect(sidOf(query)).toBeNull()
  })
})

test('nobody there is an outcome for all of it', async () => {
  const origin = await nobodyThere()
  const { http, fetch } = createHttp({ origins: [origin], now: () => day(0) })
  const idporten = createIdporten({ http, fetch, clock: clockAt(day(0)), newId: () => '', log: logKept() }, { issuer: origin, clientId: 'saldosyn', signingKey: async () => signing })
  for (const answer of [await idporten.metadata(), await idporten.pushAuthorizationRequest(new URLSearchParams()), await idporten.verifyIdToken('x.y.z'), await idporten.verifyLogoutToken('x.y.z')]) expect(answer).toMatchObject({ ok: false, reason: 'idporten-unavailable' })
})
