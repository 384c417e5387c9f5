import type { NationalId } from '@/lib/national-id'
import type { OrgNumber } from '@/lib/org-number'
import type { Failure, Ok, Result } from '@/lib/result'
import type { Secret } from '@/lib/secret'
import type { Consent, ConsentStatus } from './consent'

export type ConsentRequest = {
  readonly id: string
  readonly offeredBy: NationalId
  readonly coveredBy: OrgNumber
  /** The receiver's registered name, shown to the person in the consent's text. */
  readonly coveredByName: string
  readonly resource: string
  readonly validTo: Date
  readonly redirectUrl: string
  /** What a provider that chooses the name itself has called this request, once it has answered. */
  readonly reference?: string | null
  /** The person's last name as they wrote it, for a provider that wants it. Used in this one call, and kept nowhere. */
  readonly lastName?: Secret
  /** The language of the page they come from, for a provider that can be told: its own page then speaks it. */
  readonly language?: string
}

/** What a data source needs to see. Whether there are two tokens or one is the transport's affair (a setting). */
export type SourceCredentials = {
  readonly accessToken: Secret
  readonly consentToken: Secret | null
  /** Another access token for one that the source refuses. Not there when that carries the consent itself. */
  readonly replaceAccessToken?: (signal?: AbortSignal) => Promise<Result<Secret, ProviderFailure>>
}

export type ProviderFailure =
  /** The provider does not answer, or says it is its own fault. */
  | 'provider-unavailable'
  /** The provider understood us and says no: a person it does not know, a right we lack. */
  | 'provider-refused'
  /** Maskinporten does not answer. */
  | 'credentials-unavailable'
  /** Something an operator must mend: keys, scopes, delegation, clock, resource. */
  | 'misconfigured'

/** The consent does not stand, by the provider's own word. */
export type ConsentEnded = Failure<'consent-not-active'> & { readonly status: 'rejected' | 'revoked' | 'expired' }

/**
 * Why there are no credentials. `exchange`: a consent token was asked for all the same, and its answer was lost, or it was
 * given and cannot be used. Without that word nothing was exchanged.
 */
export type CredentialsRefusal = Failure<ProviderFailure> & { readonly exchange?: 'lost' | 'spent' }

/** What the provider says of a consent that we were told of by others: that it is not the one it was said to be. */
export type NotThisConsent = 'unknown-to-altinn' | 'not-given' | 'other-person' | 'other-bank' | 'other-resource' | 'other-end'

/** What a provider tells of a consent without being asked about it. */
export type ConsentNews = { readonly reference: string; readonly status: ConsentStatus; readonly at: Date }

/** Everything we ask of a consent solution. A new provider answers these questions and nothing else. */
export type ConsentProvider = {
  readonly traits: {
    /** A consent is exchanged for a token of its own once, and shown to a source once: then the source knows it. */
    readonly exchangesOnce: boolean
    /** It names a request itself, so asking twice makes two: who made the row asks, once. */
    readonly namesRequests: boolean
    /** It wants to hear the person's last name. */
    readonly asksLastName: boolean
  }
  /** Asks for a consent; asking again with the same request changes nothing. Answers where the person goes. */
  requestConsent(request: ConsentRequest, signal?: AbortSignal): Promise<Result<{ reference: string; consentUrl: string }, ProviderFailure | 'name-refused'>>
  /** Tells the provider that data was fetched on the consent, where it wants to know. One attempt; nothing hangs on it. */
  reportUse?(consent: Consent, at: Date, signal?: AbortSignal): Promise<Result<void, ProviderFailure>>
  getStatus(consent: Consent, signal?: AbortSignal): Promise<Result<ConsentStatus, ProviderFailure>>
  /** How a consent stands that others have told us of, and whether it is what they said: whose, for whom, for what, how long. */
  checkMigrated?(consent: Consent, offeredBy: NationalId, signal?: AbortSignal): Promise<Result<ConsentStatus, ProviderFailure | NotThisConsent>>
  /** What has happened since then, oldest first. A provider that cannot tell answers with nothing, and refuses credentials instead. */
  listNews(since: Date, signal?: AbortSignal): Promise<Result<readonly ConsentNews[], ProviderFailure>>
  /**
   * Proof that the consent stands now, made for this source; `consent-not-active` only on the provider's own word. For a
   * source that knows the consent already there is no consent token to show, and no exchange.
   */
  getCredentials(consent: Consent, offeredBy: NationalId, use: { readonly scope: string; readonly sourceKnows: boolean }, signal?: AbortSignal): Promise<Ok<SourceCredentials> | CredentialsRefusal | ConsentEnded>
}
