import { createLocalJWKSet, errors, flattenedVerify, FlattenedSign, importJWK, type JSONWebKeySet, type JWK } from 'jose'

/** What a receipt says, as JSON of texts, lists and objects; the signature covers all of it. */
export type Json = string | readonly Json[] | { readonly [name: string]: Json }
export type ReceiptJson = { readonly [name: string]: Json }

/** The signature's place in the document: a JWS with its payload left out (RFC 7515, appendix F). */
const JWS = 'sec:jws'
/** Of the JWS itself, so that no other thing signed with an Ed25519 key can be taken for a receipt. */
const TYPE = 'saldosyn-receipt'

/**
 * The one way to write a document down, so that the same content always has the same bytes (RFC 8785: members sorted by
 * UTF-16 code units, no white space). Numbers are not part of a receipt, and with them goes the hard half of that standard.
 */
export function canonical(json: Json): string {
  if (typeof json === 'string') return JSON.stringify(json)
  if (isList(json)) return `[${json.map(canonical).join(',')}]`
  const members = Object.entries(json).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${canonical(value)}`).join(',')}}`
}
const isList = (json: Json): json is readonly Json[] => Array.isArray(json)

/** The document with its signature in it. */
export async function signReceipt(document: ReceiptJson, { kid, jwk }: { readonly kid: string; readonly jwk: JWK }): Promise<ReceiptJson> {
  const key = await importJWK(jwk, 'EdDSA')
  const { protected: header = '', signature } = await new FlattenedSign(bytes(document)).setProtectedHeader({ alg: 'EdDSA', kid, typ: TYPE }).sign(key)
  return { ...document, [JWS]: `${header}..${signature}` }
}

/** Why a file is not a receipt of ours as it was made. */
export type NotGenuine = 'not-json' | 'not-signed' | 'unknown-key' | 'changed'
export type Verified = { readonly ok: true; readonly document: ReceiptJson; readonly kid: string } | { readonly ok: false; readonly why: NotGenuine; readonly kid: string | null }

/** Checks a file against the public keys, and asks nobody. */
export async function verifyReceipt(file: string, keys: JSONWebKeySet): Promise<Verified> {
  const read = documentIn(file)
  if (!read) return { ok: false, why: 'not-json', kid: null }
  const { [JWS]: jws, ...document } = read
  const [, header, signature] = (typeof jws === 'string' && /^([\w-]+)\.\.([\w-]+)$/.exec(jws)) || []
  if (!header || !signature) return { ok: false, why: 'not-signed', kid: null }
  const kid = kidOf(header)
  try {
    const { protectedHeader } = await flattenedVerify({ protected: header, payload: Buffer.from(bytes(document)).toString('base64url'), signature }, createLocalJWKSet(keys), { algorithms: ['EdDSA'] })
    return protectedHeader?.typ === TYPE && kid !== null ? { ok: true, document, kid } : { ok: false, why: 'not-signed', kid }
  } catch (error) {
    return { ok: false, why: error instanceof errors.JWKSNoMatchingKey ? 'unknown-key' : 'changed', kid }
  }
}

const bytes = (document: ReceiptJson) => new TextEncoder().encode(canonical(document))

function documentIn(file: string): ReceiptJson | null {
  try {
    const read: unknown = JSON.parse(file)
    return isJson(read) && typeof read === 'object' && !isList(read) ? read : null
  } catch {
    return null
  }
}

const isJson = (value: unknown): value is Json =>
  typeof value === 'string' || (Array.isArray(value) ? value.every(isJson) : typeof value === 'object' && value !== null && Object.values(value).every(isJson))

function kidOf(header: string): string | null {
  try {
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { kid?: unknown }
    return typeof kid === 'string' ? kid : null
  } catch {
    return null
  }
}
