import { z } from 'zod'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** Seconds up to the end of the year 9999: neither a Date nor the database says what comes after. */
const seconds = z.number().max(253_402_300_799)

/**
 * What a log-out token must hold beyond its signature, issuer, audience and times (OpenID Connect Back-Channel Logout
 * 1.0 §2.4): the event, a `jti`, a `sid`, and no nonce. `sub` may look like a national id at ID-porten: it is not read.
 */
const logoutToken = z.object({
  jti: z.string().min(1).max(200),
  iat: seconds,
  exp: seconds,
  sid: z.string().min(1).max(200),
  events: z.object({ [EVENT]: z.looseObject({}) }),
  nonce: z.never().optional(),
})
export type LogoutToken = { readonly jti: string; readonly sid: string; readonly expiresAt: Date }

/** Null unless every part is there and none that must not be. */
export function readLogoutToken(payload: unknown): LogoutToken | null {
  const { data } = logoutToken.safeParse(payload)
  return data ? { jti: data.jti, sid: data.sid, expiresAt: new Date(Math.max(data.exp, data.iat + 600) * 1000) } : null
}

/** ID-porten's session id as it comes in an address. */
export const isSid = (text: string | null): text is string => text !== null && /^[\x21-\x7e]{8,200}$/.test(text)

/** ID-porten writes its issuer with and without a slash at the end. */
export const sameIssuer = (given: string | null, ours: string): boolean => given !== null && given.replace(/\/$/, '') === ours.replace(/\/$/, '')
