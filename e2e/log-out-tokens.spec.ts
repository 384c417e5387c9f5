import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { expect, test as base } from './journey.ts'
import { byPost } from './steps/by-post.ts'
import type { Database } from './steps/database.ts'
import { startHouse } from './steps/house.ts'
import { startIssuer, type Issuer, type Wrong } from './steps/issuer.ts'

type Post = (token: string) => Promise<number>

/** A house that trusts an ID-porten of this file's own: every token below is as it should be, but for what it says. */
const test = base.extend<{ post: Post }, { issuer: Issuer }>({
  issuer: [
    async ({ browser: _browser }, give) => {
      const issuer = await startIssuer()
      await give(issuer)
      await issuer.stop()
    },
    { scope: 'worker' },
  ],
  house: [
    async ({ issuer }, give, { project, parallelIndex }) => {
      const house = await startHouse(join(project.outputDir, '../logs', `tokens-${parallelIndex}`), { env: { IDPORTEN_ISSUER: issuer.issuer } })
      await give(house)
      await house.stop()
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  post: async ({ house }, give) => {
    const idporten = byPost(house.appUrl)
    await give(async (token) => (await idporten.send('/api/auth/logout/backchannel', { method: 'POST', body: new URLSearchParams({ logout_token: token }) })).status)
  },
})

/** A log-in as the database knows it; gives its sid. */
async function newSession(database: Database): Promise<string> {
  const [ref, sid] = [randomUUID(), randomBytes(24).toString('base64url')]
  await database.ask('INSERT INTO "Subject" VALUES ($1, $2, $3, now())', [ref, 'v1.k1.x', randomBytes(32)])
  await database.ask(`INSERT INTO "Session" ("tokenHash", "kind", "subjectRef", "idpSid", "acr", "idTokenSealed", "createdAt", "lastSeenAt", "expiresAt")
    VALUES ($1, 'applicant', $2, $3, 'idporten-loa-high', $4, now(), now(), now() + interval '1 hour')`, [createHash('sha256').update(sid).digest(), ref, sid, randomBytes(8)])
  return sid
}

const alive = async (database: Database, sid: string) => (await database.ask('SELECT 1 FROM "Session" WHERE "idpSid" = $1', [sid])).length
const seconds = (from: number) => Math.floor(Date.now() / 1000) + from

const wrongs: readonly (readonly [what: string, wrong: (issuer: Issuer) => Wrong])[] = [
  ['signed by a stranger under ID-porten’s key id', ({ stranger }) => ({ key: stranger.privateKey })],
  ['signed by a stranger whose key stands in the header', ({ stranger, jwk }) => ({ key: stranger.privateKey, header: { jwk: { ...jwk, kid: 'stranger' } } })],
  ['that points to the stranger’s keys', ({ stranger }) => ({ key: stranger.privateKey, header: { kid: 'stranger', jku: 'https://evil.example/jwks', x5u: 'https://evil.example/cert' } })],
  ['under a key id nobody knows', () => ({ header: { kid: 'another' } })],
  ['signed with the public key as a shared secret', ({ jwk }) => ({ header: { alg: 'HS256' }, key: new TextEncoder().encode(jwk.n) })],
  ['of another type (JWT)', () => ({ header: { typ: 'JWT' } })],
  ['without a type', () => ({ header: { typ: undefined } })],
  ['from another issuer', () => ({ claims: { iss: 'https://idporten.no' } })],
  ['without an issuer', () => ({ claims: { iss: undefined } })],
  ['for another client', () => ({ claims: { aud: 'somebody-else' } })],
  ['for several clients', () => ({ claims: { aud: ['saldosyn-idporten', 'somebody-else'] } })],
  ['that has run out', () => ({ claims: { iat: seconds(-100), exp: seconds(-20) } })],
  ['that never runs out', () => ({ claims: { exp: undefined } })],
  ['without the time it was made', () => ({ claims: { iat: undefined } })],
  ['made long ago', () => ({ claims: { iat: seconds(-3600), exp: seconds(3600) } })],
  ['made in an hour', () => ({ claims: { iat: seconds(3600), exp: seconds(3700) } })],
  ['not valid yet', () => ({ claims: { nbf: seconds(600) } })],
  ['without a jti', () => ({ claims: { jti: undefined } })],
  ['without events', () => ({ claims: { events: undefined } })],
  ['with another event', () => ({ claims: { events: { 'http://schemas.openid.net/event/other': {} } } })],
  ['whose event is no object', () => ({ claims: { events: { 'http://schemas.openid.net/event/backchannel-logout': true } } })],
  ['with a nonce, as an id_token has', () => ({ claims: { nonce: 'n' } })],
  ['without a sid', () => ({ claims: { sid: undefined, sub: '15819010029' } })],
  ['whose sid is a list', () => ({ claims: { sid: ['a', 'b'] } })],
]

for (const [what, wrong] of wrongs) {
  test(`a log-out token ${what} is refused, and the session lives`, async ({ issuer, database, post }) => {
    const sid = await newSession(database)
    expect(await post(await issuer.logoutToken(sid, wrong(issuer)))).toBe(400)
    expect(await alive(database, sid)).toBe(1)
  })
}

test('a log-out token whose signature was taken off is refused', async ({ issuer, database, post }) => {
  const sid = await newSession(database)
  const [, claims] = (await issuer.logoutToken(sid)).split('.')
  const head = Buffer.from(JSON.stringify({ alg: 'none', typ: 'logout+jwt' })).toString('base64url')
  for (const token of [`${head}.${claims}.`, `${head}.${claims}`, (await issuer.logoutToken(sid)).replace(/.{4}$/, 'AAAA')]) expect(await post(token)).toBe(400)
  expect(await alive(database, sid)).toBe(1)
})

test('a log-out token as it should be ends the session, and only that one', async ({ issuer, database, post }) => {
  for (const right of [() => ({}), () => ({ claims: { aud: ['saldosyn-idporten'] } }), () => ({ claims: { sub: '15819010029' } }), () => ({ claims: { iss: `${issuer.issuer}/` } }), () => ({ claims: { iat: seconds(-9), exp: seconds(-5) } })]) {
    const [sid, other] = [await newSession(database), await newSession(database)]
    expect(await post(await issuer.logoutToken(sid, right()))).toBe(200)
    expect([await alive(database, sid), await alive(database, other)]).toEqual([0, 1])
  }
})

test('a log-out token is good once, also when two come at the same moment', async ({ issuer, database, post }) => {
  const sid = await newSession(database)
  const token = await issuer.logoutToken(sid)
  expect((await Promise.all([post(token), post(token), post(token)])).sort()).toEqual([200, 400, 400])
  const later = await newSession(database)
  await database.ask('UPDATE "Session" SET "idpSid" = $1 WHERE "idpSid" = $2', [sid, later])
  expect(await post(token)).toBe(400)
  expect(await alive(database, sid)).toBe(1)
})

test('the national id that ID-porten may put into a log-out token is nowhere afterwards', async ({ issuer, database, post }) => {
  expect(await post(await issuer.logoutToken(await newSession(database), { claims: { sub: '15819010029' } }))).toBe(200)
  expect(JSON.stringify(await database.dump())).not.toContain('15819010029')
})
