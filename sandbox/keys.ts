import { generateKeyPairSync } from 'node:crypto'
import { calculateJwkThumbprint, importJWK, type CryptoKey, type JWK } from 'jose'

export type SigningKey = { kid: string; privateJwk: JWK; publicJwk: JWK; sign: CryptoKey; verify: CryptoKey }

async function newKey(): Promise<SigningKey> {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const marks = { use: 'sig', alg: 'RS256' }
  const publicPart = pair.publicKey.export({ format: 'jwk' }) as JWK
  const kid = (await calculateJwkThumbprint(publicPart)).slice(0, 16)
  const publicJwk: JWK = { ...publicPart, ...marks, kid }
  const privateJwk: JWK = { ...(pair.privateKey.export({ format: 'jwk' }) as JWK), ...marks, kid }
  return { kid, privateJwk, publicJwk, sign: (await importJWK(privateJwk, 'RS256')) as CryptoKey, verify: (await importJWK(publicJwk, 'RS256')) as CryptoKey }
}

/** The parties' own keys. `stranger` is nobody's: faults sign with it. */
export type StreetKeys = Record<(typeof names)[number], SigningKey>

const names = ['idporten', 'staff', 'maskinporten', 'altinn', 'altinn2Primary', 'altinn2Secondary', 'stranger'] as const

let made: Promise<StreetKeys> | undefined

/** Made once for each process, since RSA keys take their time; never written to disk. */
export function streetKeys(): Promise<StreetKeys> {
  made ??= Promise.all(names.map(async (name) => [name, await newKey()] as const)).then((pairs) => Object.fromEntries(pairs) as StreetKeys)
  return made
}
