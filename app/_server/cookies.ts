import type { AuthConfig } from '@auth/core'
import type { Services } from '@/lib/services'

/** Whose cookies: their bank's address decides whether they are for https only. */
type Of = { readonly config: Pick<Services['config'], 'APP_URL'> }
export const isSecure = ({ config }: Of): boolean => config.APP_URL.startsWith('https:')

const cookie = (bank: Of, what: string, more = {}) => ({
  name: `${isSecure(bank) ? '__Host-' : ''}applicant.${what}`,
  options: { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure(bank), ...more } as const,
})

/** An employee's: under names of their own, so that neither log-in is ever taken for the other. */
const staffCookie = (bank: Of, what: string, more = {}) => ({ ...cookie(bank, what, more), name: `${isSecure(bank) ? '__Host-' : ''}staff.${what}` })
export const staffSessionCookie = (bank: Of) => staffCookie(bank, 'session')
/** What a staff log-in that is underway will be held to. */
export const staffLogInCookie = (bank: Of) => staffCookie(bank, 'login', { maxAge: 10 * 60 })

/** The applicant's log-in: an opaque token, good for nothing but a look-up by its hash. */
export const sessionCookie = (bank: Of) => cookie(bank, 'session')

/** The invitation that somebody has followed: good for nothing without their own log-in. */
export const invitationCookie = (bank: Of) => cookie(bank, 'invitation', { maxAge: 2 * 60 * 60 })

/** Minutes that a log-in may be underway. */
const underway = { maxAge: 15 * 60 }

/** Auth.js reads every cookie whose name begins with the session cookie's name (chunks), so no other may begin with it. */
export const logInCookies = (bank: Of): AuthConfig['cookies'] => ({
  sessionToken: sessionCookie(bank),
  callbackUrl: cookie(bank, 'callback', underway),
  csrfToken: cookie(bank, 'csrf', underway),
  pkceCodeVerifier: cookie(bank, 'pkce', underway),
  state: cookie(bank, 'state', underway),
  nonce: cookie(bank, 'nonce', underway),
})
