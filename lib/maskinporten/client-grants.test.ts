import { randomBytes, randomUUID } from 'node:crypto'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { systemClock } from '@/lib/clock'
import { createHttp } from '@/lib/http'
import { createSealer } from '@/lib/sealed'
import { after, besidesReferences, day } from '@/lib/testing/builders'
import { freshDatabase } from '@/lib/testing/database'
import type { TokenLease } from '@/lib/shared-token'
import { clockAt, leaseInMemory, logKept } from '@/lib/testing/fakes'
import { aKeyPair } from '@/lib/testing/key-pairs'
import { SCOPE } from '@/lib/testing/sandbox'
import { aServer, nobodyThere, type Answering } from '@/lib/testing/server'
import { createMaskinporten } from './client'
import { createTokenLease } from './token-lease'

const { signing } = await aKeyPair('bank-2026')
const database = await freshDatabase()

/** Answers to the first grants, one by one; the last one to all that follow. Tokens are numbered. */
const token = (nth: number, expires_in = 120) => ({ access_token: `token-number-${nth}-of-this-test`, token_type: 'Bearer', expires_in })
const refused = (description: string, error = 'invalid_grant') => ({ error, error_description: `${description} (correlation id: 1)` })
type Said = { status: number; body: object; headers?: Record<string, string> } | 'reset'

async function aMaskinporten(say: (nth: number) => Said, { tokenEndpoint = '' } = {}) {
  let grants = 0
  const answer: Answering = ({ url }, response) => {
    if (url.startsWith('/.well-known/')) return response.writeHead(200).end(JSON.stringify({ issuer: `${server.origin}/`, token_endpoint: tokenEndpoint || `${server.origin}/token`, jwks_uri: `${server.origin}/jwk` }))
    const said = say(++grants)
    return said === 'reset' ? response.socket?.resetAndDestroy() : response.writeHead(said.status, { 'content-type': 'application/json', ...said.headers }).end(JSON.stringify(said.body))
  }
  const server = await aServer(answer)
  const clock = clockAt(day(0))
  const client = ({ lease = leaseInMemory(clock) }: { lease?: TokenLease } = {}) => {
    const log = logKept()
    const { http } = createHttp({ origins: [server.origin], now: () => clock.now() })
    return { log, maskinporten: createMaskinporten({ http, clock, newId: randomUUID, lease, log }, { issuer: `${server.origin}/`, clientId: 'a-client-id', signingKey: async () => signing }) }
  }
  const asked = () => server.seen.filter(({ url }) => url === '/token').map(({ body }) => new URLSearchParams(body))
  return { server, clock, client, asked, grants: () => asked().map((form) => decodeJwt(form.get('assertion') ?? '')) }
}
const consent = { type: 'urn:altinn:consent', id: randomUUID(), from: 'urn:altinn:person:identifier-no:15819010029' } as const
const well = (nth: number): Said => ({ status: 200, body: token(nth) })

describe('each attempt at a token', () => {
  test('is one form with one grant', async () => {
    const it = await aMaskinporten(well)
    await it.client().maskinporten.accessToken(SCOPE)
    expect(it.asked().map((form) => [...form.keys()])).toEqual([['grant_type', 'assertion']])
    expect(it.asked()[0]?.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
    expect(it.grants()[0]).toMatchObject({ iss: 'a-client-id', aud: `${it.server.origin}/`, scope: SCOPE })
    expect(it.server.seen.at(-1)?.headers).not.toHaveProperty('authorization')
  })

  test('has a grant of its own: nothing is ever sent twice', async () => {
    const it = await aMaskinporten((nth) => (nth < 3 ? { status: 503, body: {} } : well(nth)))
    expect((await it.client().maskinporten.accessToken(SCOPE)).ok).toBe(true)
    expect(new Set(it.grants().map(({ jti }) => jti)).size).toBe(3)
  })

  test('after a lost answer too', async () => {
    const it = await aMaskinporten((nth) => (nth === 1 ? 'reset' : well(nth)))
    expect((await it.client().maskinporten.accessToken(SCOPE)).ok).toBe(true)
    expect(new Set(it.grants().map(({ jti }) => jti)).size).toBe(2)
  })

  test.each(['MP-012: Grant is used before', 'MP-130: JWT is expired'])('may be one more, once, after %s', async (words) => {
    const once = await aMaskinporten((nth) => (nth === 1 ? { status: 400, body: refused(words) } : well(nth)))
    expect((await once.client().maskinporten.accessToken(SCOPE)).ok).toBe(true)
    expect(new Set(once.grants().map(({ jti }) => jti)).size).toBe(2)

    const always = await aMaskinporten(() => ({ status: 400, body: refused(words) }))
    expect(await always.client().maskinporten.accessToken(SCOPE)).toMatchObject({ reason: 'maskinporten-misconfigured', detail: expect.stringContaining(`invalid_grant ${words.slice(0, 6)}`) as string })
    expect(always.grants()).toHaveLength(2)
  })

  test.each(['MP-011', 'MP-100', 'MP-110', 'MP-120', 'MP-121', 'MP-122', 'MP-123', 'MP-124', 'MP-200', 'MP-201', 'MP-250', 'MP-251', 'MP-301', 'MP-302', 'MP-303', 'Issue time is after now'])('is the only one after %s', async (code) => {
    const it = await aMaskinporten(() => ({ status: code.startsWith('MP-25') ? 403 : 400, body: refused(code) }))
    const { maskinporten } = it.client()
    expect(await maskinporten.accessToken(SCOPE)).toMatchObject({ reason: 'maskinporten-misconfigured', detail: expect.stringContaining(code.startsWith('MP') ? `invalid_grant ${code}` : 'invalid_grant') as string })
    expect(it.grants()).toHaveLength(1)
    const whoIsAsked = ['MP-011', 'MP-301', 'MP-302', 'MP-303', 'Issue time is after now'].includes(code) ? 'consent-grant-refused' : 'maskinporten-misconfigured'
    expect(await maskinporten.consentToken(SCOPE, consent, { once: false })).toMatchObject({ reason: whoIsAsked })
    expect(it.grants()).toHaveLength(2)
  })

  test('says what to do when the bank has not delegated, and to whom that is a matter', async () => {
    const it = await aMaskinporten(() => ({ status: 403, body: refused('MP-251: Consumer 311111116 has not delegated access to the scope x to supplier 312222221', 'access_denied') }))
    const { maskinporten, log } = it.client()
    expect(await maskinporten.consentToken(SCOPE, consent, { once: false })).toMatchObject({ reason: 'maskinporten-misconfigured', detail: expect.stringMatching(/^access_denied MP-251: .*delegated.*Altinn/) as string })
    expect(log.lines.find(({ level }) => level === 'warn')).toMatchObject({ fields: { code: 'access_denied MP-251', detail: expect.stringContaining('delegated') as string } })
  })

  test('goes nowhere else than to the configured origins, whatever the metadata says', async () => {
    const thief = await aServer((_request, response) => response.writeHead(200).end(JSON.stringify(token(1))))
    const it = await aMaskinporten(well, { tokenEndpoint: `${thief.origin}/token` })
    expect((await it.client().maskinporten.accessToken(SCOPE)).ok).toBe(false)
    expect(thief.seen).toEqual([])
  })

  test('leaves no grant and no token in the log', async () => {
    const it = await aMaskinporten((nth) => ({ status: 400, body: { ...refused(`MP-303: person 15819010029 ${nth}`), access_token: 'eyJ.leak' } }))
    const { maskinporten, log } = it.client()
    await maskinporten.accessToken(SCOPE)
    expect(log.lines).toHaveLength(2) // the refusal, and the clock of day 0
    expect(besidesReferences(log.lines)).not.toMatch(/eyJ|\d{11}/)
  })
})

describe('a token in the cluster', () => {
  const lifetimes = async (expires_in: number, seconds: number) => {
    const it = await aMaskinporten((nth) => ({ status: 200, body: token(nth, expires_in) }))
    const { maskinporten } = it.client()
    await maskinporten.accessToken(SCOPE)
    it.clock.set(after(day(0), { seconds }))
    await maskinporten.accessToken(SCOPE)
    return it.grants().length
  }

  test.each([[120, 0, 1], [120, 104, 1], [120, 105, 2], [120, 119, 2], [120, 121, 2], [30, 14, 1], [30, 15, 2], [3600, 3584, 1], [3600, 3585, 2]])('that lives %d s is used for as long as 15 s are left of it: after %d s there were %d requests', async (expiresIn, seconds, times) => {
    expect(await lifetimes(expiresIn, seconds)).toBe(times)
  })

  test('that lives shorter than that is used by those who wait for it, and by nobody later', async () => {
    const it = await aMaskinporten((nth) => ({ status: 200, body: token(nth, 10) }))
    const { maskinporten } = it.client()
    const waiting = await Promise.all(Array.from({ length: 10 }, () => maskinporten.accessToken(SCOPE)))
    expect(new Set(waiting.map((answer) => answer.ok && answer.value.reveal()))).toEqual(new Set(['token-number-1-of-this-test']))
    await maskinporten.accessToken(SCOPE)
    expect(it.grants()).toHaveLength(2)
  })

  test('is fetched once by two instances on one PostgreSQL, however many ask', async () => {
    const sealer = createSealer([{ kid: 'k', key: new Uint8Array(randomBytes(32)) }])
    const it = await aMaskinporten(well)
    it.clock.set(systemClock.now())
    const instances = [it.client({ lease: createTokenLease(database.db, sealer) }), it.client({ lease: createTokenLease(database.another(), sealer) })] as const
    const tokens = await Promise.all(Array.from({ length: 100 }, (_, n) => instances[n % 2 === 0 ? 0 : 1].maskinporten.accessToken(SCOPE)))
    expect(new Set(tokens.map((answer) => answer.ok && answer.value.reveal()))).toEqual(new Set(['token-number-1-of-this-test']))
    expect(it.grants()).toHaveLength(1)
  })

  test('that came between looking and getting the turn is used: nobody fetches a second one', async () => {
    const it = await aMaskinporten(well)
    const lease = leaseInMemory(it.clock)
    await it.client({ lease }).maskinporten.accessToken(SCOPE)
    let looks = 0
    const late: TokenLease = { ...lease, read: async (key, margin) => (++looks === 1 ? null : lease.read(key, margin)) }
    expect(await it.client({ lease: late }).maskinporten.accessToken(SCOPE)).toMatchObject({ ok: true })
    expect(it.grants()).toHaveLength(1)
    expect(await lease.acquire([...lease.keys][0] ?? '', 1)).not.toBeNull()
  })

  test('is fetched by the one who waited, when the one who had the turn fails', async () => {
    const it = await aMaskinporten((nth) => (nth === 1 ? { status: 400, body: refused('MP-124') } : well(nth)))
    const lease = leaseInMemory(it.clock)
    const [first, second] = await Promise.all([it.client({ lease }).maskinporten.accessToken(SCOPE), it.client({ lease }).maskinporten.accessToken(SCOPE)])
    expect([first.ok, second.ok].sort()).toEqual([false, true])
    expect(it.grants()).toHaveLength(2)
  })

  test('is fetched by the one who waited, when the one who had the turn died', async () => {
    const it = await aMaskinporten(well)
    const lease = leaseInMemory(it.clock)
    const dead: TokenLease = { ...lease, put: () => new Promise(() => undefined) }
    void it.client({ lease: dead }).maskinporten.accessToken(SCOPE)
    await expect.poll(() => it.grants().length).toBe(1)
    const waiting = it.client({ lease }).maskinporten.accessToken(SCOPE)
    it.clock.set(after(day(0), { ms: 4_001 }))
    expect(await waiting).toMatchObject({ ok: true })
    expect(it.grants()).toHaveLength(2)
  })

  test('is not waited for longer than a fetch may take', async () => {
    const it = await aMaskinporten(well)
    const taken: TokenLease = { ...leaseInMemory(it.clock), acquire: async () => (it.clock.set(after(it.clock.now(), { seconds: 1 })), null) }
    expect(await it.client({ lease: taken }).maskinporten.accessToken(SCOPE)).toMatchObject({ ok: false, reason: 'maskinporten-unavailable' })
  })

  test('that came too late is used once, and not put in another’s place', async () => {
    const it = await aMaskinporten(well)
    const lease = leaseInMemory(it.clock)
    const fenced: TokenLease = { ...lease, put: async () => false }
    expect(await it.client({ lease: fenced }).maskinporten.accessToken(SCOPE)).toMatchObject({ ok: true })
    expect(await lease.read([...lease.keys][0] ?? '', 0)).toBeNull()
  })

  test('gives its turn back when something unforeseen happens', async () => {
    const it = await aMaskinporten(well)
    const lease = leaseInMemory(it.clock)
    const { http } = createHttp({ origins: [it.server.origin], now: () => it.clock.now() })
    const broken = createMaskinporten({ http, clock: it.clock, newId: () => { throw new Error('no ids today') }, lease, log: logKept() }, { issuer: `${it.server.origin}/`, clientId: 'a-client-id', signingKey: async () => signing })
    await expect(broken.accessToken(SCOPE)).rejects.toThrow('no ids today')
    expect((await it.client({ lease }).maskinporten.accessToken(SCOPE)).ok).toBe(true)
  })
})

describe('the one grant for a consent that is exchanged once', () => {
  const exchange = async (say: (nth: number) => Said) => {
    const it = await aMaskinporten(say)
    const answer = await it.client().maskinporten.consentToken(SCOPE, consent, { once: true })
    return [answer.ok ? 'ok' : answer.reason, it.asked().length]
  }

  test.each<[string, Said]>([['a trouble of its own', { status: 500, body: {} }], ['a gateway’s trouble', { status: 503, body: {} }], ['a connection that breaks', 'reset'], ['a token that cannot be read', { status: 200, body: { access_token: 1 } }], ['a redirect', { status: 302, body: {} }]])(
    'is not sent again after %s: a token may have been made', async (_what, said) => {
      expect(await exchange(() => said)).toEqual(['consent-token-lost', 1])
      expect(await exchange((nth) => (nth === 1 ? said : well(nth)))).toEqual(['consent-token-lost', 1])
    },
  )

  test('is sent once more after a refusal that only a new grant mends: a no is no token', async () => {
    expect(await exchange((nth) => (nth === 1 ? { status: 400, body: refused('MP-012: Grant is used before') } : well(nth)))).toEqual(['ok', 2])
  })

  test.each([[400, 'consent-grant-refused'], [403, 'consent-grant-refused'], [429, 'maskinporten-unavailable']])('is known not to have given anything after %d', async (status, reason) => {
    expect(await exchange(() => ({ status, body: refused('MP-303') }))).toEqual([reason, 1])
  })

  test('is known not to have been sent when Maskinporten is not there, and then it is tried again', async () => {
    const nobody = await nobodyThere()
    const { http } = createHttp({ origins: [nobody], now: systemClock.now })
    let calls = 0
    const metadata = { ok: true as const, value: { issuer: `${nobody}/`, token_endpoint: `${nobody}/token`, jwks_uri: `${nobody}/jwk` } as never, created: false, clockAhead: null }
    const maskinporten = createMaskinporten(
      { http: async (call) => (call.method === 'POST' ? (calls++, http(call)) : metadata), clock: systemClock, newId: randomUUID, lease: leaseInMemory(systemClock), log: logKept() },
      { issuer: `${nobody}/`, clientId: 'a-client-id', signingKey: async () => signing },
    )
    expect(await maskinporten.consentToken(SCOPE, consent, { once: true })).toMatchObject({ reason: 'maskinporten-unavailable' })
    expect(calls).toBe(3)
  })

  test('of another transport is repeated as ever', async () => {
    const it = await aMaskinporten((nth) => (nth < 3 ? 'reset' : well(nth)))
    expect((await it.client().maskinporten.consentToken(SCOPE, consent, { once: false })).ok).toBe(true)
    expect(it.asked()).toHaveLength(3)
  })
})
