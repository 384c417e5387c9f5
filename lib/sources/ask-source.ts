import { sourceKnows, type Consent, type ProviderId } from '@/lib/consent/consent'
import { exchangeConsent, type ExchangeDeps } from '@/lib/consent/exchange-consent'
import { exchangeStanding } from '@/lib/consent/exchange'
import type { ConsentEnded, ConsentProvider, ProviderFailure, SourceCredentials } from '@/lib/consent/provider'
import type { NationalId } from '@/lib/national-id'
import { fail, type Failure, type Ok } from '@/lib/result'
import type { SubjectStore } from '@/lib/subject/subject-store'
import type { DataSource, SourceFailure, SourceRefusal } from './source'

export type AskDeps = ExchangeDeps & { readonly newId: () => string; readonly subjects: SubjectStore; readonly providers: Record<ProviderId, ConsentProvider> }
type Question<T> = { readonly source: DataSource<T>; readonly consent: Consent; readonly correlationId: string; readonly signal: AbortSignal }
type Refusal = Failure<SourceFailure | ProviderFailure | 'consent-ended' | 'exchange-unknown' | 'token-spent'> | ConsentEnded

/**
 * Asks the source with what the provider gives for this consent. A source that knows the consent is shown no consent
 * token; one that has forgotten is shown it once more.
 */
export async function askSource<T>(deps: AskDeps, question: Question<T>): Promise<Ok<T> | Refusal> {
  const { consent, source, signal } = question
  const provider = deps.providers[consent.provider]
  const person = await deps.subjects.nationalIdOf(consent.subjectRef)
  const credentials = (known: boolean) => provider.getCredentials(consent, person, { scope: source.scope, sourceKnows: known }, signal)
  const show = (shown: SourceCredentials) => call(deps, question, shown, person)
  const ask = async (known: boolean) => {
    const given = await credentials(known)
    return given.ok ? show(given.value) : given
  }

  const known = sourceKnows(consent, deps.policy.transport)
  if (!provider.traits.exchangesOnce) {
    const first = await ask(known)
    return known && isRefused(first) ? ask(false) : first
  }
  // A token on which no answer came may have reached the source all the same.
  if (known || exchangeStanding(consent, deps.clock.now()) === 'token-spent') {
    const first = await ask(true)
    if (!isRefused(first)) return first
  }
  const exchanged = await exchangeConsent(deps, { ...question, getCredentials: () => credentials(false), show })
  if (exchanged.ok) return exchanged
  if (exchanged.reason === 'known-meanwhile') return ask(true)
  if (exchanged.reason === 'exchange-underway') return fail('source-unavailable', 'another log-in is still exchanging this consent')
  return exchanged.reason === 'consent-closed-meanwhile' ? fail('consent-ended') : exchanged
}

const isRefused = (answer: Ok<unknown> | Failure<string>): boolean => !answer.ok && answer.reason === 'consent-refused'

/** One call. A shared access token that the source does not take is replaced once, and the same question put again. */
async function call<T>(deps: AskDeps, { source, signal }: Question<T>, credentials: SourceCredentials, person: NationalId): Promise<Ok<T> | Told> {
  const first = await source.read(credentials, person, deps.newId(), signal)
  if (first.ok || first.reason !== 'access-refused') return first
  const another = await credentials.replaceAccessToken?.(signal)
  if (another && !another.ok) return another
  const again = another ? await source.read({ ...credentials, accessToken: another.value }, person, deps.newId(), signal) : first
  return again.ok || again.reason !== 'access-refused' ? again : fail('misconfigured', again.detail)
}
type Told = Exclude<SourceRefusal, Failure<'access-refused'>> | Failure<ProviderFailure>
