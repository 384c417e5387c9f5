import { gunzipSync } from 'node:zlib'
import { request as plainRequest } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSandbox, type Sandbox } from './start.ts'
import { createBank, type Bank, type Json, type Reply } from './testing/bank.ts'
import { registration, SCOPES } from './testing/registration.ts'

const STEINAR = '01085301957'
let sandbox: Sandbox
let bank: Bank

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, registration: registration(), log: () => {} })
  bank = createBank(sandbox.origin)
})
beforeEach(() => bank.control('POST', 'reset'))
afterAll(() => sandbox.close())

const strike = async (party: string, fault: Json): Promise<void> => { expect((await bank.control('PUT', `faults/${party}`, fault)).status, JSON.stringify(fault)).toBe(200) }
const metadata = (signal?: AbortSignal): Promise<Response> => fetch(`${sandbox.origin}/maskinporten/.well-known/oauth-authorization-server`, { redirect: 'manual', ...(signal && { signal }) })
const last = async (party: string): Promise<Json | undefined> => ((await bank.control('GET', `requests?party=${party}`)).json as unknown as Json[]).at(-1)

describe('the connection', () => {
  test('down: it is broken', async () => {
    await strike('maskinporten', { fault: 'down' })
    await expect(metadata()).rejects.toThrow()
    await expect.poll(() => last('maskinporten')).toMatchObject({ status: 0, fault: 'down' })
  })
  test('black hole: nothing comes', async () => {
    await strike('maskinporten', { fault: 'black-hole' })
    await expect(metadata(AbortSignal.timeout(150))).rejects.toThrow('timeout')
  })
  test('slow: right, but late; and the waiting ends when the caller hangs up', async () => {
    await strike('maskinporten', { fault: 'slow', seconds: 0.2 })
    const from = performance.now()
    expect((await metadata()).status).toBe(200)
    expect(performance.now() - from).toBeGreaterThan(190)
    await strike('maskinporten', { fault: 'slow', seconds: 3600 })
    await expect(metadata(AbortSignal.timeout(50))).rejects.toThrow('timeout')
    await expect.poll(() => last('maskinporten')).toMatchObject({ status: 0, fault: 'slow' })
  })
  test('trickle: the whole answer, piece by piece', async () => {
    await strike('maskinporten', { fault: 'trickle', seconds: 0.2 })
    expect(await (await metadata()).json()).toMatchObject({ issuer: `${sandbox.origin}/maskinporten/` })
  })
  test('lost answer: the work is done, the caller never hears of it', async () => {
    const token = await bank.token(SCOPES.write)
    const body = bank.request(STEINAR)
    await strike('altinn', { fault: 'lost-answer', times: 1 })
    await expect(bank.create(body, token)).rejects.toThrow()
    expect((await bank.create(body, token)).status).toBe(200)
  })
  test('cut off: the connection breaks in the middle of the body', async () => {
    await strike('maskinporten', { fault: 'cut-off' })
    const ended = await new Promise<{ got: number; promised: number; whole: boolean }>((resolve, reject) => {
      plainRequest(`${sandbox.origin}/maskinporten/jwk`, (response) => {
        let got = 0
        response.on('data', (chunk: Buffer) => { got += chunk.length })
        response.on('error', () => undefined)
        response.on('close', () => { resolve({ got, promised: Number(response.headers['content-length']), whole: response.complete }) })
      }).on('error', reject).end()
    })
    expect([ended.whole, ended.got > 0, ended.got < ended.promised]).toEqual([false, true, true])
  })
})

describe('the status', () => {
  test.each(['400', '401', '403', '404', '500', '502', '503', '504'])('%s', async (fault) => {
    await strike('altinn', { fault, step: 'events' })
    const answer = await bank.events()
    expect(answer.status).toBe(Number(fault))
    if (fault === '401' || fault === '403') expect(answer.text).toBe('')
  })
  test('429 without Retry-After, with seconds, with a date, with nonsense', async () => {
    const retryAfter = async (fault: Json): Promise<string | null> => {
      await strike('lanekassen', { fault: '429', ...fault })
      const answer = await bank.balance('x', STEINAR)
      expect([answer.status, answer.text]).toEqual([429, 'Too busy'])
      return answer.headers.get('retry-after')
    }
    expect(await retryAfter({})).toBeNull()
    expect(await retryAfter({ seconds: 7 })).toBe('7')
    expect(Date.parse((await retryAfter({ seconds: 60, retryAfter: 'date' })) ?? '') - Date.now()).toBeGreaterThan(55_000)
    expect(await retryAfter({ retryAfter: 'garbage' })).toBe('snart')
  })
  test('a redirect to somewhere else', async () => {
    await strike('maskinporten', { fault: 'redirect' })
    expect((await metadata()).status).toBe(302)
  })
})

describe('the body', () => {
  test('html, truncated, wrong types', async () => {
    await strike('maskinporten', { fault: 'html' })
    expect((await metadata()).headers.get('content-type')).toContain('text/html')
    await strike('maskinporten', { fault: 'truncated' })
    const cut = await (await metadata()).text()
    expect(cut.startsWith('{"issuer"')).toBe(true)
    expect(() => JSON.parse(cut) as unknown).toThrow()
    await strike('maskinporten', { fault: 'wrong-types' })
    expect(await (await metadata()).json()).toMatchObject({ issuer: `${sandbox.origin}/maskinporten/`.length, grant_types_supported: { first: 1 } })
  })
  test('the same for what oidc-provider answers', async () => {
    await strike('idporten', { fault: 'truncated', step: 'jwks' })
    const cut = await (await fetch(`${sandbox.origin}/idporten/jwks.json`)).text()
    expect(() => JSON.parse(cut) as unknown).toThrow()
  })
  test('50 MB, and a gzip bomb', async () => {
    await strike('maskinporten', { fault: 'huge' })
    expect((await (await metadata()).arrayBuffer()).byteLength).toBeGreaterThan(50 * 1024 * 1024)
    await strike('maskinporten', { fault: 'gzip-bomb' })
    const [packed, headers] = await new Promise<[Buffer, Json]>((resolve, reject) => {
      plainRequest(`${sandbox.origin}/maskinporten/jwk`, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => { resolve([Buffer.concat(chunks), response.headers]) })
      }).on('error', reject).end()
    })
    expect([headers['content-encoding'], packed.length < 1024 * 1024]).toEqual(['gzip', true])
    expect(gunzipSync(packed).length).toBe(128 * 1024 * 1024)
  })
})

describe('the clock', () => {
  test('of Maskinporten: its Date and its checks', async () => {
    await strike('maskinporten', { fault: 'clock-skew', seconds: -30 })
    const answer = await bank.ask()
    expect([answer.status, String(answer.json.error_description).includes('Issue time is after now')]).toEqual([400, true])
    expect(Date.parse(answer.headers.get('date') ?? '') - Date.now()).toBeLessThan(-25_000)
    await strike('maskinporten', { fault: 'clock-skew', seconds: 9 })
    expect((await bank.ask()).status).toBe(200)
  })
})

describe('tokens', () => {
  test.each([['expires-in-zero', 0], ['expires-in-negative', -1], ['expires-in-string', 'snart'], ['expires-in-absent', undefined]])('%s', async (fault, value) => {
    await strike('maskinporten', { fault, times: 1 })
    expect((await bank.ask()).json.expires_in).toBe(value)
    expect((await bank.ask()).json.expires_in).toBe(119)
  })
})

describe('where and how often', () => {
  test('only the step that is named', async () => {
    await strike('altinn', { fault: '500', step: 'status' })
    const body = bank.request(STEINAR)
    expect((await bank.create(body)).status).toBe(201)
    expect((await bank.status(String(body.id))).status).toBe(500)
    expect((await bank.events()).status).toBe(200)
  })
  test('only the consent token, not the plain one', async () => {
    const id = await bank.accepted(STEINAR)
    await strike('maskinporten', { fault: '503', step: 'consent-token' })
    expect((await bank.ask()).status).toBe(200)
    await expect(bank.consentToken(id, STEINAR)).rejects.toThrow()
  })
  test('only paths that begin like this', async () => {
    await strike('maskinporten', { fault: '500', step: '/.well-known' })
    expect([(await metadata()).status, (await bank.ask()).status]).toEqual([500, 200])
  })
  test('so many times, then all is well', async () => {
    await strike('lanekassen', { fault: '500', times: 2 })
    const statuses: number[] = []
    for (let call = 0; call < 3; call++) statuses.push((await bank.balance('x', STEINAR)).status)
    expect(statuses).toEqual([500, 500, 401])
  })
  test('two steps of a party may be struck at once; removing ends both', async () => {
    await strike('altinn', { fault: '500', step: 'status' })
    await strike('altinn', { fault: '503', step: 'events' })
    expect([(await bank.status('x')).status, (await bank.events()).status]).toEqual([500, 503])
    await bank.control('DELETE', 'faults/altinn')
    expect((await bank.events()).status).toBe(200)
  })
  test('what nobody knows is refused', async () => {
    const refused = async (party: string, fault: Json): Promise<Reply> => bank.control('PUT', `faults/${party}`, fault)
    expect((await refused('posten', { fault: 'down' })).status).toBe(404)
    expect((await refused('altinn', { fault: 'flom' })).status).toBe(400)
    expect((await refused('altinn', { fault: 'slow' })).status).toBe(400)
    expect((await refused('altinn', { fault: 'token-from' })).status).toBe(400)
    expect((await refused('altinn', { fault: 'down', tims: 1 })).status).toBe(400)
  })
})
