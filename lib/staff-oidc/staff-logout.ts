import { z } from 'zod'
import type { StaffLogout } from '@/lib/staff/staff-provider'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
/** Seconds up to the end of the year 9999: neither a Date nor the database says what comes after. */
const seconds = z.number().max(253_402_300_799)
const name = z.string().min(1).max(255)

/**
 * What a log-out token must hold beyond its signature, issuer, audience and times (OpenID Connect Back-Channel Logout 1.0
 * §2.4): the event, a `jti`, a `sid` or a `sub` or both, and no nonce.
 */
const logoutToken = z.object({
  jti: name,
  iat: seconds,
  exp: seconds,
  sid: name.optional(),
  sub: name.optional(),
  events: z.object({ [EVENT]: z.looseObject({}) }),
  nonce: z.never().optional(),
}).refine(({ sid, sub }) => sid !== undefined || sub !== undefined)

/** Null unless every part is there and none that must not be. */
export function readStaffLogout(payload: unknown): StaffLogout | null {
  const { data } = logoutToken.safeParse(payload)
  return data ? { jti: data.jti, sid: data.sid ?? null, sub: data.sub ?? null, expiresAt: new Date(Math.max(data.exp, data.iat + 600) * 1000) } : null
}
