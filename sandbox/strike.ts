import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { gzipSync } from 'node:zlib'
import { send, text, type Answer } from './http.ts'
import type { Fault } from './faults.ts'
import type { Party, Visit } from './visit.ts'

/** Timers that must not outlive the sandbox, nor the connection they wait for. */
export type Waiting = { sleep(seconds: number, res: ServerResponse): Promise<void>; stop(): void }

export function createWaiting(): Waiting {
  const stops = new Set<() => void>()
  return {
    sleep: (seconds, res) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer)
          stops.delete(done)
          res.off('close', done)
          resolve()
        }
        const timer = setTimeout(done, Math.max(0, seconds) * 1000)
        stops.add(done)
        res.on('close', done)
      }),
    stop() {
      for (const stop of stops) stop()
    },
  }
}

const reset = (visit: Visit): void => {
  visit.req.socket.resetAndDestroy()
}

/** Faults that come before the party has done anything. True when the request has been dealt with. */
export async function strikeBefore(visit: Visit, party: Party, waiting: Waiting): Promise<boolean> {
  const { fault, res } = visit
  switch (fault?.fault) {
    case undefined: return false
    case 'down': reset(visit); return true
    case 'black-hole': return true
    case 'slow': await waiting.sleep(fault.seconds ?? 5, res); return res.destroyed
    case '400': case '401': case '403': case '404': case '500': case '502': case '503': case '504':
      send(res, party.failure(Number(fault.fault))); return true
    case '429': send(res, busy(party.failure(429), fault, visit.now)); return true
    case 'html': send(res, text(200, '<!doctype html><title>Under vedlikehold</title><h1>Under vedlikehold</h1>', { 'content-type': 'text/html; charset=utf-8' })); return true
    case 'redirect': send(res, { status: 302, headers: { location: '/et-annet-sted' } }); return true
    case 'huge': await sendHuge(res); return true
    case 'gzip-bomb': send(res, { status: 200, headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, body: gzipBomb() }); return true
    default: return false
  }
}

function busy(answer: Answer, fault: Fault, now: number): Answer {
  const seconds = fault.seconds ?? 30
  const written = {
    seconds: String(seconds),
    date: new Date(now + seconds * 1000).toUTCString(),
    garbage: 'snart',
    none: undefined,
  }[fault.retryAfter ?? (fault.seconds === undefined ? 'none' : 'seconds')]
  return written === undefined ? answer : { ...answer, headers: { ...answer.headers, 'retry-after': written } }
}

/** Faults that change an answer that was made as usual. Must be set up before the party answers. */
export function strikeAfter(visit: Visit, waiting: Waiting): void {
  const { fault, res } = visit
  switch (fault?.fault) {
    case 'lost-answer': return hold(res, () => { reset(visit) })
    case 'cut-off':
      return hold(res, (body, release) => {
        res.setHeader('content-length', body.length + 1)
        release(body.subarray(0, Math.ceil(body.length / 2)), () => { visit.req.socket.destroy() })
      })
    case 'truncated': return hold(res, (body, release) => { sized(res, body.subarray(0, Math.ceil(body.length / 2)), release) })
    case 'wrong-types': return hold(res, (body, release) => { sized(res, Buffer.from(withWrongTypes(body.toString('utf8'))), release) })
    case 'trickle': return hold(res, (body) => { void trickle(res, body, fault.seconds ?? 10, waiting) })
    default:
  }
}

type Release = (body: Buffer, afterwards?: () => void) => void

function sized(res: ServerResponse, body: Buffer, release: Release): void {
  res.setHeader('content-length', body.length)
  release(body)
}

/** Keeps back what is written, and hands the whole over when the party thinks it is done. */
function hold(res: ServerResponse, then: (body: Buffer, release: Release) => void): void {
  const chunks: Buffer[] = []
  const end = res.end.bind(res)
  const keep = (chunk: unknown): void => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk as string))
  }
  res.write = ((chunk: unknown) => (keep(chunk), true)) as typeof res.write
  res.end = ((chunk: unknown) => {
    keep(chunk)
    delete (res as Partial<ServerResponse>).end
    delete (res as Partial<ServerResponse>).write
    then(Buffer.concat(chunks), (body, afterwards) => {
      if (afterwards) res.write(body, afterwards)
      else end(body)
    })
    return res
  }) as typeof res.end
}

async function trickle(res: ServerResponse, body: Buffer, seconds: number, waiting: Waiting): Promise<void> {
  res.removeHeader('content-length')
  const pieces = 10
  for (let piece = 0; piece < pieces && !res.destroyed; piece++) {
    res.write(body.subarray(Math.floor((body.length * piece) / pieces), Math.floor((body.length * (piece + 1)) / pieces)))
    await waiting.sleep(seconds / pieces, res)
  }
  res.end()
}

/** 50 MB of JSON, written as fast as it is taken. */
export async function sendHuge(res: ServerResponse): Promise<void> {
  res.writeHead(200, { 'content-type': 'application/json' })
  const mega = Buffer.alloc(1024 * 1024, 'a')
  const pieces = [Buffer.from('{"padding":"'), ...Array<Buffer>(50).fill(mega), Buffer.from('"}')]
  // Whoever has had enough hangs up, which is as it should be.
  await pipeline(Readable.from(pieces), res).catch(() => undefined)
}

let bomb: Buffer | undefined
/** Small on the wire, 128 MB when unpacked: a gzip member over and over (RFC 1952 allows several). */
function gzipBomb(): Buffer {
  bomb ??= Buffer.concat(Array<Buffer>(16).fill(gzipSync(Buffer.alloc(8 * 1024 * 1024, ' '))))
  return bomb
}

/** The same JSON with every value of another type than promised. */
export function withWrongTypes(body: string): string {
  const turn = (value: unknown): unknown => {
    if (Array.isArray(value)) return { first: value.length }
    if (typeof value === 'string') return value.length
    if (typeof value === 'number') return [String(value)]
    if (typeof value === 'boolean') return String(value)
    return value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, turn(inner)])) : value
  }
  try {
    return JSON.stringify(turn(JSON.parse(body)))
  } catch {
    return '[]'
  }
}
