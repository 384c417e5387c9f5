import type { Clock } from '@/lib/clock'
import type { AuditLog } from '@/lib/audit/audit-log'
import { staffActor } from '@/lib/audit/audit-event'
import { fail, ok, type Result } from '@/lib/result'
import { Secret } from '@/lib/secret'
import { newSessionToken, tokenHashOf, type SessionLimits } from '@/lib/session/session'
import { sealTokens } from './admit-staff'
import type { StaffAnswerRefusal, StaffProvider, StaffTransaction } from './staff-provider'
import { staffEvent, type StaffStore } from './staff-store'

type Deps = { readonly clock: Clock; readonly audit: AuditLog; readonly staff: { readonly provider: StaffProvider; readonly store: StaffStore; readonly limits: SessionLimits } }
/** `no-role`: the provider knows the employee, and gives them no role here. `no-transaction`: this browser has no log-in underway. */
export type StaffLogInRefusal = StaffAnswerRefusal | 'no-role' | 'no-transaction'

/** Milliseconds that a log-in may be underway. */
export const UNDERWAY = 10 * 60_000

type Answered = { readonly parameters: URLSearchParams; readonly transaction: StaffTransaction | null; /** The log-in of this browser before, which this one takes the place of. */ readonly before: Secret | null; readonly correlationId: string }

/**
 * Takes what the browser brings back from the provider. A good answer of somebody with a role becomes a session; its cookie is
 * answered. Everybody else is turned away. Either is in the audit log, and without that line there is no session.
 */
export async function logInStaff({ clock, audit, staff: { provider, store, limits } }: Deps, { parameters, transaction, before, correlationId }: Answered): Promise<Result<{ readonly token: Secret; readonly expiresAt: Date }, StaffLogInRefusal>> {
  const refuse = async <Reason extends StaffLogInRefusal>(reason: Reason, staffRef: string | null = null, detail?: string) => {
    await audit.append({ type: 'staff-session.refused', at: clock.now(), actor: staffRef === null ? 'staff' : staffActor(staffRef), correlationId, subjectRef: null, consentId: null, outcome: reason })
    return fail(reason, detail)
  }
  if (!transaction || clock.now().getTime() - transaction.begun >= UNDERWAY) return refuse('no-transaction')
  const answer = await provider.answer(parameters, transaction)
  if (!answer.ok) return refuse(answer.reason, null, answer.detail)
  const { claims, tokens, sid } = answer.value
  const { roles, unit } = claims
  // Who was never let in is not written down: the log then says that somebody was refused, and not whom.
  if (roles.length === 0) return refuse('no-role', await store.findRef(claims.sub))

  const now = clock.now()
  const staffRef = await store.remember(claims, now)
  if (before) await store.end({ tokenHash: tokenHashOf(before.reveal()) }, { reason: 'replaced', at: now, correlationId })
  const token = new Secret(newSessionToken())
  const expiresAt = new Date(now.getTime() + limits.maxMinutes * 60_000)
  const session = { tokenHash: tokenHashOf(token.reveal()), staffRef, roles, unit, idpSid: sid, createdAt: now, lastSeenAt: now, expiresAt, checkedAt: now, checkingUntil: null, tokensSealed: sealTokens(token, tokens) }
  await store.start(session, staffEvent(staffRef, 'staff-session.started', { at: now, correlationId, outcome: roles.join('-') }))
  return ok({ token, expiresAt })
}
