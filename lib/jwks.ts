import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose'

/**
 * An issuer's public keys: kept ten minutes, asked for again at most every 30 seconds when a token names an unknown
 * `kid`. Keys named inside a token (jku, jwk, x5c) are never used.
 */
export const remoteKeys = (jwksUri: string, fetch: typeof globalThis.fetch): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(jwksUri), { [customFetch]: (url, options) => fetch(url, options), timeoutDuration: 4_000, cooldownDuration: 30_000, cacheMaxAge: 600_000 })

/** True when a signature could not be checked for want of the issuer's keys, which says nothing of the token. */
export function areKeysAway(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return !code.startsWith('ERR_J') || ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'].includes(code)
}
