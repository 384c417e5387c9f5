import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose'

/** `ready` says whether keys are at hand, and fetches them if not: for what must not fail once something else is done. */
export type RemoteKeys = JWTVerifyGetKey & { readonly ready: () => Promise<boolean> }

/**
 * An issuer's public keys: kept ten minutes, asked for again at most every 30 seconds when a token names an unknown
 * `kid`. Keys named inside a token (jku, jwk, x5c) are never used.
 */
export function remoteKeys(jwksUri: string, fetch: typeof globalThis.fetch): RemoteKeys {
  const keys = createRemoteJWKSet(new URL(jwksUri), { [customFetch]: (url, options) => fetch(url, options), timeoutDuration: 4_000, cooldownDuration: 30_000, cacheMaxAge: 600_000 })
  const ready = async () => keys.fresh || keys.reload().then(() => true, () => false)
  return Object.assign((...asked: Parameters<typeof keys>) => keys(...asked), { ready })
}

/** True when a signature could not be checked for want of the issuer's keys, which says nothing of the token. */
export function areKeysAway(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return !code.startsWith('ERR_J') || ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'].includes(code)
}
