import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createHttp, type HttpCall } from './http'
import { clockAheadOf } from './http-answer'
import { after, day, digits } from './testing/builders'
import { aServer, nobodyThere, saying, type Answering } from './testing/server'

const schema = z.object({ hello: z.string() })
const httpTo = (...origins: string[]) => createHttp({ origins, now: () => day(0) }).http
type Call = Partial<HttpCall<{ hello: string }>>
const call = (url: string, but: Call = {}) => httpTo(url)({ url, schema, deadline: 5_000, ...but })
const callTo = async (answer: Answering, but: Call = {}) => call((await aServer(answer)).origin, but)

describe('a call that goes well', () => {
  test('gives what fits the schema, and how our clock goes by the server’s', async () => {
    expect(await callTo(saying(200, { hello: 'world', more: 1 }, { date: 'Thu, 01 Jan 2026 10:00:00 GMT' }))).toEqual({ ok: true, value: { hello: 'world' }, created: false, clockAhead: 0 })
  })

  test('tells a creation from a repetition', async () => {
    expect(await callTo(saying(201, { hello: 'world' }))).toMatchObject({ ok: true, created: true })
  })

  test('sends the header names exactly as they were written: some houses count the letters', async () => {
    const { origin, seen } = await aServer(saying(200, { hello: 'world' }))
    await call(origin, { headers: { ApiKey: 'key', Authorization: 'eyJ.bare.token', 'Consent-ID': 'eyJ', PSU_ID: digits, 'X-Request-Id': 'abc', Accept: 'application/json' } })
    const names = seen[0]?.rawHeaders.filter((_, n) => n % 2 === 0)
    for (const name of ['ApiKey', 'Authorization', 'Consent-ID', 'PSU_ID', 'X-Request-Id', 'Accept']) expect(names).toContain(name)
    expect(seen[0]?.headers).toMatchObject({ authorization: 'eyJ.bare.token', psu_id: digits, accept: 'application/json' })
  })

  test('sends a form as a form and text as it is told', async () => {
    const { origin, seen } = await aServer(saying(200, { hello: 'world' }))
    await call(origin, { method: 'POST', body: new URLSearchParams({ grant: 'a b&c' }) })
    await call(origin, { method: 'POST', body: '{"a":"å"}', headers: { 'content-type': 'application/json' } })
    expect(seen.map(({ method, body, headers }) => [method, body, headers['content-type']])).toEqual([
      ['POST', 'grant=a+b%26c', 'application/x-www-form-urlencoded;charset=UTF-8'],
      ['POST', '{"a":"å"}', 'application/json'],
    ])
  })

  test('says nothing of us that it need not: no cookie, no referrer, no origin', async () => {
    const { origin, seen } = await aServer(saying(200, { hello: 'world' }, { 'set-cookie': 'a=1' }))
    await call(origin)
    await call(origin)
    expect(seen.map(({ headers }) => Object.keys(headers).filter((name) => /^(cookie|referer|origin|authorization)$/.test(name)))).toEqual([[], []])
  })

  test.each([' \n{"hello":"å"}\n', '{"hello":"\\u00e5"}'])('reads UTF-8: %j', async (text) => {
    expect(await callTo(saying(200, text))).toMatchObject({ ok: true, value: { hello: 'å' } })
  })

  test.each([['a mark before it', '\uFEFF{"hello":"å"}'], ['the same name twice', '{"hello":"å","hello":"world"}'], ['__proto__', '{"hello":"å","__proto__":{}}'], ['bytes of another encoding', Buffer.from('{"hello":"å"}', 'latin1')]])('takes no JSON with %s, which another reader may understand differently', async (_what, body) => {
    expect(await callTo((_request, response) => response.writeHead(200).end(body))).toMatchObject({ ok: false, reason: 'unexpected-body' })
  })

  test('unpacks what was packed', async () => {
    expect(await callTo((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"hello":"world"}')))).toMatchObject({ ok: true })
  })
})

describe('a refusal', () => {
  test.each([
    [400, 'bad-request'], [401, 'unauthorized'], [403, 'forbidden'], [404, 'not-found'], [405, 'bad-request'], [409, 'bad-request'], [415, 'bad-request'], [418, 'bad-request'], [422, 'bad-request'],
    [429, 'busy'], [500, 'server-error'], [501, 'server-error'], [502, 'server-error'], [503, 'server-error'], [504, 'server-error'], [599, 'server-error'],
  ])('%d is %s in our words, with what it said for whoever knows its codes', async (status, reason) => {
    expect(await callTo(saying(status, { code: 'AM-00001' }))).toMatchObject({ ok: false, reason, detail: `answered ${status}`, problem: { code: 'AM-00001' }, retryAfter: null })
  })

  test('may be without a body, or with one that is no JSON', async () => {
    for (const body of ['', '<html>', '{']) expect(await callTo(saying(403, body))).toMatchObject({ reason: 'forbidden', problem: undefined })
  })

  test('tells how our clock goes too: a wrong clock is refused', async () => {
    expect(await callTo(saying(400, '', { date: 'Thu, 01 Jan 2026 10:00:09 GMT' }))).toMatchObject({ clockAhead: -9 })
    expect(await callTo(saying(400, '', { date: 'yesterday' }))).toMatchObject({ clockAhead: null })
  })

  test('does not repeat the answer in its words', async () => {
    const { problem: _problem, ...said } = (await callTo(saying(500, `no such person ${digits}`))) as { problem?: unknown }
    expect(said).toMatchObject({ reason: 'server-error' })
    expect(JSON.stringify(said)).not.toContain(digits)
  })

  test.each([301, 302, 303, 307, 308])('%d leads nowhere: it is not followed, and no header of ours is sent on', async (status) => {
    const elsewhere = await aServer(saying(200, { hello: 'thief' }))
    const { origin, seen } = await aServer(saying(status, '', { location: elsewhere.origin }))
    const { http } = createHttp({ origins: [origin, elsewhere.origin], now: () => day(0) })
    expect(await http({ url: origin, schema, deadline: 5_000, headers: { authorization: 'Bearer secret' } })).toMatchObject({ reason: 'redirected', detail: `answered ${status}` })
    expect([seen.length, elsewhere.seen.length]).toEqual([1, 0])
  })
})

describe('Retry-After', () => {
  const retryAfter = async (value: string) => ((await callTo(saying(429, '', { 'retry-after': value }))) as { retryAfter?: number | null }).retryAfter

  test.each([['0', 0], ['1', 1], ['30', 30], [' 120 ', 120], ['86400', 86_400], ['999999999', 999_999_999]])('"%s" is so many seconds', async (value, seconds) => {
    expect(await retryAfter(value)).toBe(seconds)
  })

  test.each([['Thu, 01 Jan 2026 10:00:20 GMT', 20], ['Thu, 01 Jan 2026 09:00:00 GMT', 0], ['Fri, 02 Jan 2026 10:00:00 GMT', 86_400], ['Thursday, 01-Jan-26 10:00:20 GMT', 20], ['Thu Jan  1 10:00:20 2026', 20]])(
    'the date %s counts from now', async (value, seconds) => {
      expect(await retryAfter(value)).toBe(seconds)
    },
  )

  test.each(['1000000000', '1000000000000000000000'])('%s seconds are many, and not few', async (value) => {
    expect(await retryAfter(value)).toBeGreaterThanOrEqual(1_000_000_000)
  })

  test.each(['-1', '-86400', '1.5', '1e3', '0x10', 'soon', 'snart', 'try 5', 'in 5 minutes', '5 minutes', 'null', 'Thu, 2026', '2026-01-01', '2026-01-01T10:00:20Z', 'Thu, 99 Jan 2026 10:00:20 GMT', '٣', '30, 60', 'NaN'])('"%s" says nothing', async (value) => {
    expect(await retryAfter(encodeURI(value).replaceAll('%20', ' '))).toBeNull()
  })
})

describe('an answer that is not what was promised', () => {
  test.each([['{"hello":', 'the top'], ['<html>', 'the top'], ['', 'the top'], ['null', 'the top'], ['[]', 'the top'], ['{"hello":1}', 'hello'], ['{"HELLO":"world"}', 'hello'], ['{}', 'hello']])('%s is told by where, not by what', async (body, where) => {
    expect(await callTo(saying(200, body))).toMatchObject({ ok: false, reason: 'unexpected-body', detail: `at ${where}` })
  })

  test('204 is no answer to a question', async () => {
    expect(await callTo((_request, response) => response.writeHead(204).end())).toMatchObject({ reason: 'unexpected-body' })
  })

  test('does not get its values into the words', async () => {
    const said = await callTo(saying(200, { hello: { pid: digits } }))
    expect(said).toMatchObject({ reason: 'unexpected-body' })
    expect(JSON.stringify(said)).not.toContain(digits)
  })

  test('read in another way than JSON is refused in the same way', async () => {
    const parse = (): never => {
      throw new Error(digits)
    }
    expect(await callTo(saying(200, { hello: 'world' }), { parse })).toMatchObject({ reason: 'unexpected-body', detail: 'at the top' })
  })
})

describe('the deadline', () => {
  const never: Answering = () => undefined
  const slowBody: Answering = async (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    while (!response.destroyed) {
      response.write(' ')
      await pause(20)
    }
  }
  test.each([['headers that never come', never], ['a body that never ends', slowBody]])('covers %s', async (_what, answer) => {
    expect(await callTo(answer, { deadline: 200 })).toMatchObject({ reason: 'timed-out' })
  })

  test.each([['headers', never], ['a body', slowBody]])('of the page ends a wait for %s as well', async (_what, answer) => {
    const page = new AbortController()
    const { origin, seen } = await aServer(answer)
    const waiting = call(origin, { deadline: 60_000, signal: page.signal })
    await expect.poll(() => seen.length).toBe(1)
    page.abort()
    expect(await waiting).toMatchObject({ reason: 'timed-out' })
  })

  test('of a page that has no time left lets nothing out', async () => {
    const { origin, seen } = await aServer(saying(200, { hello: 'world' }))
    expect(await call(origin, { signal: AbortSignal.abort() })).toMatchObject({ reason: 'timed-out', unsent: true })
    expect(seen).toEqual([])
  })
})

describe('nobody there', () => {
  test('is an outcome with the system’s word for it, and no address', async () => {
    expect(await call(await nobodyThere())).toEqual({ ok: false, reason: 'unreachable', detail: 'ECONNREFUSED', unsent: true })
  })
})

describe('that nothing was sent', () => {
  test('is said when it is certain, and only then: an address that is not ours, a port that nobody has', async () => {
    expect(await httpTo('https://ours.example')({ url: 'https://theirs.example', schema, deadline: 5_000 })).toMatchObject({ reason: 'unreachable', unsent: true })
    expect(await call(await nobodyThere())).toMatchObject({ unsent: true })
  })

  test.each<[string, Answering]>([
    ['a connection that is broken off', (_request, response) => response.socket?.resetAndDestroy()],
    ['an answer cut short', (_request, response) => response.writeHead(200, { 'content-length': '100' }).end('{')],
    ['a no', saying(400, {})], ['a trouble of its own', saying(503, {})], ['too busy', saying(429, {})], ['another form', saying(200, 'x')], ['another place', saying(302, '')],
  ])('is not said of %s', async (_what, answer) => {
    expect(await callTo(answer)).not.toHaveProperty('unsent')
  })

  test('is not said when the answer let itself be waited for', async () => {
    expect(await callTo(() => undefined, { deadline: 200 })).not.toHaveProperty('unsent')
  })
})

describe('our clock is ahead of the server’s at the least', () => {
  const aheadBy = (asked: number, answered: number) =>
    clockAheadOf({ headers: new Headers({ date: 'Thu, 01 Jan 2026 10:00:00 GMT' }), asked: after(day(0), { seconds: asked }), answered: after(day(0), { seconds: answered }) })

  test.each([
    ['asked and answered within the second', 0.2, 0.4, 0],
    ['a server that wrote the second just before it was over', 0.9, 1.1, 0],
    ['nine seconds ahead', 9.3, 9.5, 8.3],
    ['nine seconds behind, at the end of the server’s second', -8.1, -8, -8],
    ['nine seconds behind, at its beginning', -9, -8.9, -8.9],
    ['a slow answer, stamped when it began', 0.5, 9.5, 0],
    ['a slow answer, stamped when it was done', -9, 0.5, 0],
    ['a slow answer and a clock that is ahead as well', 4, 13, 3],
  ])('%s', (_what, asked, answered, ahead) => {
    expect(aheadBy(asked, answered)).toBeCloseTo(ahead, 6)
  })
})
