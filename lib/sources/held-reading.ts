import { randomBytes } from 'node:crypto'
import { decrypt, encrypt } from '@/lib/sealed'

/**
 * A reading at rest. The figures are ciphertext under a key of their own; that key is sealed once for each session that
 * may read it, under a key derived from the session's cookie. The database and all our keys together open nothing.
 */
export type SealedReading = { readonly ciphertext: Uint8Array<ArrayBuffer>; readonly sealedKey: Uint8Array<ArrayBuffer> }

/** Seals what a source answered, for one reader. `value` must survive JSON. */
export function sealReading(value: unknown, readingId: string, readerKey: Uint8Array): SealedReading {
  const key = randomBytes(32)
  return {
    ciphertext: encrypt(key, Buffer.from(JSON.stringify(value)), `reading|${readingId}`),
    sealedKey: encrypt(readerKey, key, `seal|${readingId}`),
  }
}

/** The same reading for one more reader: its key, sealed anew. Throws unless `from` opens the seal; the figures stay shut. */
export const sealForAnother = (sealedKey: Uint8Array, readingId: string, from: Uint8Array, to: Uint8Array): Uint8Array<ArrayBuffer> =>
  encrypt(to, decrypt(from, sealedKey, `seal|${readingId}`), `seal|${readingId}`)

/** Throws unless this reader's key opens the seal of this very reading. */
export function openReading({ ciphertext, sealedKey }: SealedReading, readingId: string, readerKey: Uint8Array): unknown {
  const key = decrypt(readerKey, sealedKey, `seal|${readingId}`)
  return JSON.parse(decrypt(key, ciphertext, `reading|${readingId}`).toString('utf8'))
}
