import type { Clock } from '@/lib/clock'
import { fail, ok, type Result } from '@/lib/result'
import { endedBy, tokenHashOf, type Session, type SessionLimits } from './session'
import type { SessionStore } from './session-store'

export type AdmitDeps = { readonly clock: Clock; readonly sessions: SessionStore; readonly sessionLimits: SessionLimits }

/**
 * Why somebody with a cookie is not logged in: their log-in has run out, was ended by ID-porten since they logged out
 * elsewhere, went with all that was known of them, or is over: they ended it, or nobody knows how any more.
 */
export type ApplicantRefusal = 'idle' | 'absolute' | 'elsewhere' | 'erased' | 'over'

/** How often, in milliseconds, a session's "last seen" is written at most. */
const TOUCH_EVERY = 10_000

/** The log-in of this cookie. One past its limits is ended here, with what it held; a live one is touched, unless nobody is at the keys. */
export async function admitApplicant({ clock, sessions, sessionLimits }: AdmitDeps, token: string, { touch, correlationId }: { readonly touch: boolean; readonly correlationId: string }): Promise<Result<Session, ApplicantRefusal>> {
  const tokenHash = tokenHashOf(token)
  const session = await sessions.find(tokenHash)
  if (!session) return fail(refusalBy(await sessions.reasonOf(tokenHash)))
  const now = clock.now()
  const over = endedBy(session, sessionLimits, now)
  if (over) {
    await sessions.end(tokenHash, { reason: over, actor: 'system', at: now, correlationId })
    return fail(over)
  }
  if (!touch || now.getTime() - session.lastSeenAt.getTime() < TOUCH_EVERY) return ok(session)
  await sessions.touch(tokenHash, now)
  return ok({ ...session, lastSeenAt: now })
}

const refusals: Readonly<Record<string, ApplicantRefusal>> = { idle: 'idle', absolute: 'absolute', erased: 'erased', 'front-channel': 'elsewhere', 'back-channel': 'elsewhere' }
const refusalBy = (reason: string | null): ApplicantRefusal => refusals[reason ?? ''] ?? 'over'
