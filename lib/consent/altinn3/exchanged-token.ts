import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import { attempts } from '@/lib/attempts'
import type { Clock } from '@/lib/clock'
import type { Http } from '@/lib/http'
import { troubles } from '@/lib/http-answer'
import type { Log } from '@/lib/log'
import type { Maskinporten } from '@/lib/maskinporten/client'
import { policies } from '@/lib/policies'
import { fail, ok, type Result } from '@/lib/result'
import { Secret } from '@/lib/secret'
import { createTokenShare, type FreshToken, type TokenLease } from '@/lib/shared-token'
import type { ProviderFailure } from '../provider'
import { ofMaskinporten } from '../provider-answer'

/** Whether Altinn is shown Maskinporten's token or its own for it; `on401` tries Altinn's when the other was refused. */
export type ExchangeMode = 'never' | 'on401' | 'always'

/** A token for Altinn's own API. */
export type AltinnToken = { readonly value: Secret; readonly exchanged: boolean }
type Answer = Promise<Result<AltinnToken, ProviderFailure>>

/** The tokens that Altinn is asked with. Never used for a source: that wants Maskinporten's own. */
export type AltinnTokens = {
  /** What a first call carries. */
  first(scope: string, signal?: AbortSignal): Answer
  /** What one further call may carry, after Altinn answered 401 to this one. */
  instead(refused: AltinnToken, scope: string, signal?: AbortSignal): Answer
  /** Says that Altinn took this one after it had refused another. */
  taken(token: AltinnToken): void
  /** Says that Altinn refused this one too. */
  refused(token: AltinnToken, scope: string): Promise<void>
}

type Deps = { readonly http: Http; readonly clock: Clock; readonly log: Log; readonly maskinporten: Maskinporten; readonly lease: TokenLease }
type Config = { readonly platformUrl: string; readonly coveredBy: string; readonly exchange: ExchangeMode }

const { total: BUDGET, attempts: ATTEMPTS } = policies.altinn
/** Seconds: Altinn gives half an hour. */
const LONGEST = 86_400

/** The answer is the token as text, or as a JSON string in quotes (docs.altinn.studio, authentication with Maskinporten). */
const unquoted = (text: string): string => text.trim().replace(/^"(.*)"$/s, '$1')
const jwt = z.string().max(20_000).regex(/^[\w-]+\.[\w-]+\.[\w-]+$/)

export function createAltinnTokens({ http, clock, log, maskinporten, lease }: Deps, { platformUrl, coveredBy, exchange }: Config): AltinnTokens {
  const url = `${platformUrl.replace(/\/$/, '')}/authentication/api/v1/exchange/maskinporten`
  const share = createTokenShare(lease, clock)
  const keyOf = (scope: string) => createHash('sha256').update(JSON.stringify(['altinn-exchange', url, scope, coveredBy])).digest('base64url')
  let told = false

  async function plain(scope: string, signal?: AbortSignal): Answer {
    const token = await maskinporten.accessToken(scope, signal)
    return token.ok ? ok({ value: token.value, exchanged: false }) : fail(ofMaskinporten(token.reason), token.detail)
  }

  /** Shared by the cluster until 15 s before its end. */
  async function exchanged(scope: string, signal?: AbortSignal): Answer {
    const token = await share({ key: keyOf(scope), fetch: () => exchangeOne(scope), budget: BUDGET + policies.maskinporten.total, unavailable: 'provider-unavailable', signal })
    return token.ok ? ok({ value: token.value, exchanged: true }) : token
  }

  async function exchangeOne(scope: string): Promise<Result<FreshToken, ProviderFailure>> {
    const token = await maskinporten.accessToken(scope)
    if (!token.ok) return fail(ofMaskinporten(token.reason), token.detail)
    const signal = AbortSignal.timeout(BUDGET)
    const ask = () => http({ url, headers: { authorization: `Bearer ${token.value.reveal()}`, accept: 'application/json' }, parse: unquoted, schema: jwt, deadline: BUDGET, signal })
    const answer = await attempts(ATTEMPTS, ask, (it) => !it.ok && troubles.has(it.reason), signal)
    if (!answer.ok) {
      log.warn('Altinn did not exchange a token', { upstream: 'altinn', step: 'exchange', reason: answer.reason })
      if (answer.reason === 'unauthorized') await maskinporten.refused(scope, token.value)
      const theirs = !['unauthorized', 'bad-request', 'forbidden', 'not-found'].includes(answer.reason)
      return fail(theirs ? 'provider-unavailable' : 'misconfigured', `the token exchange: ${answer.reason}`)
    }
    const lifetime = Math.floor(expiryOf(answer.value) - clock.now().getTime() / 1000)
    if (!(lifetime > 0 && lifetime <= LONGEST)) return fail('provider-unavailable', 'an exchanged token whose end is not known, or is none')
    return ok({ token: new Secret(answer.value), lifetime })
  }

  const tokens: AltinnTokens = {
    first: (scope, signal) => (exchange === 'always' ? exchanged(scope, signal) : plain(scope, signal)),
    async instead(refused, scope, signal) {
      if (exchange === 'on401') {
        const other = await exchanged(scope, signal)
        if (other.ok) return other
      }
      await tokens.refused(refused, scope)
      return tokens.first(scope, signal)
    },
    taken({ exchanged: wasExchanged }) {
      if (exchange !== 'on401' || !wasExchanged || told) return
      told = true
      log.warn('Altinn refused Maskinporten’s token and took an exchanged one: ALTINN_TOKEN_EXCHANGE should be always', { upstream: 'altinn', step: 'exchange' })
    },
    refused: (token, scope) => (token.exchanged ? lease.forget(keyOf(scope), token.value) : maskinporten.refused(scope, token.value)),
  }
  return tokens
}

/** Seconds since 1970; not a number when the token does not say. */
function expiryOf(token: string): number {
  try {
    return Number(decodeJwt(token).exp)
  } catch {
    return Number.NaN
  }
}
