import { hkdf, randomInt, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'
import { Secret } from '@/lib/secret'

/** Signs that nobody mistakes for another: of 0 O, 1 I L, 2 Z, 5 S, 6 G, 8 B and U V one at most, and no vowels that make words. */
const alphabet = '23456789CDFHJKMNPQRTVWXY'
const LENGTH = 8
const HANDLE = 2
const shape = new RegExp(`^[${alphabet}]{${LENGTH}}$`)

/**
 * Eight random signs that a customer reads out to an adviser. The first two only tell which share is meant, so that wrong
 * tries can be counted against it; the whole opens it.
 */
export const newOneTimeCode = (): Secret => new Secret(Array.from({ length: LENGTH }, () => alphabet[randomInt(alphabet.length)]).join(''))

/** How many shares may wait for their code at once: beyond it, one that nobody waits by would be long to find. */
const MOST_WAITING = 400

/** A code that means no share of those that wait already; null when too many do. */
export function newCodeBeside(handlesTaken: ReadonlySet<string>): Secret | null {
  if (handlesTaken.size > MOST_WAITING) return null
  for (;;) {
    const code = newOneTimeCode()
    if (!handlesTaken.has(handleOf(code))) return code
  }
}

/** What somebody typed, as a code: in any case, with spaces and dashes; null when it cannot be one. */
export function parseOneTimeCode(typed: string): Secret | null {
  if (typed.length > 40) return null
  const signs = typed.replace(/[\s\p{Pd}]/gu, '').toUpperCase()
  return shape.test(signs) ? new Secret(signs) : null
}

/** For a screen, in two halves: `K7QM 9XTR`. */
export const spelled = (code: Secret): string => code.reveal().replace(/^(.{4})/, '$1 ')

/** Which share a code means, among the few that wait for one. Stored as it is, and opens nothing. */
export const handleOf = (code: Secret): string => code.reveal().slice(0, HANDLE)

/** What a code gives: the key that opens the seal, and the verifier that the database holds. Neither tells the other. */
export type OpenedCode = { readonly key: Uint8Array; readonly verifier: Uint8Array<ArrayBuffer> }

/** scrypt (RFC 7914) with 128 MiB: about half a second a try, on a thread of its own. Each guess at a stolen database costs that. */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 } satisfies ScryptOptions
const stretch = promisify<Secret, Uint8Array, Buffer>((code, salt, done) => { scrypt(code.reveal(), salt, 32, cost, done) })
const derive = promisify(hkdf)

/** Takes about half a second. `salt` is the share's own, and `serverKey` is not in the database. */
export async function openCode(code: Secret, salt: Uint8Array, serverKey: Uint8Array): Promise<OpenedCode> {
  const slow = await stretch(code, salt)
  const [key, verifier] = await Promise.all(['key', 'verifier'].map((purpose) => derive('sha256', slow, serverKey, `saldosyn/share-${purpose}/v1`, 32)))
  if (!key || !verifier) throw new Error('no key came of a code')
  return { key: new Uint8Array(key), verifier: new Uint8Array(verifier) }
}

/** Compares in constant time. */
export const isTheCode = (opened: OpenedCode, verifier: Uint8Array): boolean => opened.verifier.length === verifier.length && timingSafeEqual(opened.verifier, verifier)
