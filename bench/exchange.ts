import { Agent, request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'

export type Call = {
  /** `http://localhost:3000/balance`: connected to on 127.0.0.1, whatever its name. */
  readonly url: URL
  readonly method?: 'GET' | 'POST'
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
}
export type Reply = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer }

/** Kept connections of one slice of the bench. */
export type Caller = { call(call: Call): Promise<Reply>; close(): void }

/** Milliseconds after which a request counts as failed, so that no run waits for ever. */
const PATIENCE = 10_000

/**
 * The plainest client there is: no redirects, no cookies of its own, no decompression (and none asked for). Both sides
 * of a comparison go through it. It talks to this machine only.
 */
export function createCaller(): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: 512, scheduling: 'fifo' })
  return {
    call: ({ url, method = 'GET', headers, body }) =>
      new Promise((resolve, reject) => {
        const options = { agent, host: '127.0.0.1', port: url.port, path: url.pathname + url.search, method, timeout: PATIENCE }
        const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
        const sent = request({ ...options, headers: { host: url.host, 'user-agent': 'saldosyn-bench', ...headers, ...length } }, (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () => { resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }) })
          response.on('error', reject)
        })
        sent.on('timeout', () => sent.destroy(Object.assign(new Error('no answer in time'), { code: 'TIMED_OUT' })))
        sent.on('error', reject)
        sent.end(body)
      }),
    close: () => { agent.destroy() },
  }
}
