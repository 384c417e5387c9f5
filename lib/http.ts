import { Agent, fetch as undiciFetch } from 'undici'
import type { z } from 'zod'
import { CONNECT } from './policies'
import { fail, type Failure } from './result'

/** What became of a call, in our words. HTTP's own numbers end here. */
export type HttpFailure =
  /** Not sent: this upstream has failed so often that we leave it in peace for some seconds. */
  | 'held-back'
  | 'unreachable' | 'timed-out' | 'too-large' | 'redirected' | 'unexpected-body'
  | 'bad-request' | 'unauthorized' | 'forbidden' | 'not-found' | 'busy' | 'server-error'

export type HttpCall<T> = {
  readonly url: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: URLSearchParams | string
  readonly schema: z.ZodType<T>
  /** Milliseconds for everything: connecting, headers and the whole body. */
  readonly deadline: number
  /** Ends the call earlier, when the page it serves has no time left. */
  readonly signal?: AbortSignal | undefined
  /** How the body's text becomes a value; JSON.parse unless told. Must throw on nonsense. */
  readonly parse?: (text: string) => unknown
}

export type HttpAnswer<T> = { readonly ok: true; readonly value: T; readonly created: boolean; readonly serverDate: Date | null }
export type HttpRefusal = Failure<HttpFailure> & {
  /** The refusal's JSON body, unread: adapters look up codes in it, nobody prints it. */
  readonly problem?: unknown
  /** Seconds from Retry-After (RFC 9110 §10.2.3); null when absent or nonsense. */
  readonly retryAfter?: number | null
  readonly serverDate?: Date | null
}

/** Sends one request and reads one answer that fits the schema. Never throws, never follows a redirect, never retries. */
export type Http = <T>(call: HttpCall<T>) => Promise<HttpAnswer<T> | HttpRefusal>

const MOST_BYTES = 256 * 1024
const reasonByStatus: Record<number, HttpFailure> = { 400: 'bad-request', 401: 'unauthorized', 403: 'forbidden', 404: 'not-found', 429: 'busy' }

type Raw = { status: number; headers: Headers; text: string }
type Settings = {
  /** The only origins this process may talk to: nothing a page, a token or an upstream says can widen it. */
  readonly origins: readonly string[]
  readonly now: () => Date
}

/** Opens the one door to the network, to the given origins and no others. */
export function createHttp({ origins, now }: Settings): { http: Http; fetch: typeof globalThis.fetch } {
  const allowed = new Set(origins.map((url) => new URL(url).origin))
  const dispatcher = new Agent({ connect: { timeout: CONNECT }, headersTimeout: 15_000, bodyTimeout: 15_000 })

  async function send(url: string, init: { method?: string | undefined; headers?: HeadersInit | Readonly<Record<string, string>> | undefined; body?: URLSearchParams | string | null | undefined }, deadline: number, signal?: AbortSignal | null): Promise<Raw | Failure<HttpFailure>> {
    const target = URL.parse(url)
    if (!target || !/^https?:$/.test(target.protocol) || !allowed.has(target.origin)) return fail('unreachable', 'the address is not among the configured origins')
    const limit = AbortSignal.timeout(deadline)
    try {
      const response = await undiciFetch(target, {
        method: init.method ?? 'GET',
        headers: init.headers as Record<string, string>,
        body: init.body ?? null,
        redirect: 'manual',
        signal: signal ? AbortSignal.any([limit, signal]) : limit,
        dispatcher,
      })
      if (response.status >= 300 && response.status < 400) {
        await response.body?.cancel()
        return fail('redirected', `answered ${response.status}`)
      }
      const text = await readCapped(response.body)
      return text === null ? fail('too-large', `over ${MOST_BYTES} bytes`) : { status: response.status, headers: response.headers as unknown as Headers, text }
    } catch (error) {
      const expired = limit.aborted || signal?.aborted === true
      return fail(expired ? 'timed-out' : 'unreachable', expired ? undefined : causeOf(error))
    }
  }

  const http: Http = async ({ url, method, headers, body, schema, deadline, signal, parse = JSON.parse }) => {
    const raw = await send(url, { method, headers, body }, deadline, signal)
    if ('ok' in raw) return raw
    const serverDate = dateOf(raw.headers)
    if (raw.status >= 300 || raw.status < 200) {
      const reason = reasonByStatus[raw.status] ?? (raw.status >= 500 ? 'server-error' : 'bad-request')
      return { ...fail(reason, `answered ${raw.status}`), problem: tryParse(JSON.parse, raw.text), retryAfter: retryAfterOf(raw.headers, now()), serverDate }
    }
    const parsed = schema.safeParse(tryParse(parse, raw.text))
    if (!parsed.success) return { ...fail('unexpected-body', `at ${parsed.error.issues[0]?.path.join('.') || 'the top'}`), serverDate }
    return { ok: true, value: parsed.data, created: raw.status === 201, serverDate }
  }

  /** For libraries that bring their own protocol and want a fetch: the same door, with 4 seconds. Throws as fetch does. */
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = input instanceof Request ? input : null
    const body = init?.body ?? (request ? await request.text() : null)
    if (body !== null && typeof body !== 'string' && !(body instanceof URLSearchParams)) throw new TypeError('only text and forms are sent')
    const headers = new Headers(init?.headers ?? request?.headers)
    const raw = await send(request?.url ?? (input as string | URL).toString(), { method: init?.method ?? request?.method, headers: Object.fromEntries(headers), body: body === '' ? null : body }, 4_000, init?.signal)
    if ('ok' in raw) throw new TypeError(`fetch failed: ${raw.reason}`)
    return new Response([204, 205, 304].includes(raw.status) ? null : raw.text, { status: raw.status, headers: { 'content-type': raw.headers.get('content-type') ?? '' } })
  }

  return { http, fetch }
}

/** Reads a body as UTF-8, counting after decompression; null when it passes the cap. */
async function readCapped(body: AsyncIterable<Uint8Array> | null): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > MOST_BYTES) return null
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}

function tryParse(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}

const httpDate = /^(\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT|\w{6,9}, \d\d-\w{3}-\d\d [\d:]{8} GMT|\w{3} \w{3} [ \d]\d [\d:]{8} \d{4})$/

/** The three forms of RFC 9110 §5.6.7, all in GMT. Date.parse alone makes a date of almost anything ("try 5"). */
function instantOf(text: string): Date | null {
  const time = httpDate.test(text) ? Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) : Number.NaN
  return Number.isNaN(time) ? null : new Date(time)
}

const dateOf = (headers: Headers): Date | null => instantOf(headers.get('date') ?? '')

/** Whole seconds, at least 0; an HTTP date counts from `now`. */
function retryAfterOf(headers: Headers, now: Date): number | null {
  const value = headers.get('retry-after')?.trim() ?? ''
  if (/^\d+$/.test(value)) return Number(value)
  const instant = instantOf(value)
  return instant && Math.max(0, Math.ceil((instant.getTime() - now.getTime()) / 1000))
}

/** The system's word for it (ECONNREFUSED …): the message would hold the address. */
function causeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
}
