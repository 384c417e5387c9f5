import { createHash } from 'node:crypto'

/** The public half of a signing key, as it may be shown to anybody (RFC 8037). */
export type PublicJwk = { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly kid: string; readonly x: string; readonly alg: 'EdDSA'; readonly use: 'sig' }

/** A public key as it is published. Its `kid` is the one it has, or else its thumbprint (RFC 7638). */
export const publicJwkOf = ({ kid, x }: { readonly kid?: string | undefined; readonly x: string }): PublicJwk => ({ kty: 'OKP', crv: 'Ed25519', kid: kid ?? thumbprint(x), x, alg: 'EdDSA', use: 'sig' })

const thumbprint = (x: string): string => createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url')
