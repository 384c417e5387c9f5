import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto'
import { publicJwkOf, type PublicJwk } from '../ed25519-jwk.ts'
import type { Hash } from './merkle.ts'

/**
 * A signed statement of how the log of one bank stood: the tree's size and root at a time. As text it is a checkpoint by
 * C2SP tlog-checkpoint (c2sp.org/tlog-checkpoint), in a note by C2SP signed-note, signed with Ed25519:
 *
 *   saldosyn/audit/311111116                                   origin: whose log
 *   20852                                                      size of the tree
 *   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=               its root, by RFC 6962
 *   time 2026-11-21T06:00:00.000Z                              when this was signed
 *   complete 2026-11-21T06:00:00.000Z                          every event committed before this time is in the tree
 *   previous 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=      SHA-256 of the text of the checkpoint before; of nothing for the first
 *
 *   — saldosyn/audit/311111116 Az3grlgtzPICa5OS8npVmf1Myq/5…   key id (4 bytes) and signature (64 bytes)
 *
 * The text ends with the line break before the empty line; that is what is signed and hashed.
 */
export type Checkpoint = {
  readonly bank: string
  readonly size: number
  readonly root: Hash
  readonly at: Date
  readonly complete: Date
  readonly previous: Hash
  readonly keyId: Uint8Array
  readonly signature: Uint8Array
}
export type Statement = Omit<Checkpoint, 'keyId' | 'signature'>

/** What "previous" says in the first checkpoint of a log. */
export const noPrevious: Hash = hash('sha256', Buffer.alloc(0), 'buffer')

const ORIGIN = 'saldosyn/audit/'
export const originOf = (bank: string): string => `${ORIGIN}${bank}`
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** The text that is signed. */
export const textOf = ({ bank, size, root, at, complete, previous }: Statement): string =>
  `${originOf(bank)}\n${size}\n${base64(root)}\ntime ${at.toISOString()}\ncomplete ${complete.toISOString()}\nprevious ${base64(previous)}\n`

/** How the next checkpoint refers to this one. */
export const hashOf = (statement: Statement): Hash => hash('sha256', Buffer.from(textOf(statement)), 'buffer')

/** The whole note: the text, an empty line and the signature's line. */
export const noteOf = (checkpoint: Checkpoint): string =>
  `${textOf(checkpoint)}\n— ${originOf(checkpoint.bank)} ${base64(Buffer.concat([checkpoint.keyId, checkpoint.signature]))}\n`

const noteForm =
  /^saldosyn\/audit\/(\d{9})\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\ntime (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\ncomplete (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\nprevious ([A-Za-z0-9+/]{43}=)\n\n— saldosyn\/audit\/\1 ([A-Za-z0-9+/]{91}=)\n$/

/** Reads one note; null when it is not of our form, or not the one way of writing what it says. */
export function parseNote(note: string): Checkpoint | null {
  const [, bank, size, root, at, complete, previous, signed] = noteForm.exec(note) ?? []
  if (bank === undefined || root === undefined || at === undefined || complete === undefined || previous === undefined || signed === undefined) return null
  const both = Buffer.from(signed, 'base64')
  const checkpoint: Checkpoint = {
    bank, size: Number(size), root: Buffer.from(root, 'base64'), at: new Date(at), complete: new Date(complete), previous: Buffer.from(previous, 'base64'),
    keyId: both.subarray(0, 4), signature: both.subarray(4),
  }
  const dated = !Number.isNaN(checkpoint.at.getTime()) && !Number.isNaN(checkpoint.complete.getTime())
  return dated && noteOf(checkpoint) === note ? checkpoint : null
}

export type AuditKey = { sign(statement: Statement): Checkpoint; readonly publicJwk: PublicJwk }

/** What an Ed25519 key is called in a note under this name (C2SP signed-note, type 0x01). */
export const keyIdOf = (name: string, raw: Uint8Array): Uint8Array => hash('sha256', Buffer.concat([Buffer.from(`${name}\n\u0001`), raw]), 'buffer').subarray(0, 4)

/** Takes a private Ed25519 key as JWK (`x` and `d`). Throws when the two do not belong together. */
export function openAuditKey(jwk: { readonly x: string; readonly d: string }): AuditKey {
  const privateKey = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x: jwk.x, d: jwk.d }, format: 'jwk' })
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  if (x === undefined || x !== jwk.x) throw new Error('the two halves of the key do not belong together')
  return {
    publicJwk: publicJwkOf({ x }),
    sign: (statement) => ({ ...statement, keyId: keyIdOf(originOf(statement.bank), Buffer.from(x, 'base64url')), signature: sign(null, Buffer.from(textOf(statement)), privateKey) }),
  }
}

export type TrustedKey = { readonly raw: Uint8Array; readonly key: KeyObject }

/** Takes a public Ed25519 key. Throws when it is not one. */
export const trustKey = (x: string): TrustedKey => ({ raw: Buffer.from(x, 'base64url'), key: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }) })

/** Whether one of these keys has signed it: `unknown-key` when none has its id, `forged` when one has and did not sign this. */
export function judgeSignature(checkpoint: Checkpoint, keys: readonly TrustedKey[]): 'signed' | 'unknown-key' | 'forged' {
  const named = keys.filter(({ raw }) => Buffer.compare(keyIdOf(originOf(checkpoint.bank), raw), checkpoint.keyId) === 0)
  if (named.length === 0) return 'unknown-key'
  return named.some(({ key }) => verify(null, Buffer.from(textOf(checkpoint)), key, checkpoint.signature)) ? 'signed' : 'forged'
}
