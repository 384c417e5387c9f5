import { decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { createHttp, type Http } from './http'
import { areKeysAway, fetchThrough, remoteKeys } from './jwks'
import { fail } from './result'
import { day } from './testing/builders'
import { aKeyPair, sign } from './testing/key-pairs'
import { aServer, saying, type Answering } from './testing/server'

const [first, second, stranger] = await Promise.all([aKeyPair('2026'), aKeyPair('2027'), aKeyPair('2026')])
const tokenBy = (pair: typeof first, kid = pair.publicJwk.kid, header = {}) => sign({ sub: 'x' }, pair.signing.key, { alg: 'RS256', kid, ...header })

async function issuer(answer: Answering) {
  const server = await aServer(answer)
  const { fetch } = createHttp({ origins: [server.origin], now: () => day(0) })
  const keys = remoteKeys(`${server.origin}/jwk`, fetch)
  const verify = async (token: string) => jwtVerify(token, keys).then(() => 'good', (error: unknown) => (areKeysAway(error) ? 'keys away' : 'bad'))
  return { server, verify }
}
const publishing = (...pairs: (typeof first)[]): Answering => saying(200, { keys: pairs.map(({ publicJwk }) => publicJwk) })

describe('an issuer’s keys', () => {
  test('are fetched once and kept', async () => {
    const { server, verify } = await issuer(publishing(first))
    expect(await Promise.all(Array.from({ length: 30 }, async () => verify(await tokenBy(first))))).toEqual(Array(30).fill('good'))
    expect(server.seen).toHaveLength(1)
  })

  test('are the issuer’s: a key in the token itself, or a place to get one, is not asked', async () => {
    const thief = await aServer(publishing(stranger))
    const { server, verify } = await issuer(publishing(first))
    for (const header of [{ jwk: stranger.publicJwk }, { jku: thief.origin }, { x5u: thief.origin }, { x5c: ['MIIB'] }]) expect(await verify(await tokenBy(stranger, '2026', header))).toBe('bad')
    expect([thief.seen.length, server.seen.length]).toEqual([0, 1])
    expect(decodeProtectedHeader(await tokenBy(stranger, '2026', { jku: thief.origin }))).toHaveProperty('jku')
  })

  test('asked for under names nobody knows are not asked for again and again', async () => {
    const { server, verify } = await issuer(publishing(first))
    for (let n = 0; n < 20; n++) expect(await verify(await tokenBy(stranger, `unknown-${n}`))).toBe('bad')
    expect(server.seen.length).toBeLessThanOrEqual(2)
  })

  test('that overlap while they are exchanged both hold', async () => {
    const { verify } = await issuer(publishing(first, second))
    expect([await verify(await tokenBy(first)), await verify(await tokenBy(second)), await verify(await tokenBy(second, '2026'))]).toEqual(['good', 'good', 'bad'])
  })

  test.each<[string, Answering]>([
    ['answer 500', saying(500, {})],
    ['answer 404', saying(404, {})],
    ['send us elsewhere', saying(302, '', { location: '/elsewhere' })],
    ['answer a web page', saying(200, '<html>')],
    ['answer half a set', saying(200, '{"keys":[')],
    ['answer something else', saying(200, { keys: 'none' })],
    ['answer with no key', saying(200, { keys: [] })],
    ['answer with keys that say nothing', saying(200, { keys: [{ kty: null, kid: null, n: null, e: null }] })],
    ['break the line', (_request, response) => response.socket?.resetAndDestroy()],
    ['answer without end', (_request, response) => response.end(Buffer.alloc(400_000, 'a'))],
  ])('that cannot be had because they %s are away: that says nothing of the token', async (_what, answer) => {
    const { verify } = await issuer(answer)
    expect(await verify(await tokenBy(first))).toBe('keys away')
  })

  test('away once are asked for again', async () => {
    const { verify } = await issuer((request, response, nth) => (nth === 1 ? saying(500, {}) : publishing(first))(request, response, nth))
    expect([await verify(await tokenBy(first)), await verify(await tokenBy(first))]).toEqual(['keys away', 'good'])
  })

  test('that were nonsense once are not kept', async () => {
    const { verify } = await issuer((request, response, nth) => (nth === 1 ? saying(200, { keys: [{ kid: null }] }) : publishing(first))(request, response, nth))
    expect([await verify(await tokenBy(first)), await verify(await tokenBy(first))]).toEqual(['keys away', 'good'])
  })

  test('are asked for through the issuer’s own gate, where there is one', async () => {
    const server = await aServer(publishing(first))
    const asked: string[] = []
    const { http } = createHttp({ origins: [server.origin], now: () => day(0) })
    const gated: Http = async (call) => (asked.push(call.url), asked.length === 1 ? fail('busy', 'the gate is closed') : http(call))
    const keys = remoteKeys(`${server.origin}/jwk`, fetchThrough(gated))
    const verify = async () => jwtVerify(await tokenBy(first), keys).then(() => 'good', (error: unknown) => (areKeysAway(error) ? 'keys away' : 'bad'))
    expect([await verify(), server.seen.length]).toEqual(['keys away', 0])
    expect([await verify(), server.seen.length, asked]).toEqual(['good', 1, [`${server.origin}/jwk`, `${server.origin}/jwk`]])
  })
})
