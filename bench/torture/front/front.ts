import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { freePort } from '../../../cli/run.mjs'
import type { Party } from '../scene/street.ts'
import { isSpoiling, spoilings, type Spoiling } from './bodies.ts'
import { stepOf } from './steps.ts'

/** What can go wrong between us and a party, beside what the sandbox does wrong itself. */
export type FrontFault =
  | Spoiling
  /** Nobody listens on the port. */
  | 'refused'
  /** One byte of the answer a second. */
  | 'one byte a second'
  /** The whole answer, and then the connection is reset. */
  | 'reset after the answer'
  /** The connection ends as the request is written. */
  | 'closed as we write'
  | 'no HTTP at all'
  | 'headers without end'
  | 'redirect elsewhere'
  /** 429 with this Retry-After, which the sandbox cannot say. */
  | 'busy for a billion seconds'

/** `times`: strikes so many requests, then all is well; left out, until it is mended. */
export type Strike = { readonly party: Party; readonly step: string; readonly fault: FrontFault; readonly times?: number }

/**
 * Stands between an instance and the street, under the street's own name, and breaks what it is told to. Altinn and Lånekassen
 * have doors of their own, so that nobody can listen at one and somebody at the others.
 */
export type Front = {
  readonly altinnUrl: string
  readonly lanekassenUrl: string
  strike(strike: Strike): Promise<void>
  /** How many requests the strikes have hit since the last mending. */
  readonly hits: () => number
  mend(): Promise<void>
  close(): Promise<void>
}

type Door = { readonly port: number; readonly sockets: Set<Socket>; server: Server }
const MOST_BODY = 1_000_000

/** `street` is its name (http://127.0.0.1:4000); it listens on the same port of `host`. */
export async function openFront({ street, host }: { street: string; host: string }): Promise<Front> {
  const { port: streetPort, host: streetName } = new URL(street)
  const agent = new Agent({ keepAlive: true, maxSockets: 100 })
  let strikes: Strike[] = []
  let hits = 0

  /** The strike for this request, counted; `refused` works on the door instead. */
  function take(party: Party, step: string): FrontFault | null {
    const found = strikes.find((one) => one.party === party && one.step === step && one.fault !== 'refused')
    if (!found) return null
    hits++
    if (found.times !== undefined) strikes = strikes.flatMap((one) => (one !== found ? [one] : one.times === 1 ? [] : [{ ...one, times: (one.times ?? 1) - 1 }]))
    return found.fault
  }

  function pass(incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer, fault: FrontFault | null): void {
    const headers = { ...incoming.headers, host: streetName }
    const passed = request({ host, port: streetPort, method: incoming.method, path: incoming.url, headers, agent }, (answer) => {
      answer.on('aborted', () => incoming.socket.resetAndDestroy())
      if (fault === null) {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
        return
      }
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => void spoil(incoming, outgoing, answer, Buffer.concat(chunks), fault))
    })
    passed.on('error', () => incoming.socket.resetAndDestroy())
    outgoing.on('close', () => passed.destroy())
    passed.end(body)
  }

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > MOST_BODY) return void incoming.socket.destroy()
      chunks.push(chunk)
    }
    const body = Buffer.concat(chunks)
    const about = stepOf(incoming.method ?? '', incoming.url ?? '', body.toString('utf8'))
    const fault = about && take(about.party, about.step)
    const atOnce = fault && beforehand[fault]
    if (atOnce) atOnce(incoming, outgoing)
    else pass(incoming, outgoing, body, fault)
  }

  async function openDoor(port: number): Promise<Door> {
    const door: Door = { port, sockets: new Set(), server: createServer() }
    await listen(door)
    return door
  }
  async function listen(door: Door): Promise<void> {
    door.server = createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
      serve(incoming, outgoing).catch(() => incoming.socket.destroy())
    })
    door.server.on('connection', (socket) => {
      door.sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => door.sockets.delete(socket))
    })
    await new Promise<void>((resolve, reject) => door.server.once('error', reject).listen(door.port, '127.0.0.1', resolve))
  }
  async function shut(door: Door): Promise<void> {
    if (!door.server.listening) return
    const closed = new Promise<void>((resolve) => door.server.close(() => resolve()))
    for (const socket of door.sockets) socket.destroy()
    await closed
  }

  const [main, altinn, lanekassen] = await Promise.all([openDoor(Number(streetPort)), freePort().then(openDoor), freePort().then(openDoor)])
  const doorOf: Record<Party, Door> = { idporten: main, maskinporten: main, altinn, altinn2: main, lanekassen }
  return {
    altinnUrl: `http://127.0.0.1:${altinn.port}/altinn`,
    lanekassenUrl: `http://127.0.0.1:${lanekassen.port}/lanekassen/saldo/v1/Accounts`,
    hits: () => hits,
    async strike(strike) {
      strikes.push(strike)
      if (strike.fault === 'refused') await shut(doorOf[strike.party])
    },
    async mend() {
      strikes = []
      hits = 0
      for (const door of [main, altinn, lanekassen]) if (!door.server.listening) await listen(door)
    },
    async close() {
      agent.destroy()
      await Promise.all([main, altinn, lanekassen].map(shut))
    },
  }
}

/** Faults that need no answer of the party's. */
const beforehand: Partial<Record<FrontFault, (incoming: IncomingMessage, outgoing: ServerResponse) => unknown>> = {
  'closed as we write': ({ socket }) => socket.destroy(),
  'no HTTP at all': ({ socket }) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'),
  'headers without end': ({ socket }) => socket.end(`HTTP/1.1 200 OK\r\n${'X-Mer: og mer og mer og mer\r\n'.repeat(20_000)}`),
  'redirect elsewhere': (_incoming, outgoing) => outgoing.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data' }).end(),
  'busy for a billion seconds': (_incoming, outgoing) => outgoing.writeHead(429, { 'retry-after': '1000000000' }).end(),
}

async function spoil({ socket }: IncomingMessage, outgoing: ServerResponse, { statusCode = 502, headers }: IncomingMessage, body: Buffer, fault: FrontFault): Promise<void> {
  const { 'transfer-encoding': _chunked, ...given } = headers
  if (isSpoiling(fault)) {
    const spoiled = spoilings[fault](body)
    outgoing.writeHead(statusCode, { ...given, 'content-length': spoiled.length }).end(spoiled)
  } else if (fault === 'reset after the answer') {
    outgoing.writeHead(statusCode, { ...given, 'content-length': body.length })
    outgoing.end(body, () => setTimeout(() => socket.resetAndDestroy(), 20))
  } else {
    outgoing.writeHead(statusCode, { ...given, 'content-length': body.length })
    for (const byte of body) {
      if (socket.destroyed) return
      outgoing.write(Buffer.from([byte]))
      await new Promise((resolve) => setTimeout(resolve, 1_000).unref())
    }
    outgoing.end()
  }
}
