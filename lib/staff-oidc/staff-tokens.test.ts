import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { importJWK, SignJWT, UnsecuredJWT, type JWK, type JWTPayload } from 'jose'
import { describe, expect, test } from 'vitest'
import { systemClock } from '@/lib/clock'
import { createHttp } from '@/lib/http'
import { Secret } from '@/lib/secret'
import { logKept } from '@/lib/testing/fakes'
import { aServer } from '@/lib/testing/server'
import { createStaffOidc } from './staff-oidc'

/** Tokens that no honest provider sends: a small one of the test's own, which signs whatever it is told to. */
const aKey = async (kid: string) => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' } as JWK
  return { jwk, sign: await importJWK(pair.privateKey.export({ format: 'jwk' }) as JWK, 'RS256') }
}
const [own, stranger] = [await aKey('own'), await aKey('own')]
const seconds = () => Math.floor(systemClock.now().getTime() / 1000)
const SECRET = 'x'.repeat(40)
type Make = (claims: JWTPayload) => Promise<string> | string
const signed: Make = (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'own' }).sign(own.sign)

/** A log-in, or a log-out call, whose token the provider makes so. */
async function aProvider(make: Make, metadata: object = {}) {
  const server = await aServer(async ({ url }, response) => {
    const json = (body: unknown) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (url.startsWith('/.well-known')) return json({ issuer: server.origin, authorization_endpoint: `${server.origin}/authorize`, token_endpoint: `${server.origin}/token`, jwks_uri: `${server.origin}/jwks`, response_types_supported: ['code'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'], ...metadata })
    if (url.startsWith('/jwks')) return json({ keys: [own.jwk] })
    return json({ access_token: 'a', token_type: 'Bearer', id_token: await make({ iss: server.origin, aud: 'client', sub: 'ansatt-1', iat: seconds(), exp: seconds() + 60, nonce: 'n', roles: ['admin'] }) })
  })
  const { http, fetch } = createHttp({ origins: [server.origin], now: () => systemClock.now() })
  const provider = createStaffOidc({ http, fetch, clock: systemClock, newId: randomUUID, log: logKept() }, { issuer: server.origin, clientId: 'client', shows: { secret: new Secret(SECRET) }, redirectUri: 'http://localhost:3000/cb', scope: 'openid', claims: { role: 'roles', unit: undefined, nationalId: undefined, synthetic: true }, otherOrigins: [] })
  return { provider, origin: server.origin, logIn: () => provider.answer(new URLSearchParams({ code: 'c', state: 's' }), { state: 's', nonce: 'n', verifier: 'v'.repeat(43), begun: 0 }) }
}

test('an id_token that is in order lets somebody in', async () => {
  expect(await (await aProvider(signed)).logIn()).toMatchObject({ ok: true, value: { claims: { sub: 'ansatt-1', roles: ['admin'] } } })
})

describe('an id_token is refused', () => {
  test.each<[string, Make]>([
    ['signed by a stranger under the right kid', (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'own' }).sign(stranger.sign)],
    ['signed by nobody', (claims) => new UnsecuredJWT(claims).encode()],
    ['signed with the client’s secret', (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(SECRET))],
    ['signed with the public key as if it were a secret', (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'own' }).sign(Buffer.from(JSON.stringify(own.jwk)))],
    ['that brings its own key', (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', jwk: stranger.jwk }).sign(stranger.sign)],
    ['changed after it was signed', async (claims) => { const [head, , tail] = (await signed(claims)).split('.'); return `${head}.${Buffer.from(JSON.stringify({ ...claims, sub: 'ansatt-9' })).toString('base64url')}.${tail}` }],
    ['for another client', (claims) => signed({ ...claims, aud: 'another' })],
    ['for others too, without saying that it was made for us', (claims) => signed({ ...claims, aud: ['client', 'another'] })],
    ['of another issuer', (claims) => signed({ ...claims, iss: 'https://evil.example' })],
    ['of another log-in', (claims) => signed({ ...claims, nonce: 'another' })],
    ['of no log-in', ({ nonce: _nonce, ...claims }) => signed(claims)],
    ['that is over', (claims) => signed({ ...claims, exp: seconds() - 30 })],
    ['from the future', (claims) => signed({ ...claims, iat: seconds() + 60 })],
    ['without an end', ({ exp: _exp, ...claims }) => signed(claims)],
    ['of nobody', ({ sub: _sub, ...claims }) => signed(claims)],
    ['that is a log-out token', (claims) => signed({ ...claims, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })],
    ['that is no token', () => 'eyJ.eyJ.x'],
  ])('%s', async (_, make) => {
    expect(await (await aProvider(make)).logIn()).toMatchObject({ ok: false, reason: 'not-valid' })
  })
})

test('a provider that would have us ask somebody else is not asked', async () => {
  const other = await aServer((_request, response) => response.writeHead(500).end())
  const { logIn } = await aProvider(signed, { token_endpoint: `${other.origin}/token` })
  expect(await logIn()).toMatchObject({ ok: false, reason: 'provider-unavailable' })
  expect(other.seen).toEqual([])
})

describe('a log-out token', () => {
  const event = { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }
  const verify = async (change: (claims: JWTPayload) => JWTPayload, key = own) => {
    const { provider, origin } = await aProvider(signed)
    const claims = change({ iss: origin, aud: 'client', iat: seconds(), exp: seconds() + 60, jti: 'j', sid: 'sid-1', ...event })
    return provider.verifyLogoutToken(await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'own', typ: 'logout+jwt' }).sign(key.sign))
  }

  test('names a session, an employee, or both', async () => {
    expect(await verify((it) => it)).toMatchObject({ ok: true, value: { jti: 'j', sid: 'sid-1', sub: null } })
    expect(await verify(({ sid: _sid, ...it }) => ({ ...it, sub: 'ansatt-1' }))).toMatchObject({ ok: true, value: { sid: null, sub: 'ansatt-1' } })
  })

  test.each<[string, (claims: JWTPayload) => JWTPayload]>([
    ['with a nonce: an id_token', (it) => ({ ...it, nonce: 'n' })],
    ['without its event', ({ events: _events, ...it }) => it],
    ['of nobody', ({ sid: _sid, ...it }) => it],
    ['without a name of its own', ({ jti: _jti, ...it }) => it],
    ['for another client', (it) => ({ ...it, aud: 'another' })],
    ['of another issuer', (it) => ({ ...it, iss: 'https://evil.example' })],
    ['that is old', (it) => ({ ...it, iat: seconds() - 200 })],
    ['that is over', (it) => ({ ...it, exp: seconds() - 30 })],
  ])('is refused %s', async (_, change) => {
    expect(await verify(change)).toMatchObject({ ok: false, reason: 'not-valid' })
  })

  test('is refused from a stranger', async () => {
    expect(await verify((it) => it, stranger)).toMatchObject({ ok: false, reason: 'not-valid' })
  })
})
