import type { JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import type { Clock } from '@/lib/clock'
import type { Http } from '@/lib/http'
import { remoteKeys } from '@/lib/jwks'
import type { Log } from '@/lib/log'
import { policies } from '@/lib/policies'
import { fail, ok, type Result } from '@/lib/result'

/** Asymmetric ones only: with the others, whoever knows the client's secret could sign. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

/** OpenID Connect Discovery, as far as we need it; the rest is kept for the library that does the code flow. */
const metadataAnswer = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  pushed_authorization_request_endpoint: z.url().optional(),
  userinfo_endpoint: z.url().optional(),
  end_session_endpoint: z.url().optional(),
  id_token_signing_alg_values_supported: z.array(z.string()).default(['RS256']),
  token_endpoint_auth_methods_supported: z.array(z.string()).default(['client_secret_basic']),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
})
export type StaffMetadata = z.infer<typeof metadataAnswer>
export type KnownProvider = { readonly metadata: StaffMetadata; readonly keys: JWTVerifyGetKey; readonly algorithms: readonly string[] }

type Deps = { readonly http: Http; readonly fetch: typeof globalThis.fetch; readonly clock: Clock; readonly log: Log }
const KEPT = 600_000

/** What the provider publishes about itself: kept for ten minutes; while it is away, the last one serves. `origins`: where its servers may be. */
export function followMetadata({ http, fetch, clock, log }: Deps, { issuer, origins }: { readonly issuer: string; readonly origins: readonly string[] }) {
  let kept: { known: KnownProvider; until: number } | null = null
  const allowed = new Set([issuer, ...origins].map((url) => new URL(url).origin))

  /** Servers that we would have to ask where we may not. The pages are the browser's to open. */
  const strangers = ({ token_endpoint, jwks_uri, pushed_authorization_request_endpoint: par, userinfo_endpoint: userinfo }: StaffMetadata) =>
    [token_endpoint, jwks_uri, par, userinfo].filter((url) => url !== undefined && !allowed.has(new URL(url).origin))

  async function about(): Promise<Result<KnownProvider, 'provider-unavailable'>> {
    const now = clock.now().getTime()
    if (kept && kept.until > now) return ok(kept.known)
    const answer = await http({ url: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, schema: metadataAnswer, deadline: policies.staff.total })
    const problem = !answer.ok ? answer.reason : answer.value.issuer !== issuer ? 'another issuer' : strangers(answer.value).length > 0 ? 'an endpoint is at an origin that STAFF_OTHER_ORIGINS does not name' : null
    if (answer.ok && problem === null) {
      const { value: metadata } = answer
      const sameKeys = kept?.known.metadata.jwks_uri === metadata.jwks_uri ? kept.known.keys : null
      const known = { metadata, keys: sameKeys ?? remoteKeys(metadata.jwks_uri, fetch), algorithms: algorithms.filter((alg) => metadata.id_token_signing_alg_values_supported.includes(alg)) }
      kept = { known, until: now + KEPT }
      return ok(known)
    }
    log.warn('The metadata of the staff log-in could not be used', { upstream: 'staff', step: 'metadata', reason: problem ?? '' })
    return kept ? ok(kept.known) : fail('provider-unavailable')
  }

  return { about, known: (): KnownProvider | null => kept?.known ?? null }
}
