import { Agent, fetch as undiciFetch } from 'undici'
import type { z } from 'zod'
import { clockAheadOf, readAnswer, type HttpAnswer, type HttpRefusal, type RawAnswer } from './http-answer'
import { CONNECT } from './policies'
import { fail } from './result'

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
  /** How the body's text becomes a value; strict JSON unless told. Must throw on nonsense. */
  readonly parse?: (text: string) => unknown
}

/** Sends one request and reads one answer that fits the schema. Never throws, never follows a redirect, never retries. */
export type Http = <T>(call: HttpCall<T>) => Promise<HttpAnswer<T> | HttpRefusal>

/** Is told of each request that is sent, and then how it went: the answer's status, or why there was none; and the seconds that our clock is ahead of the server's. */
export type Watch = (target: URL) => (outcome: string, clockAhead: number | null) => void

const MOST_BYTES = 256 * 1024

type Settings = {
  /** The only origins this process may talk to: nothing a page, a token or an upstream says can widen it. */
  readonly origins: readonly string[]
  readonly now: () => Date
  readonly watch?: Watch
}

type Init = { method?: string | undefined; headers?: HeadersInit | Readonly<Record<string, string>> | undefined; body?: URLSearchParams | string | null | undefined }

/** Opens the one door to the network, to the given origins and no others. */
export function createHttp({ origins, now, watch }: Settings): { http: Http; fetch: typeof globalThis.fetch } {
  const allowed = new Set(origins.map((url) => new URL(url).origin))
  const dispatcher = new Agent({ connect: { timeout: CONNECT }, headersTimeout: 15_000, bodyTimeout: 15_000 })

  async function send(url: string, init: Init, deadline: number, signal?: AbortSignal | null): Promise<RawAnswer | HttpRefusal> {
    const target = URL.parse(url)
    if (!target || !/^https?:$/.test(target.protocol) || !allowed.has(target.origin)) return { ...fail('unreachable', 'the address is not among the configured origins'), unsent: true }
    if (signal?.aborted) return { ...fail('timed-out'), unsent: true }
    const limit = AbortSignal.timeout(deadline)
    const over = watch?.(target)
    const answer = await exchange(target, init, limit, signal)
    if ('ok' in answer) over?.(answer.reason, null)
    else over?.(String(answer.status), clockAheadOf(answer))
    return answer
  }

  async function exchange(target: URL, init: Init, limit: AbortSignal, signal?: AbortSignal | null): Promise<RawAnswer | HttpRefusal> {
    try {
      const asked = now()
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
      return text === null ? fail('too-large', `over ${MOST_BYTES} bytes`) : { status: response.status, headers: response.headers as unknown as Headers, text, asked, answered: now() }
    } catch (error) {
      const expired = limit.aborted || signal?.aborted === true
      const cause = causeOf(error)
      return { ...fail(expired ? 'timed-out' : 'unreachable', expired ? undefined : cause), ...(!expired && notConnected.test(cause ?? '') && { unsent: true }) }
    }
  }

  const http: Http = async ({ url, method, headers, body, schema, deadline, signal, parse }) => {
    const raw = await send(url, { method, headers, body }, deadline, signal)
    return 'ok' in raw ? raw : readAnswer(raw, { schema, parse })
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

/** Reads a body as UTF-8, with a mark if it has one, counting after decompression; null when it passes the cap. */
async function readCapped(body: AsyncIterable<Uint8Array> | null): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > MOST_BYTES) return null
    chunks.push(chunk)
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(chunks))
}

/** The connection was never made, or not made safe: nothing of the request is sent before that. */
const notConnected = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|CERT_HAS_EXPIRED|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?)|ERR_TLS_CERT_ALTNAME_INVALID)$/

/** The system's word for it (ECONNREFUSED …): the message would hold the address. */
function causeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
}
