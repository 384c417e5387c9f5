import pino from 'pino'
import { parseNote } from './audit/checkpoint.ts'

/** The fields a log line may have. Anything else is dropped, so a slip of the pen cannot leak. */
const allowedFields = [
  'bank', 'correlationId', 'requestId', 'upstream', 'step', 'reason', 'detail', 'code', 'status', 'ms', 'attempt', 'consentId', 'kid', 'bits', 'days', 'skewSeconds', 'count',
  'seconds', 'settings', 'errorName', 'where', 'version', 'environment', 'checkpoint',
] as const
export type LogFields = Partial<Record<(typeof allowedFields)[number], string | number | boolean | readonly string[]>>

export type Log = {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Eleven digits together, or a JWT, have no business in a log whatever field they came in. A UUID is only a reference. */
const scrub = (text: string): string =>
  uuid.test(text) ? text : text.replace(/(?<!\d)\d{6}\s?\d{5}(?!\d)/g, '[digits]').replace(/eyJ[\w-]+(\.[\w-]*)*/g, '[token]').slice(0, 500)

function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean)
  if (typeof value === 'number') return /^\d{11}$/.test(String(value)) ? '[digits]' : value
  return typeof value === 'string' ? scrub(value) : value
}

/** A signed checkpoint must stay as it is, or its signature is worth nothing. What is in it are hashes: only the exact form passes. */
const asItIs = (name: string, value: unknown): boolean => name === 'checkpoint' && typeof value === 'string' && parseNote(value) !== null

const pick = (fields: LogFields = {}): Record<string, unknown> =>
  Object.fromEntries(allowedFields.flatMap((name) => (fields[name] === undefined ? [] : [[name, asItIs(name, fields[name]) ? fields[name] : clean(fields[name])]])))

/** Structured lines (JSON) on standard output. The event is a fixed phrase; what varies goes in allow-listed fields, `always` in every line. */
export function createLog(destination?: pino.DestinationStream, always: LogFields = {}): Log {
  const options: pino.LoggerOptions = { base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (level) => ({ level }) } }
  const logger = destination ? pino(options, destination) : pino(options)
  return {
    info: (event, fields) => logger.info(pick({ ...always, ...fields }), event),
    warn: (event, fields) => logger.warn(pick({ ...always, ...fields }), event),
    error: (event, fields) => logger.error(pick({ ...always, ...fields }), event),
  }
}

/** What may be said of an unexpected error: its class and code. Messages of drivers and libraries hold values. */
export function safeError(error: unknown): LogFields {
  if (!(error instanceof Error)) return { errorName: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  // Below the message, which may look like a place; and no further than a place is long.
  const below = error.message === '' ? error.stack : error.stack?.split(error.message).at(-1)
  const frame = below?.split('\n').find((line) => line.trim().startsWith('at '))?.trim().slice(0, 500)
  const [file] = /[^\\/]+:\d+:\d+/.exec(frame ?? '') ?? []
  const [, name] = /^at (.+?) \(/.exec(frame ?? '') ?? []
  const where = file && name ? `${name} (${file})` : file
  return { errorName: error.name, ...(code && { code }), ...(where && { where }) }
}
