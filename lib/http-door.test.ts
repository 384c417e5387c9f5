import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { gzipSync, brotliCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { createHttp } from './http'
import { day } from './testing/builders'
import { aServer, saying, type Answering } from './testing/server'

const schema = z.looseObject({})
const doorTo = (...origins: string[]) => createHttp({ origins, now: () => day(0) })
const call = async (answer: Answering) => {
  const { origin } = await aServer(answer)
  return doorTo(origin).http({ url: origin, schema, deadline: 5_000 })
}

describe('the door is open to the configured origins, and to no others', () => {
  test('whatever an address is made to look like', async () => {
    const allowed = await aServer(saying(200, {}))
    const { http, fetch } = doorTo(`${allowed.origin}/some/path`)
    const forbidden = await aServer(saying(200, {}))
    const { host, port } = new URL(allowed.origin)
    const elsewhere = [
      forbidden.origin, `${allowed.origin}@${new URL(forbidden.origin).host}/`, `http://${host}.evil.example/`, `http://localhost:${port}/`, `http://[::1]:${port}/`, `http://127.0.0.1:${Number(port) + 1}/`, `https://${host}/`,
      'http://169.254.169.254/latest/meta-data/', 'http://[::ffff:169.254.169.254]/', 'file:///etc/passwd', 'data:application/json,{}', 'javascript:1', 'ftp://127.0.0.1/', `//${host}/`, '/path', '', 'nonsense', `blob:${allowed.origin}/x`,
    ]
    for (const url of elsewhere) {
      expect(await http({ url, schema, deadline: 5_000 }), url).toMatchObject({ reason: 'unreachable', detail: 'the address is not among the configured origins' })
      await expect(fetch(url), url).rejects.toThrow()
    }
    expect([allowed.seen, forbidden.seen]).toEqual([[], []])
    expect((await http({ url: `${allowed.origin}/any/path?and=query`, schema, deadline: 5_000 })).ok).toBe(true)
  })

  test('whatever anybody makes up', async () => {
    const allowed = await aServer(saying(200, {}))
    const { http } = doorTo(allowed.origin)
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.ipV4().map((ip) => `http://${ip}/`), fc.string()), async (url) => (await http({ url, schema, deadline: 5_000 })).ok === false),
      { numRuns: 300 },
    )
    expect(allowed.seen).toEqual([])
  })

  test('does not say where it was asked to go', async () => {
    expect(JSON.stringify(await doorTo('http://127.0.0.1:1').http({ url: 'http://evil.example/canary', schema, deadline: 100 }))).not.toContain('canary')
  })
})

describe('a body too large', () => {
  const big = JSON.stringify({ padding: 'a'.repeat(300 * 1024) })
  const packed = (encoding: 'gzip' | 'br', bytes: Buffer): Answering => (_request, response) => response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding }).end(bytes)

  test('is refused', async () => {
    expect(await call(saying(200, big))).toMatchObject({ reason: 'too-large' })
  })

  test('is refused by its size when unpacked: a bomb of 200 MB is small on the wire', async () => {
    const bomb = Buffer.concat(Array<Buffer>(20).fill(gzipSync(Buffer.alloc(10 * 1024 * 1024, ' '))))
    expect(bomb.length).toBeLessThan(256 * 1024)
    expect(await call(packed('gzip', bomb))).toMatchObject({ reason: 'too-large' })
    expect(await call(packed('br', brotliCompressSync(Buffer.alloc(10 * 1024 * 1024, ' '))))).toMatchObject({ reason: 'too-large' })
  })

  test('is refused in a refusal too', async () => {
    expect(await call(saying(500, big))).toMatchObject({ reason: 'too-large' })
  })

  test('that never ends is let go of at the cap, not at the deadline', async () => {
    let closed = false
    const endless: Answering = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.on('close', () => (closed = true))
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024, 'a')));
      }
      response.on('drain', more)
      more()
    }
    const { origin } = await aServer(endless)
    expect(await doorTo(origin).http({ url: origin, schema, deadline: 60_000 })).toMatchObject({ reason: 'too-large' })
    await expect.poll(() => closed).toBe(true)
  })

  test('just under the cap is read', async () => {
    expect(await call(saying(200, JSON.stringify({ padding: 'a'.repeat(255 * 1024) })))).toMatchObject({ ok: true })
  })
})

/** A server that speaks bytes, for what node:http would not say. */
async function speaking(talk: (socket: import('node:net').Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => talk(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('a line that breaks', () => {
  test.each<[string, (socket: import('node:net').Socket) => void]>([
    ['before an answer', (socket) => socket.resetAndDestroy()],
    ['politely, before an answer', (socket) => socket.end()],
    ['in the middle of the headers', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Ty')],
    ['in the middle of the body', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a":')],
    ['in the middle of the body, rudely', (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a":', () => socket.resetAndDestroy())],
    ['in the middle of a chunk', (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":')],
    ['with something that is no HTTP', (socket) => socket.end('220 smtp.example ESMTP\r\n')],
    ['with gzip that is none', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd')],
  ])('%s is an outcome, never half an answer', async (_when, talk) => {
    const origin = await speaking(talk)
    expect(await doorTo(origin).http({ url: origin, schema, deadline: 5_000 })).toMatchObject({ ok: false, reason: 'unreachable' })
  })

  test('is not taken up again behind our back: one call is one request', async () => {
    let requests = 0
    const origin = await speaking((socket) => {
      requests++
      socket.resetAndDestroy()
    })
    await doorTo(origin).http({ url: origin, schema, deadline: 5_000 })
    await doorTo(origin).http({ url: origin, method: 'POST', body: 'x', schema, deadline: 5_000 })
    expect(requests).toBe(2)
  })
})

describe('the fetch for libraries', () => {
  test('is the same door: it sends what it is given and gives the status, the body and its type', async () => {
    const { origin, seen } = await aServer(saying(401, { error: 'invalid_client' }, { 'x-more': 'dropped' }))
    const response = await doorTo(origin).fetch(`${origin}/token`, { method: 'POST', body: new URLSearchParams({ a: '1' }), headers: new Headers({ accept: 'application/json', authorization: 'Basic x' }) })
    expect([response.status, response.headers.get('content-type'), await response.json()]).toEqual([401, 'application/json', { error: 'invalid_client' }])
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/token', body: 'a=1', headers: { authorization: 'Basic x', 'content-type': expect.stringContaining('application/x-www-form-urlencoded') as string } })
  })

  test('takes a Request and a URL as well', async () => {
    const { origin, seen } = await aServer(saying(200, {}))
    const { fetch } = doorTo(origin)
    await fetch(new Request(`${origin}/a`, { method: 'POST', body: new URLSearchParams({ b: '2' }), headers: { accept: 'application/json' } }))
    await fetch(new URL(`${origin}/c`))
    expect(seen.map(({ method, url, body }) => [method, url, body])).toEqual([['POST', '/a', 'b=2'], ['GET', '/c', '']])
    expect(seen[0]?.headers['content-type']).toContain('application/x-www-form-urlencoded')
  })

  test('fails as fetch does, without the address, on a redirect, a large body and a broken line', async () => {
    const redirect = await aServer(saying(302, '', { location: '/canary' }))
    const large = await aServer(saying(200, 'a'.repeat(300 * 1024)))
    const origin = await speaking((socket) => socket.resetAndDestroy())
    const { fetch } = doorTo(redirect.origin, large.origin, origin)
    await expect(fetch(`${redirect.origin}/canary`)).rejects.toThrow(new TypeError('fetch failed: redirected'))
    await expect(fetch(`${large.origin}/canary`)).rejects.toThrow(new TypeError('fetch failed: too-large'))
    await expect(fetch(`${origin}/canary`)).rejects.toThrow(new TypeError('fetch failed: unreachable'))
  })

  test('ends when its caller gives up', async () => {
    const { origin } = await aServer(() => undefined)
    await expect(doorTo(origin).fetch(origin, { signal: AbortSignal.timeout(100) })).rejects.toThrow('fetch failed: timed-out')
  })

  test('sends no streams and no files', async () => {
    const { origin, seen } = await aServer(saying(200, {}))
    await expect(doorTo(origin).fetch(origin, { method: 'POST', body: new Blob(['x']) })).rejects.toThrow('only text and forms are sent')
    expect(seen).toEqual([])
  })

  test('an answer without a body is one', async () => {
    const { origin } = await aServer((_request, response) => response.writeHead(204).end())
    expect((await doorTo(origin).fetch(origin)).status).toBe(204)
  })
})
