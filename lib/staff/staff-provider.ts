import type { NationalId } from '@/lib/national-id'
import type { Result } from '@/lib/result'
import type { StaffRole } from './staff-session'

/** What the bank's own OpenID provider says of an employee. */
export type StaffClaims = {
  /** The provider's name of them: unique there, and never reused (OpenID Connect Core §5.7). */
  readonly sub: string
  readonly name: string | null
  readonly roles: readonly StaffRole[]
  readonly unit: string | null
  readonly nationalId: NationalId | null
}

/** What the provider is asked with later. A secret: kept only under a key of the cookie's. */
export type StaffTokens = { readonly sub: string; readonly idToken: string; readonly accessToken: string; readonly refreshToken: string | null }

/** What the answer that the browser brings is held to. Stays in that browser, sealed. */
export type StaffTransaction = { readonly state: string; readonly nonce: string; readonly verifier: string; /** Epoch milliseconds. */ readonly begun: number }

export type StaffLogIn = { readonly claims: StaffClaims; readonly tokens: StaffTokens; readonly sid: string | null }

/** `not-valid`: the answer is not what a log-in of ours ends with. `cancelled`: the employee, or the provider, said no. */
export type StaffAnswerRefusal = 'cancelled' | 'not-valid' | 'provider-unavailable'

/** A log-out token of the provider's: the session or the employee that it ends. */
export type StaffLogout = { readonly jti: string; readonly expiresAt: Date; readonly sid: string | null; readonly sub: string | null }

/** The bank's own OpenID provider: any, with code flow, PKCE and discovery. */
export type StaffProvider = {
  readonly issuer: string
  readonly clientId: string
  /** Begins a log-in: where to send the browser, and what to keep in it meanwhile. */
  begin(locale: string): Promise<Result<{ readonly address: string; readonly transaction: StaffTransaction }, 'provider-unavailable'>>
  /** Takes the parameters that the browser came back with: checks state, issuer, code, nonce and the id_token with its signature. */
  answer(parameters: URLSearchParams, transaction: StaffTransaction): Promise<Result<StaffLogIn, StaffAnswerRefusal>>
  /** Asks what the employee may do now. `refused`: the provider will not say, since they are disabled or logged out there. */
  ask(tokens: StaffTokens): Promise<Result<{ readonly claims: StaffClaims; readonly tokens: StaffTokens }, 'refused' | 'provider-unavailable'>>
  /** Where the browser logs out of the provider (OpenID Connect RP-Initiated Logout 1.0); null when it has no such page. */
  logoutAddress(): Promise<string | null>
  /** Checks everything a log-out token must be (OpenID Connect Back-Channel Logout 1.0 §2.6) but that it is used once. */
  verifyLogoutToken(token: string): Promise<Result<StaffLogout, 'not-valid' | 'provider-unavailable'>>
  /** Origins of pages that our forms lead on to, as far as they are known without asking. */
  pageOrigins(): readonly string[]
}
