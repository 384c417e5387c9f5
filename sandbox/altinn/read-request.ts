import { orgOf, pidOf, type ConsentRight, type NewConsent } from './consents.ts'

export type Read = { ok: true; request: NewConsent } | { ok: false; path: string; message: string }

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
export const isUuid = (value: unknown): value is string => typeof value === 'string' && uuid.test(value)

class Unreadable extends Error {
  readonly path: string
  constructor(path: string, message: string) {
    super(message)
    this.path = path
  }
}
const wrong = (path: string): never => {
  throw new Unreadable(path, `The JSON value could not be converted. Path: ${path}`)
}

/** Fields are found whatever their case, as .NET's web defaults do (`metaData` and `metadata` are both in Altinn's guides). */
function field(from: unknown, name: string): unknown {
  if (from === null || typeof from !== 'object' || Array.isArray(from)) return undefined
  const key = Object.keys(from).find((candidate) => candidate.toLowerCase() === name.toLowerCase())
  return key === undefined ? undefined : ((from as Record<string, unknown>)[key] ?? undefined)
}

function required(from: unknown, name: string): unknown {
  const value = field(from, name)
  if (value === undefined) throw new Unreadable('$', `JSON deserialization was missing required properties including: '${name}'.`)
  return value
}

const partyUrn = (value: unknown, path: string): string => {
  const urn = typeof value === 'string' ? value : wrong(path)
  return pidOf(urn) === undefined && orgOf(urn) === undefined ? wrong(path) : urn
}

/** RFC 3339 with a zone: a time without one means nothing. */
const instant = (value: unknown, path: string): Date => {
  const written = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?(Z|[+-]\d{2}:\d{2})$/.test(value) ? value : wrong(path)
  const time = new Date(written.replace(/(\.\d{3})\d+/, '$1'))
  return Number.isNaN(time.getTime()) ? wrong(path) : time
}

const list = (value: unknown, path: string): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : wrong(path))
const words = (value: unknown, path: string): string => (typeof value === 'string' ? value : wrong(path))

function textMap(value: unknown, path: string): Record<string, string> {
  if (value === undefined) return {}
  if (typeof value !== 'object' || Array.isArray(value)) return wrong(path)
  return Object.fromEntries(Object.entries(value as object).map(([key, text]) => [key, text === null ? '' : words(text, `${path}.${key}`)]))
}

function viewMode(value: unknown): 'Hide' | 'Show' {
  const mode = value === undefined ? 'hide' : words(value, '$.portalViewMode').toLowerCase()
  return mode === 'hide' ? 'Hide' : mode === 'show' ? 'Show' : wrong('$.portalViewMode')
}

const right = (value: unknown, index: number): ConsentRight => {
  const path = `$.consentRights[${index}]`
  if (value === null || typeof value !== 'object') return wrong(path)
  return {
    action: list(field(value, 'action'), `${path}.action`).map((action, at) => words(action, `${path}.action[${at}]`)),
    resource: list(field(value, 'resource'), `${path}.resource`).map((resource, at) => ({
      type: words(required(resource, 'type'), `${path}.resource[${at}].type`),
      value: words(required(resource, 'value'), `${path}.resource[${at}].value`),
    })),
    metadata: textMap(field(value, 'metadata'), `${path}.metadata`),
  }
}

/** Reads the body of a consent request. Unknown fields are ignored; `handledBy` is never read from the body. */
export function readRequest(body: string): Read {
  try {
    const parsed: unknown = JSON.parse(body)
    const id = required(parsed, 'id')
    const delegator = field(parsed, 'requiredDelegator')
    const mode = field(parsed, 'portalViewMode')
    const message = field(parsed, 'requestMessage')
    const request: NewConsent = {
      id: isUuid(id) ? id : wrong('$.id'),
      from: partyUrn(required(parsed, 'from'), '$.from'),
      to: partyUrn(required(parsed, 'to'), '$.to'),
      requiredDelegator: delegator === undefined ? null : partyUrn(delegator, '$.requiredDelegator'),
      handledBy: null,
      validTo: instant(required(parsed, 'validTo'), '$.validTo'),
      consentRights: list(required(parsed, 'consentRights'), '$.consentRights').map(right),
      requestMessage: message === undefined ? null : textMap(message, '$.requestMessage'),
      redirectUrl: words(required(parsed, 'redirectUrl'), '$.redirectUrl'),
      portalViewMode: viewMode(mode),
    }
    return { ok: true, request }
  } catch (cause) {
    if (cause instanceof Unreadable) return { ok: false, path: cause.path, message: cause.message }
    return { ok: false, path: '$', message: 'The body is not JSON' }
  }
}
