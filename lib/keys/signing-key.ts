import { importJWK, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose'
import type { KeyMaterial } from './key-material'

/** A key that signs for us, imported once: parsing it for each signature triples the cost. Its private part cannot be taken out again. */
export type SigningKey = Pick<KeyMaterial, 'id' | 'header'> & { readonly alg: string; readonly key: CryptoKey }

/** Throws unless it is an RSA key. */
export async function importSigningKey({ id, alg, header, jwk }: Pick<KeyMaterial, 'id' | 'header' | 'jwk'> & { alg: string }): Promise<SigningKey> {
  const key = await importJWK({ ...(JSON.parse(jwk.reveal()) as JWK), ext: false }, alg)
  if (key instanceof Uint8Array) throw new Error('an RSA key was expected')
  return { id, alg, header, key }
}

/** Signs on a thread beside the event loop (WebCrypto): 3072 bits take two milliseconds, and nobody waits for them. */
export const signWith = ({ alg, header, key }: SigningKey, payload: JWTPayload): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg, ...('kid' in header ? { kid: header.kid } : { x5c: [...header.x5c] }) }).sign(key)
