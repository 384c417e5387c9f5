import { generateKeyPairSync } from 'node:crypto'
import { createLocalJWKSet, SignJWT, type CryptoKey, type JWK } from 'jose'
import { importSigningKey, type SigningKey } from '@/lib/keys/signing-key'
import { Secret } from '@/lib/secret'

/** Any key as one of ours, under this name and algorithm. */
export const importAs = (kid: string, alg: string, jwk: JWK): Promise<SigningKey> => importSigningKey({ id: kid, alg, header: { kid }, jwk: new Secret(JSON.stringify({ ...jwk, alg })) })

export type KeyPair = { signing: SigningKey; publicJwk: JWK & { kid: string; kty: 'RSA'; n: string; e: string }; privateJwk: JWK }
/** A key of a client or of an issuer, made for the test. */
export async function aKeyPair(kid: string): Promise<KeyPair> {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const privateJwk = { ...(pair.privateKey.export({ format: 'jwk' }) as JWK), kid, alg: 'RS256' }
  const publicJwk = { ...pair.publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' } as KeyPair['publicJwk']
  return { privateJwk, publicJwk, signing: await importAs(kid, 'RS256', privateJwk) }
}
export const keySetOf = (...pairs: readonly KeyPair[]) => createLocalJWKSet({ keys: pairs.map(({ publicJwk }) => publicJwk) })
/** A token with these claims, signed as told. */
export const sign = (claims: Record<string, unknown>, key: CryptoKey | Uint8Array, header: Record<string, unknown>): Promise<string> =>
  new SignJWT(claims).setProtectedHeader(header as { alg: string }).sign(key)

/** A private Ed25519 key, as a setting holds it. */
export const anEd25519Jwk = (): string => JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }))
