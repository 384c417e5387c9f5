import type { NextAuthConfig } from 'next-auth'
import { services } from './services'

const secure = () => services().config.APP_URL.startsWith('https:')

const cookie = (what: string, more = {}) => ({
  name: `${secure() ? '__Host-' : ''}applicant.${what}`,
  options: { httpOnly: true, sameSite: 'lax', path: '/', secure: secure(), ...more } as const,
})

/** The applicant's log-in: an opaque token, good for nothing but a look-up by its hash. */
export const sessionCookie = () => cookie('session')

/** Minutes that a log-in may be underway. */
const underway = { maxAge: 15 * 60 }

/** Auth.js reads every cookie whose name begins with the session cookie's name (chunks), so no other may begin with it. */
export const logInCookies = (): NextAuthConfig['cookies'] => ({
  sessionToken: sessionCookie(),
  callbackUrl: cookie('callback', underway),
  csrfToken: cookie('csrf', underway),
  pkceCodeVerifier: cookie('pkce', underway),
  state: cookie('state', underway),
  nonce: cookie('nonce', underway),
})
