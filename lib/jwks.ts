import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose'

/**
 * An issuer's public keys: kept ten minutes, asked for again at most every 30 seconds when a token names an unknown
 * `kid`. Keys named inside a token (jku, jwk, x5c) are never used.
 */
export const remoteKeys = (jwksUri: string, fetch: typeof globalThis.fetch): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(jwksUri), { [customFetch]: (url, options) => fetch(url, options), timeoutDuration: 4_000, cooldownDuration: 30_000, cacheMaxAge: 600_000 })
