import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { Secret } from '@/lib/secret'
import { endedBy, tokenHashOf, type Session } from '@/lib/session/session'
import { sessionCookie } from './cookies'
import { correlationId } from './correlation-id'
import { services } from './services'

export type Applicant = { readonly session: Session; readonly token: Secret }
type Found = { readonly applicant: Applicant } | { readonly applicant: null; readonly why: 'nobody' | 'idle' | 'absolute' | 'elsewhere' }

/** How often, in milliseconds, a session's "last seen" is written at most. */
const TOUCH_EVERY = 10_000

/**
 * The applicant of this request by their cookie. A session found past its limits is ended here, with what it held;
 * a live one is touched, unless nobody is at the keys. Once for each request.
 */
export const findApplicant = cache(async (touch = true): Promise<Found> => {
  const bank = await services()
  const { sessions, sessionLimits, clock } = bank
  const token = (await cookies()).get(sessionCookie(bank).name)?.value
  if (!token) return { applicant: null, why: 'nobody' }
  const tokenHash = tokenHashOf(token)
  const session = await sessions.find(tokenHash)
  if (!session) return { applicant: null, why: 'elsewhere' }
  const now = clock.now()
  const over = endedBy(session, sessionLimits, now)
  if (over) {
    await sessions.end(tokenHash, { reason: over, actor: 'system', at: now, correlationId: await correlationId() })
    return { applicant: null, why: over }
  }
  if (touch && now.getTime() - session.lastSeenAt.getTime() >= TOUCH_EVERY) await sessions.touch(tokenHash, now)
  return { applicant: { session, token: new Secret(token) } }
})

/** The applicant, or a way out: the start for somebody who never logged in, the reason for somebody who was logged out. */
export async function requireApplicant(): Promise<Applicant> {
  const found = await findApplicant()
  if (found.applicant) return found.applicant
  redirect(found.why === 'nobody' ? '/' : `/logged-out?why=${found.why}`)
}
