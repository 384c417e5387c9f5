import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import type { Http } from './http'

/** `ready` says whether keys are at hand, and fetches them if not: for what must not fail once something else is done. */
export type RemoteKeys = JWTVerifyGetKey & { readonly ready: () => Promise<boolean> }

/**
 * An issuer's public keys: kept ten minutes, asked for again at most every 30 seconds when a token names an unknown
 * `kid`. Keys named inside a token (jku, jwk, x5c) are never used. A set in which no key says what it is is no set: kept,
 * it would make every good token look bad for as long.
 */
export function remoteKeys(jwksUri: string, fetch: typeof globalThis.fetch): RemoteKeys {
  const keys = createRemoteJWKSet(new URL(jwksUri), { [customFetch]: async (url, options) => usable(await fetch(url, options)), timeoutDuration: MOST, cooldownDuration: 30_000, cacheMaxAge: 600_000 })
  const ready = async () => keys.fresh || keys.reload().then(() => true, () => false)
  return Object.assign((...asked: Parameters<typeof keys>) => keys(...asked), { ready })
}

const MOST = 4_000
const keySet = z.looseObject({ keys: z.array(z.unknown()).refine((keys) => keys.some((key) => z.object({ kty: z.string(), kid: z.string() }).safeParse(key).success)) })

async function usable(answer: Response): Promise<Response> {
  if (answer.status !== 200) return answer
  return Response.json(keySet.parse(await answer.json()))
}

/** A fetch for keys through an upstream's own door: while its gate is closed nobody asks, and its "too busy" closes it. */
export const fetchThrough =
  (http: Http): typeof globalThis.fetch =>
  async (input, init) => {
    const url = input instanceof Request ? input.url : input.toString()
    const answer = await http({ url, schema: keySet, deadline: MOST, ...(init?.signal && { signal: init.signal }) })
    if (!answer.ok) throw new TypeError(`fetch failed: ${answer.reason}`)
    return Response.json(answer.value)
  }

/** True when a signature could not be checked for want of the issuer's keys, which says nothing of the token. */
export function areKeysAway(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return !code.startsWith('ERR_J') || ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'].includes(code)
}
