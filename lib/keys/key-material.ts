import type { Secret } from '@/lib/secret'

export const algorithms = ['RS256', 'RS384', 'RS512'] as const
export type Algorithm = (typeof algorithms)[number]

/** How a signature says which key made it: a key that is registered, or a certificate that speaks for itself. Exactly one. */
export type KeyHeader = { readonly kid: string } | { readonly x5c: readonly string[] }

/** A private key of ours with what is known of it. Everything but `jwk` may be told. */
export type KeyMaterial = {
  /** Tells keys apart wherever something is kept or said of one: the `kid`, or the certificate's SHA-256 fingerprint. */
  readonly id: string
  readonly alg: Algorithm
  readonly header: KeyHeader
  readonly bits: number
  /** When it was posted or issued, if that is known. */
  readonly since: Date | null
  /** When it is no good any more, if that is known. */
  readonly expiresAt: Date | null
  readonly jwk: Secret
}

/** Keys at hand: the first one signs. */
export type KeySet = readonly [KeyMaterial, ...KeyMaterial[]]

/** Digdir takes no shorter RSA key. */
export const FEWEST_BITS = 2048
/** What lasts: 128 bits of strength (ASVS 5.0, 11.2.3). Digdir takes such keys, and does not ask for them. */
export const LASTING_BITS = 3072
