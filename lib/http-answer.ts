import type { z } from 'zod'
import { fail, type Failure } from './result'
import { parseStrictly } from './strict-json'

/** What became of a call, in our words. HTTP's own numbers end here. */
export type HttpFailure =
  /** Not sent: this upstream has failed so often that we leave it in peace for some seconds. */
  | 'held-back'
  | 'unreachable' | 'timed-out' | 'too-large' | 'redirected' | 'unexpected-body'
  | 'bad-request' | 'unauthorized' | 'forbidden' | 'not-found' | 'busy' | 'server-error'

/** The upstream's own trouble, as opposed to its no: the next moment may be better. */
export const troubles: ReadonlySet<HttpFailure> = new Set(['unreachable', 'timed-out', 'server-error'])

export type HttpAnswer<T> = { readonly ok: true; readonly value: T; readonly created: boolean; readonly clockAhead: number | null }
export type HttpRefusal = Failure<HttpFailure> & {
  /** The refusal's JSON body, unread: adapters look up codes in it, nobody prints it. */
  readonly problem?: unknown
  /** Seconds from Retry-After (RFC 9110 §10.2.3); null when absent or nonsense. */
  readonly retryAfter?: number | null
  readonly clockAhead?: number | null
  /** True when it is certain that no byte of the request has left: asking again asks for the first time. */
  readonly unsent?: true
}

/** An answer as it came off the wire, within the cap; when it was asked for, and when it had come whole, by our clock. */
export type RawAnswer = { readonly status: number; readonly headers: Pick<Headers, 'get'>; readonly text: string; readonly asked: Date; readonly answered: Date }
type Reading<T> = {
  readonly schema: z.ZodType<T>
  /** How the body's text becomes a value; strict JSON unless told. Must throw on nonsense. */
  readonly parse?: ((text: string) => unknown) | undefined
}

const reasonByStatus: Record<number, HttpFailure> = { 400: 'bad-request', 401: 'unauthorized', 403: 'forbidden', 404: 'not-found', 429: 'busy' }

/** What an answer says, whatever it holds: never throws. */
export function readAnswer<T>(answer: RawAnswer, { schema, parse = parseStrictly }: Reading<T>): HttpAnswer<T> | HttpRefusal {
  const { status, headers, text, answered } = answer
  const clockAhead = clockAheadOf(answer)
  if (status >= 300 || status < 200) {
    const reason = reasonByStatus[status] ?? (status >= 500 ? 'server-error' : 'bad-request')
    return { ...fail(reason, `answered ${status}`), problem: tryParse(parseStrictly, text), retryAfter: retryAfterOf(headers, answered), clockAhead }
  }
  const parsed = schema.safeParse(tryParse(parse, text))
  if (!parsed.success) return { ...fail('unexpected-body', `at ${parsed.error.issues[0]?.path.join('.') || 'the top'}`), clockAhead }
  return { ok: true, value: parsed.data, created: status === 201, clockAhead }
}

/**
 * Seconds that our clock is ahead of the server's, at the least; below zero it is behind. 0: nothing shows that it is wrong. Null: the answer
 * does not say (RFC 9110 §6.6.1). The server wrote its time, without the fraction of a second, after we asked and before we had the answer.
 */
export function clockAheadOf({ headers, asked, answered }: Pick<RawAnswer, 'headers' | 'asked' | 'answered'>): number | null {
  const date = instantOf(headers.get('date') ?? '')?.getTime()
  if (date === undefined) return null
  const [ahead, behind] = [asked.getTime() - (date + 1000), date - answered.getTime()]
  return (Math.max(0, ahead) - Math.max(0, behind)) / 1000
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

/** Whole seconds, at least 0; an HTTP date counts from `now`. */
function retryAfterOf(headers: RawAnswer['headers'], now: Date): number | null {
  const value = headers.get('retry-after')?.trim() ?? ''
  if (/^\d+$/.test(value)) return Number(value)
  const instant = instantOf(value)
  return instant && Math.max(0, Math.ceil((instant.getTime() - now.getTime()) / 1000))
}
