import type { HttpRefusal } from '@/lib/http-answer'
import type { Maskinporten, MaskinportenFailure } from '@/lib/maskinporten/client'
import { fail, ok, type Failure, type Ok } from '@/lib/result'
import type { ConsentStatus } from './consent'
import type { ConsentEnded, ProviderFailure, SourceCredentials } from './provider'

/** What the adapters of consent providers say alike, whatever their provider is. */

export const hasEnded = (status: ConsentStatus): status is ConsentEnded['status'] => status === 'rejected' || status === 'revoked' || status === 'expired'
export const ended = (status: ConsentEnded['status']): ConsentEnded => ({ ...fail('consent-not-active', status), status })

/** What Maskinporten's refusal is to somebody who asked a consent provider. */
export const ofMaskinporten = (reason: MaskinportenFailure): ProviderFailure => (reason === 'maskinporten-unavailable' || reason === 'consent-token-lost' ? 'credentials-unavailable' : 'misconfigured')

const ours: ReadonlySet<string> = new Set<ProviderFailure>(['provider-unavailable', 'provider-refused', 'credentials-unavailable', 'misconfigured'])
/** The provider's own answer, or none: not yet in our words. */
export const isHttp = (refusal: HttpRefusal | Failure<ProviderFailure>): refusal is HttpRefusal => !ours.has(refusal.reason)

/** The access token that serves everybody, and another when the source refuses it. */
export async function sharedToken(maskinporten: Maskinporten, scope: string, signal?: AbortSignal): Promise<Ok<SourceCredentials> | Failure<ProviderFailure>> {
  const token = await maskinporten.accessToken(scope, signal)
  if (!token.ok) return fail(ofMaskinporten(token.reason), token.detail)
  const replaceAccessToken = async (within?: AbortSignal) => {
    await maskinporten.refused(scope, token.value)
    const another = await maskinporten.accessToken(scope, within)
    return another.ok ? another : fail(ofMaskinporten(another.reason), another.detail)
  }
  return ok({ accessToken: token.value, consentToken: null, replaceAccessToken })
}
