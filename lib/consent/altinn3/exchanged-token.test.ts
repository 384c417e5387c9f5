import { decodeJwt } from 'jose'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '@/lib/clock'
import { createHttp } from '@/lib/http'
import type { TokenLease } from '@/lib/shared-token'
import { aNationalId, after, anOrgNumber, besidesReferences, day } from '@/lib/testing/builders'
import { aMaskinporten, clockAt, leaseInMemory, logKept } from '@/lib/testing/fakes'
import { BANK, SCOPE, aSandbox } from '@/lib/testing/sandbox'
import { aServer, type Answering } from '@/lib/testing/server'
import { aStoredRequest } from '@/lib/testing/street'
import { createAltinnTokens, type ExchangeMode } from './exchanged-token'

const sandbox = await aSandbox({ transport: 'altinn3-both' })
const { fault } = sandbox
const READ = 'altinn:consentrequests.read'
const asked = async (party: 'altinn' | 'maskinporten' | 'lanekassen', step: string) => (await sandbox.requests(party, step)).map(({ status }) => status)
const wants = (altinnWants: 'maskinporten' | 'exchanged') => sandbox.control('PUT', 'settings', { altinnWants })
afterEach(() => sandbox.reset())

async function aHouse(exchange: ExchangeMode, more: { lease?: TokenLease } = {}) {
  const consent = await aStoredRequest(sandbox, { accepted: true })
  const { altinn3, log } = sandbox.adapters({ altinn: { exchange }, ...more })
  return { consent, log, altinn3, status: () => altinn3.getStatus(consent) }
}

describe('never, which is what the guides say', () => {
  test('asks with Maskinporten’s token, and exchanges none whatever happens', async () => {
    const { status } = await aHouse('never')
    expect(await status()).toMatchObject({ ok: true, value: 'accepted' })
    await wants('exchanged')
    expect(await status()).toMatchObject({ ok: false, reason: 'misconfigured' })
    expect(await asked('altinn', 'exchange')).toEqual([])
    expect(await asked('altinn', 'status')).toEqual([200, 401, 401])
  })
})

describe('always', () => {
  test('asks with Altinn’s own token, without the quotes that it comes in', async () => {
    const { status } = await aHouse('always')
    await wants('exchanged')
    expect(await status()).toMatchObject({ ok: true, value: 'accepted' })
    expect([await asked('altinn', 'exchange'), await asked('altinn', 'status')]).toEqual([[200], [200]])
  })

  test('exchanges once for everybody: fifty who ask at once on two instances, and one later', async () => {
    const lease = leaseInMemory(systemClock)
    const [one, two] = [await aHouse('always', { lease }), await aHouse('always', { lease })]
    await wants('exchanged')
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => (n % 2 ? one : two).status()))
    answers.push(await one.status())
    expect(answers.every(({ ok }) => ok)).toBe(true)
    expect(await asked('altinn', 'exchange')).toEqual([200])
  })

  test('keeps one for each scope', async () => {
    const lease = leaseInMemory(systemClock)
    const { status, altinn3, consent } = await aHouse('always', { lease })
    await wants('exchanged')
    await status()
    await altinn3.requestConsent({ id: consent.id, offeredBy: aNationalId(), coveredBy: anOrgNumber(), coveredByName: 'Testbanken AS', resource: 'slk_5498_1', validTo: consent.validTo, redirectUrl: 'http://localhost:3000/consent/return?s=abc' })
    expect(await asked('altinn', 'exchange')).toEqual([200, 200])
  })

  test('replaces one that Altinn refuses, once', async () => {
    const { status } = await aHouse('always')
    await wants('exchanged')
    await fault('altinn', '401', { step: 'status', times: 1 })
    expect((await status()).ok).toBe(true)
    expect(await asked('altinn', 'exchange')).toEqual([200, 200])
    await fault('altinn', '401', { step: 'status', times: 9 })
    expect(await status()).toMatchObject({ reason: 'misconfigured' })
    expect(await asked('altinn', 'exchange')).toHaveLength(3)
  })

  test.each([['500', 3, 'provider-unavailable', 3], ['down', 3, 'provider-unavailable', 3], ['html', 9, 'provider-unavailable', 1], ['403', 9, 'misconfigured', 1], ['401', 9, 'misconfigured', 1], ['429', 9, 'provider-unavailable', 1]])('an exchange that answers %s is an outcome', async (what, times, reason, calls) => {
    const { status, log } = await aHouse('always')
    await fault('altinn', what, { step: 'exchange', times })
    expect(await status()).toMatchObject({ ok: false, reason })
    await expect.poll(async () => (await asked('altinn', 'exchange')).length).toBe(calls)
    expect(log.lines[0]).toMatchObject({ level: 'warn', event: 'Altinn did not exchange a token', fields: { upstream: 'altinn', step: 'exchange' } })
    expect(besidesReferences(log.lines)).not.toMatch(/eyJ/)
  })

  test('an exchange that stumbles twice is got over', async () => {
    const { status } = await aHouse('always')
    await wants('exchanged')
    await fault('altinn', '503', { step: 'exchange', times: 2 })
    expect((await status()).ok).toBe(true)
  })
})

describe('on401', () => {
  test('asks with Maskinporten’s token, and exchanges none while that is taken', async () => {
    const { status, log } = await aHouse('on401')
    expect((await status()).ok).toBe(true)
    expect([await asked('altinn', 'exchange'), log.lines]).toEqual([[], []])
  })

  test('exchanges it once when Altinn refuses it, asks once more, and tells the operator what that means, once', async () => {
    const { status, log } = await aHouse('on401')
    await wants('exchanged')
    expect(await status()).toMatchObject({ ok: true, value: 'accepted' })
    expect((await status()).ok).toBe(true)
    expect([await asked('altinn', 'exchange'), await asked('altinn', 'status')]).toEqual([[200], [401, 200, 401, 200]])
    expect(log.lines).toMatchObject([{ level: 'warn', event: expect.stringContaining('ALTINN_TOKEN_EXCHANGE should be always') as string }])
  })

  test('replaces Maskinporten’s token when there is nothing to exchange it for', async () => {
    const { status, log } = await aHouse('on401')
    await fault('altinn', '401', { step: 'status', times: 1 })
    await fault('altinn', '404', { step: 'exchange', times: 9 })
    expect((await status()).ok).toBe(true)
    expect(log.lines.map(({ event }) => event)).toEqual(['Altinn did not exchange a token'])
  })

  test('gives up when Altinn refuses both', async () => {
    const { status } = await aHouse('on401')
    await fault('altinn', '401', { step: 'status', times: 9 })
    expect(await status()).toMatchObject({ ok: false, reason: 'misconfigured' })
    expect(await asked('altinn', 'status')).toEqual([401, 401])
  })
})

describe('Lånekassen', () => {
  test.each(['always', 'on401'] as const)('never sees an exchanged token (%s)', async (exchange) => {
    const { altinn3, consent } = await aHouse(exchange)
    await wants('exchanged')
    const credentials = await altinn3.getCredentials(consent, aNationalId(), { scope: SCOPE, sourceKnows: false })
    expect(credentials.ok && [credentials.value.accessToken, credentials.value.consentToken].map((token) => token && decodeJwt(token.reveal()).iss)).toEqual([`${sandbox.origin}/maskinporten/`, `${sandbox.origin}/maskinporten/`])
  })
})

describe('an exchanged token', () => {
  const jwt = (claims: object) => ['{"alg":"RS256"}', JSON.stringify(claims), 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.')
  async function tokensFrom(answering: Answering) {
    const server = await aServer(answering)
    const clock = clockAt(day(0))
    const lease = leaseInMemory(clock)
    const { http } = createHttp({ origins: [server.origin], now: () => clock.now() })
    const tokens = createAltinnTokens({ http, clock, log: logKept(), maskinporten: aMaskinporten(), lease }, { platformUrl: server.origin, coveredBy: BANK, exchange: 'always' })
    return { server, clock, tokens }
  }
  const endingIn = (seconds: number) => jwt({ exp: day(0).getTime() / 1000 + seconds })

  test('is asked for with the Maskinporten token as a bearer, and without a word of enterprise users', async () => {
    const { server, tokens } = await tokensFrom((_request, response) => response.end(JSON.stringify(endingIn(1800))))
    expect((await tokens.first(READ)).ok).toBe(true)
    expect(server.seen[0]).toMatchObject({ method: 'GET', url: '/authentication/api/v1/exchange/maskinporten', headers: { authorization: 'Bearer token-1' } })
    expect(server.seen[0]?.headers).not.toHaveProperty('x-altinn-enterpriseuser-authentication')
  })

  test.each([['in quotes', (token: string) => `"${token}"`], ['bare', (token: string) => token], ['with a line break', (token: string) => `"${token}"\r\n`]])('may come %s', async (_how, written) => {
    const { tokens } = await tokensFrom((_request, response) => response.end(written(endingIn(1800))))
    const token = await tokens.first(READ)
    expect(token.ok && token.value).toMatchObject({ exchanged: true })
    expect(token.ok && token.value.value.reveal()).toBe(endingIn(1800))
  })

  test('is kept until shortly before the end that stands in it', async () => {
    const { server, clock, tokens } = await tokensFrom((_request, response) => response.end(endingIn(1800)))
    const callsAt = async (seconds: number) => {
      clock.set(after(day(0), { seconds }))
      await tokens.first(READ)
      return server.seen.length
    }
    expect([await callsAt(0), await callsAt(1_700), await callsAt(1_784), await callsAt(1_786)]).toEqual([1, 1, 1, 2])
  })

  test.each([['an end that has passed', endingIn(-1)], ['no end', jwt({})], ['an end after all dates', jwt({ exp: 1e15 })], ['an end that is none', jwt({ exp: 'soon' })], ['nothing inside', 'a.b.c'], ['a page', '<html>'], ['two quotes', '""'], ['JSON', '{"token":"x"}']])('with %s is not used', async (_what, said) => {
    const { tokens } = await tokensFrom((_request, response) => response.end(said))
    expect(await tokens.first(READ)).toMatchObject({ ok: false, reason: 'provider-unavailable' })
  })

  test('cannot be had when Maskinporten gives none', async () => {
    const clock = clockAt(day(0))
    const deps = { http: createHttp({ origins: [], now: () => day(0) }).http, clock, log: logKept(), lease: leaseInMemory(clock) }
    const maskinporten = aMaskinporten({ accessToken: async () => ({ ok: false, reason: 'maskinporten-misconfigured', detail: 'MP-251' }) })
    const tokens = createAltinnTokens({ ...deps, maskinporten }, { platformUrl: 'https://platform.example', coveredBy: BANK, exchange: 'always' })
    expect(await tokens.first(READ)).toMatchObject({ ok: false, reason: 'misconfigured', detail: 'MP-251' })
  })
})
