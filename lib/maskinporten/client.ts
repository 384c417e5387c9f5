import { createHash } from 'node:crypto'
import { attempts } from '@/lib/attempts'
import type { Clock } from '@/lib/clock'
import type { Http } from '@/lib/http'
import { troubles, type HttpFailure } from '@/lib/http-answer'
import type { SigningKey } from '@/lib/keys/signing-key'
import type { Log } from '@/lib/log'
import { policies } from '@/lib/policies'
import { fail, ok, type Result } from '@/lib/result'
import { Secret } from '@/lib/secret'
import { createTokenShare, type FreshToken, type TokenLease } from '@/lib/shared-token'
import { signJwtGrant, type ConsentDetails } from './jwt-grant'
import { readRefusal } from './refusal'
import { metadataAnswer, tokenAnswer, type MaskinportenMetadata } from './wire'

export type MaskinportenFailure =
  /** No answer in time, or its own fault. */
  | 'maskinporten-unavailable'
  /** Our key, client, scope, delegation or clock: an operator must mend it. The MP code is in the log. */
  | 'maskinporten-misconfigured'
  /** A grant for a consent was refused: the consent may have ended, or be somebody else's. Ask Altinn. */
  | 'consent-grant-refused'
  /** The one grant for a consent was sent, and its answer never came or could not be read: a token may have been made. */
  | 'consent-token-lost'

export type MaskinportenConfig = {
  readonly issuer: string
  readonly clientId: string
  readonly signingKey: () => Promise<SigningKey>
  /** The ids of keys that are at hand beside it, for the log. */
  readonly otherKeys?: () => readonly string[]
  /** The bank, when we are its supplier. */
  readonly consumerOrg?: string | undefined
}

export type Maskinporten = {
  /** An access token for one scope, shared by the whole cluster until 15 s before its end. */
  accessToken(scope: string, signal?: AbortSignal): Promise<Result<Secret, MaskinportenFailure>>
  /**
   * A new consent token (RFC 9396 authorization_details). Issuing it is Altinn's live check of the consent. `once`: no
   * second grant while it is possible that the first gave a token.
   */
  consentToken(scope: string, consent: ConsentDetails, use: { readonly once: boolean }, signal?: AbortSignal): Promise<Result<Secret, MaskinportenFailure>>
  /** Says that an API refused this access token, so that the next caller gets another. */
  refused(scope: string, token: Secret): Promise<void>
  metadata(signal?: AbortSignal): Promise<Result<MaskinportenMetadata, MaskinportenFailure>>
}

type Deps = { readonly http: Http; readonly clock: Clock; readonly newId: () => string; readonly lease: TokenLease; readonly log: Log; /** Is told which key of ours is not taken; null when one was. */ readonly sawKey?: (refusedKey: string | null) => void }

const { total: BUDGET, attempts: ATTEMPTS } = policies.maskinporten
/** What Maskinporten says of our grant, as opposed to its own trouble. */
const refused: ReadonlySet<HttpFailure> = new Set(['bad-request', 'unauthorized', 'forbidden', 'not-found'])
/** A used or expired grant: a new one may do (maskinporten_feilsoking). */
const onceMore = new Set(['MP-012', 'MP-130'])

export function createMaskinporten({ http, clock, newId, lease, log, sawKey }: Deps, config: MaskinportenConfig): Maskinporten {
  const share = createTokenShare(lease, clock)
  let known: { value: MaskinportenMetadata; until: number } | null = null

  async function metadata(signal?: AbortSignal): Promise<Result<MaskinportenMetadata, MaskinportenFailure>> {
    if (known && known.until > clock.now().getTime()) return ok(known.value)
    const url = `${config.issuer.replace(/\/$/, '')}/.well-known/oauth-authorization-server`
    const answer = await http({ url, schema: metadataAnswer, deadline: BUDGET, signal })
    if (!answer.ok) {
      log.warn('Maskinporten’s metadata could not be read', { upstream: 'maskinporten', reason: answer.reason })
      return known ? ok(known.value) : fail('maskinporten-unavailable')
    }
    if (answer.value.issuer !== config.issuer) return fail('maskinporten-misconfigured', 'the metadata has another issuer than MASKINPORTEN_ISSUER')
    known = { value: answer.value, until: clock.now().getTime() + 3_600_000 }
    return ok(answer.value)
  }

  /** One grant and its answer, with its lifetime in seconds. Every attempt signs a new grant with a new `jti`. */
  async function request(scope: string, { consent, once = false }: { consent?: ConsentDetails; once?: boolean }, outer?: AbortSignal): Promise<Result<FreshToken, MaskinportenFailure>> {
    const budget = AbortSignal.timeout(BUDGET)
    const signal = outer ? AbortSignal.any([budget, outer]) : budget
    const about = await metadata(signal)
    if (!about.ok) return about
    const signingKey = await config.signingKey()
    const ask = async () => {
      const grant = await signJwtGrant(signingKey, { clientId: config.clientId, audience: about.value.issuer, scope, consumerOrg: config.consumerOrg, consent }, clock.now(), newId())
      const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: grant.reveal() })
      return http({ url: about.value.token_endpoint, method: 'POST', body, schema: tokenAnswer, deadline: BUDGET, signal })
    }
    const answer = await attempts(ATTEMPTS, ask, (it, n) => !it.ok && ((troubles.has(it.reason) && (!once || it.unsent === true)) || (n === 1 && onceMore.has(readRefusal(it.problem).mp ?? ''))), signal)
    noticeSkew(answer.clockAhead ?? 0)
    if (answer.ok) sawKey?.(null)
    if (answer.ok) return ok({ token: new Secret(answer.value.access_token), lifetime: answer.value.expires_in })

    const { code, about: matter, remedy } = readRefusal(answer.problem)
    log.warn('Maskinporten gave no token', { upstream: 'maskinporten', reason: answer.reason, code, kid: signingKey.id, ...(remedy && { detail: remedy }) })
    if (matter === 'key') sawKey?.(signingKey.id)
    const others = config.otherKeys?.() ?? []
    if (matter === 'key' && others.length > 0) log.error('Maskinporten does not take the key that signs, and another one is at hand: should it come first?', { upstream: 'maskinporten', code, kid: [signingKey.id, ...others] })
    if (!refused.has(answer.reason)) return fail(once && !answer.unsent && answer.reason !== 'busy' ? 'consent-token-lost' : 'maskinporten-unavailable', code)
    const ours = !consent || matter === 'set-up' || matter === 'key'
    return fail(ours ? 'maskinporten-misconfigured' : 'consent-grant-refused', remedy ? `${code}: ${remedy}` : code)
  }

  /** Maskinporten refuses grants from a clock 10 s off: say so while it still works. */
  function noticeSkew(clockAhead: number): void {
    const [off, skewSeconds] = [Math.abs(clockAhead), Math.round(clockAhead)]
    if (off > 5) log.error('This machine’s clock is off: Maskinporten refuses grants from 10 s', { skewSeconds, upstream: 'maskinporten' })
    else if (off > 2) log.warn('This machine’s clock is drifting', { skewSeconds, upstream: 'maskinporten' })
  }

  const keyOf = async (scope: string) =>
    createHash('sha256').update(JSON.stringify([config.issuer, config.clientId, scope, config.consumerOrg ?? null, (await config.signingKey()).id])).digest('base64url')

  return {
    metadata,
    accessToken: async (scope, signal) => share({ key: await keyOf(scope), fetch: () => request(scope, {}), budget: BUDGET, unavailable: 'maskinporten-unavailable', signal }),
    async consentToken(scope, consent, { once }, signal) {
      const fresh = await request(scope, { consent, once }, signal)
      return fresh.ok ? ok(fresh.value.token) : fresh
    },
    refused: async (scope, token) => lease.forget(await keyOf(scope), token),
  }
}
