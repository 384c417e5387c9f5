import { createHmac, createPublicKey } from 'node:crypto'
import type { JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { createHttp } from '@/lib/http'
import { after, day, digits } from '@/lib/testing/builders'
import { clockAt, logKept } from '@/lib/testing/fakes'
import { aKeyPair, importAs, sign } from '@/lib/testing/key-pairs'
import { aServer, saying } from '@/lib/testing/server'
import { createIdporten } from './idporten'

const [ours, next, stranger] = await Promise.all([aKeyPair('op-2026'), aKeyPair('op-2027'), aKeyPair('op-2026')])
const keyFor = async (alg: string) => (await importAs('k', alg, ours.privateJwk)).key
const at = (seconds: number) => day(0).getTime() / 1000 + seconds
type Json = Record<string, unknown>

/** ID-porten with its keys; `keySet` may be changed while it runs. */
async function anIdporten() {
  const keySet: { status: number; keys: JWK[] } = { status: 200, keys: [ours.publicJwk] }
  const server = await aServer((request, response, nth) => {
    const { origin } = server
    if (request.url === '/jwk') return saying(keySet.status, { keys: keySet.keys })(request, response, nth)
    return saying(200, { issuer: origin, authorization_endpoint: `${origin}/authorize`, token_endpoint: `${origin}/token`, pushed_authorization_request_endpoint: `${origin}/par`, end_session_endpoint: `${origin}/logout`, jwks_uri: `${origin}/jwk` })(request, response, nth)
  })
  const clock = clockAt(day(0))
  const { http, fetch } = createHttp({ origins: [server.origin], now: () => clock.now() })
  const idporten = createIdporten({ http, fetch, clock, newId: () => 'j', log: logKept() }, { issuer: server.origin, clientId: 'saldosyn', signingKey: async () => ours.signing })
  const idToken: Json = { iss: server.origin, aud: 'saldosyn', sub: 'pairwise', pid: digits, acr: 'idporten-loa-high', amr: ['BankID'], auth_time: at(-1), iat: at(0), exp: at(120), nonce: 'n', sid: 'iZZbp-a_wSUff' }
  const logout: Json = { iss: server.origin, aud: 'saldosyn', iat: at(0), exp: at(120), jti: 'jti-1', sid: 'iZZbp-a_wSUff', sub: digits, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }
  const idTokenWith = (change: Json = {}, header: Json = {}, key = ours.signing.key) => sign({ ...idToken, ...change }, key, { alg: 'RS256', kid: 'op-2026', ...header })
  const logoutWith = (change: Json = {}, header: Json = {}, key = ours.signing.key) => sign({ ...logout, ...change }, key, { alg: 'RS256', kid: 'op-2026', typ: 'logout+jwt', ...header })
  return { server, clock, idporten, idToken, logout, idTokenWith, logoutWith, keySet }
}
type It = Awaited<ReturnType<typeof anIdporten>>

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const hs256 = (payload: Json, header: Json, secret: string | Buffer) => {
  const text = `${part({ alg: 'HS256', kid: 'op-2026', ...header })}.${part(payload)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}
const publicPem = createPublicKey({ key: ours.publicJwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
const unsigned = (alg: string, payload: Json, header: Json = {}) => `${part({ alg, ...header })}.${part(payload)}.`
const cut = (token: string, signature = '') => `${token.split('.').slice(0, 2).join('.')}.${signature}`

/** What nobody may get in with, whichever token it should pass for. */
const forgeries: [string, (it: It, kind: 'idToken' | 'logout') => string | Promise<string>][] = [
  ...['none', 'None', 'NONE', ''].map((alg): (typeof forgeries)[number] => [`alg "${alg}"`, (it, kind) => unsigned(alg, it[kind], kind === 'logout' ? { typ: 'logout+jwt' } : {})]),
  ['HS256 with the public key as secret', (it, kind) => hs256(it[kind], { typ: kind === 'logout' ? 'logout+jwt' : undefined }, publicPem)],
  ['HS256 with the modulus as secret', (it, kind) => hs256(it[kind], { typ: kind === 'logout' ? 'logout+jwt' : undefined }, String(ours.publicJwk.n))],
  ['another key under our name', (it, kind) => it[`${kind}With`]({}, {}, stranger.signing.key)],
  ['another key along with itself', (it, kind) => it[`${kind}With`]({}, { jwk: stranger.publicJwk }, stranger.signing.key)],
  ['another key and where to get it', (it, kind) => it[`${kind}With`]({}, { jku: 'https://evil.example' }, stranger.signing.key)],
  ['a key that is not published', (it, kind) => it[`${kind}With`]({}, { kid: 'op-2027' }, next.signing.key)],
  ['RS512, which is not agreed on', async (it, kind) => it[`${kind}With`]({}, { alg: 'RS512' }, await keyFor('RS512'))],
  ['PS256, which is not agreed on', async (it, kind) => it[`${kind}With`]({}, { alg: 'PS256' }, await keyFor('PS256'))],
  ['no signature', async (it, kind) => cut(await it[`${kind}With`]())],
  ['another token’s signature', async (it, kind) => cut(await it[`${kind}With`]({ jti: 'other' }), (await it[`${kind}With`]()).split('.')[2])],
  ['no token', () => ''],
  ['something else', () => 'eyJ.eyJ.eyJ'],
  ['another issuer', (it, kind) => it[`${kind}With`]({ iss: 'https://evil.example' })],
  ['the issuer and more', (it, kind) => it[`${kind}With`]({ iss: `${it.server.origin}.evil.example` })],
  ['no issuer', (it, kind) => it[`${kind}With`]({ iss: undefined })],
  ['several issuers', (it, kind) => it[`${kind}With`]({ iss: [it.server.origin] })],
  ['another audience', (it, kind) => it[`${kind}With`]({ aud: 'another-client' })],
  ['our audience among others', (it, kind) => it[`${kind}With`]({ aud: ['saldosyn', 'another-client'] })],
  ['no audience', (it, kind) => it[`${kind}With`]({ aud: undefined })],
  ['an end 10 s ago', (it, kind) => it[`${kind}With`]({ iat: at(-100), exp: at(-10) })],
  ['no end', (it, kind) => it[`${kind}With`]({ exp: undefined })],
  ['no beginning', (it, kind) => it[`${kind}With`]({ iat: undefined })],
  ['a beginning 11 s ahead', (it, kind) => it[`${kind}With`]({ iat: at(11), exp: at(131) })],
  ['a beginning an hour ahead', (it, kind) => it[`${kind}With`]({ iat: at(3600), exp: at(3720) })],
  ['a time before which it must not be used', (it, kind) => it[`${kind}With`]({ nbf: at(60) })],
]

describe('an id_token', () => {
  test('that is ID-porten’s and ours is what it says', async () => {
    const { idporten, idToken, idTokenWith } = await anIdporten()
    expect(await idporten.verifyIdToken(await idTokenWith())).toEqual({ ok: true, value: idToken })
  })

  test.each<[string, Json]>([['made 10 s ahead of our clock', { iat: at(10), exp: at(130) }], ['that ended 9 s ago', { iat: at(-129), exp: at(-9) }], ['with our audience as a list of one', { aud: ['saldosyn'] }], ['with claims we do not know', { more: { and: 1 } }]])('%s is good', async (_what, change) => {
    const { idporten, idTokenWith } = await anIdporten()
    expect((await idporten.verifyIdToken(await idTokenWith(change))).ok).toBe(true)
  })

  test('whose issuer has a slash at the end is good', async () => {
    const { idporten, idTokenWith, server } = await anIdporten()
    expect((await idporten.verifyIdToken(await idTokenWith({ iss: `${server.origin}/` }))).ok).toBe(true)
  })

  test.each(forgeries)('with %s is not', async (_what, forge) => {
    const it = await anIdporten()
    const verified = await it.idporten.verifyIdToken(await forge(it, 'idToken'))
    expect(verified).toMatchObject({ ok: false, reason: 'not-valid' })
    expect(JSON.stringify(verified)).not.toMatch(/\d{11}|eyJ/)
  })

  test('cannot be checked while ID-porten’s keys are away: nobody is told that theirs was wrong', async () => {
    const { idporten, idTokenWith, keySet } = await anIdporten()
    keySet.status = 500
    expect(await idporten.verifyIdToken(await idTokenWith())).toMatchObject({ reason: 'idporten-unavailable' })
    keySet.status = 200
    expect((await idporten.verifyIdToken(await idTokenWith())).ok).toBe(true)
  })

  test('signed in a way that was not agreed on is refused, though ID-porten does not say which its keys are for', async () => {
    const { idporten, idTokenWith, logoutWith, keySet } = await anIdporten()
    const { alg: _alg, use: _use, ...anyAlg } = ours.publicJwk
    keySet.keys = [anyAlg]
    expect((await idporten.verifyIdToken(await idTokenWith())).ok).toBe(true)
    for (const alg of ['RS384', 'RS512', 'PS256']) {
      expect(await idporten.verifyIdToken(await idTokenWith({}, { alg }, await keyFor(alg)))).toMatchObject({ reason: 'not-valid' })
      expect(await idporten.verifyLogoutToken(await logoutWith({}, { alg }, await keyFor(alg)))).toMatchObject({ reason: 'not-valid' })
    }
  })

  test('holds while ID-porten exchanges its keys', async () => {
    const { idporten, idTokenWith, keySet } = await anIdporten()
    keySet.keys = [ours.publicJwk, next.publicJwk]
    expect((await idporten.verifyIdToken(await idTokenWith())).ok).toBe(true)
    expect((await idporten.verifyIdToken(await idTokenWith({}, { kid: 'op-2027' }, next.signing.key))).ok).toBe(true)
  })
})

describe('a log-out token', () => {
  test('says which session ends', async () => {
    const { idporten, logoutWith } = await anIdporten()
    expect(await idporten.verifyLogoutToken(await logoutWith())).toEqual({ ok: true, value: { jti: 'jti-1', sid: 'iZZbp-a_wSUff', expiresAt: after(day(0), { minutes: 10 }) } })
  })

  test.each<[string, Json]>([['LOGOUT+JWT', { typ: 'LOGOUT+JWT' }], ['application/logout+jwt', { typ: 'application/logout+jwt' }]])('may spell its type %s', async (_typ, header) => {
    const { idporten, logoutWith } = await anIdporten()
    expect((await idporten.verifyLogoutToken(await logoutWith({}, header))).ok).toBe(true)
  })

  test.each(forgeries)('with %s is none', async (_what, forge) => {
    const it = await anIdporten()
    expect(await it.idporten.verifyLogoutToken(await forge(it, 'logout'))).toMatchObject({ ok: false, reason: 'not-valid' })
  })

  test.each<[string, (it: It) => Promise<string>]>([
    ['no type', ({ logoutWith }) => logoutWith({}, { typ: undefined })],
    ['the type of any token', ({ logoutWith }) => logoutWith({}, { typ: 'JWT' })],
    ['the type of an access token', ({ logoutWith }) => logoutWith({}, { typ: 'at+jwt' })],
    ['an id_token', ({ idTokenWith }) => idTokenWith()],
    ['an id_token dressed up', ({ idTokenWith }) => idTokenWith({ jti: 'j' }, { typ: 'logout+jwt' })],
    ['a nonce', ({ logoutWith }) => logoutWith({ nonce: 'n' })],
    ['no events', ({ logoutWith }) => logoutWith({ events: undefined })],
    ['another event', ({ logoutWith }) => logoutWith({ events: { 'http://schemas.openid.net/event/other': {} } })],
    ['no jti', ({ logoutWith }) => logoutWith({ jti: undefined })],
    ['no sid, only a sub', ({ logoutWith }) => logoutWith({ sid: undefined })],
    ['an empty sid', ({ logoutWith }) => logoutWith({ sid: '' })],
    ['two minutes of age', ({ logoutWith }) => logoutWith({ iat: at(-131), exp: at(600) })],
    ['a day of age', ({ logoutWith }) => logoutWith({ iat: at(-86_400), exp: at(600) })],
  ])('with %s is none', async (_what, make) => {
    const it = await anIdporten()
    const verified = await it.idporten.verifyLogoutToken(await make(it))
    expect(verified).toMatchObject({ ok: false, reason: 'not-valid' })
    expect(JSON.stringify(verified)).not.toMatch(/\d{11}|eyJ/)
  })

  test('is no id_token', async () => {
    const { idporten, logoutWith } = await anIdporten()
    const verified = await idporten.verifyIdToken(await logoutWith())
    expect(verified).toMatchObject({ ok: false, reason: 'not-valid' })
  })

  test('cannot be checked while ID-porten’s keys are away: it was not wrong', async () => {
    const { idporten, logoutWith, keySet } = await anIdporten()
    keySet.status = 503
    expect(await idporten.verifyLogoutToken(await logoutWith())).toMatchObject({ reason: 'idporten-unavailable' })
  })
})
