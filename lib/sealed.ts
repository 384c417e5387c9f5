import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

const IV = 12
const TAG = 16

/** AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D): nonce ‖ tag ‖ ciphertext, bound to `context`. */
export function encrypt(key: Uint8Array, plain: Uint8Array, context: string): Uint8Array<ArrayBuffer> {
  const iv = randomBytes(IV)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context))
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return new Uint8Array(Buffer.concat([iv, cipher.getAuthTag(), body]))
}

/** Throws when the key, the context or a single bit is wrong: tampering is a bug or an attack, never an outcome. */
export function decrypt(key: Uint8Array, sealed: Uint8Array, context: string): Buffer {
  const bytes = Buffer.from(sealed)
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV), { authTagLength: TAG })
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(IV, IV + TAG))
  return Buffer.concat([decipher.update(bytes.subarray(IV + TAG)), decipher.final()])
}

/** A key for one purpose from a secret that serves several (HKDF, RFC 5869). */
export const deriveKey = (secret: Uint8Array | string, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `saldosyn/${purpose}/v1`, 32))

export type NamedKey = { readonly kid: string; readonly key: Uint8Array }

/** Text at rest under rotating keys, written `v1.kid.<base64url>`: the first key seals, every key opens its own. */
export type Sealer = {
  seal(text: string, context: string): string
  /** Throws when the text was not sealed by one of our keys for this context. */
  open(sealed: string, context: string): string
  /** Whether the key that it was sealed under is still one of ours. */
  opens(sealed: string): boolean
}

export function createSealer(keys: readonly [NamedKey, ...NamedKey[]]): Sealer {
  const [current] = keys
  const keyOf = (sealed: string) => keys.find(({ kid }) => kid === sealed.split('.')[1])
  return {
    opens: (sealed) => keyOf(sealed) !== undefined,
    seal: (text, context) => {
      const bytes = encrypt(current.key, Buffer.from(text), `${current.kid}|${context}`)
      return `v1.${current.kid}.${Buffer.from(bytes).toString('base64url')}`
    },
    open: (sealed, context) => {
      const [version, kid, body, ...more] = sealed.split('.')
      const named = keyOf(sealed)
      if (version !== 'v1' || !named || !body || more.length > 0) throw new Error(`no key ${kid?.slice(0, 20)} to open with`)
      return decrypt(named.key, Buffer.from(body, 'base64url'), `${named.kid}|${context}`).toString('utf8')
    },
  }
}

/** A keyed name for a value that is looked up but not stored (HMAC-SHA-256); worthless without the key. */
export const fingerprint = (key: Uint8Array, purpose: string, value: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHmac('sha256', key).update(`${purpose}/v1/${value}`).digest())
