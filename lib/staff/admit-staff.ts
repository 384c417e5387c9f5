import { setTimeout as pause } from 'node:timers/promises'
import type { AuditLog } from '@/lib/audit/audit-log'
import type { Clock } from '@/lib/clock'
import type { Log } from '@/lib/log'
import { fail, ok, type Result } from '@/lib/result'
import { decrypt, encrypt } from '@/lib/sealed'
import type { Secret } from '@/lib/secret'
import { endedBy, tokenHashOf, type SessionLimits } from '@/lib/session/session'
import type { StaffProvider, StaffTokens } from './staff-provider'
import { CHECK_EVERY, checkDue, hasRole, keyFromStaffToken, type StaffRole, type StaffSession } from './staff-session'
import { staffEvent, type StaffEndReason, type StaffStore } from './staff-store'

export type AdmitDeps = { readonly clock: Clock; readonly log: Log; readonly audit: AuditLog; readonly staff: { readonly provider: StaffProvider; readonly store: StaffStore; readonly limits: SessionLimits } }

export type StaffRefusal =
  /** No session has this cookie: the employee ended it, or it never was, or nobody knows any more. */
  | 'unknown'
  /** The provider ended it, or an admin here. */
  | 'elsewhere'
  /** It has been ended here, for this reason. */
  | (typeof told)[number]
  /** The provider has not said for too long whether the employee still may. Nothing is shown until it does. */
  | 'unchecked'
  /** Logged in, and without the role that this needs. It is in the audit log. */
  | 'wrong-role'

type Asked = {
  readonly token: Secret
  /** What one must be to go on; `any` for a page that every employee with a role may see. */
  readonly role: StaffRole | 'any'
  readonly correlationId: string
  /** False when nobody has pressed anything: a page that follows by itself does not keep its log-in alive. */
  readonly touch?: boolean
}

const told = ['idle', 'absolute', 'role-lost', 'refused-by-provider'] as const satisfies readonly StaffEndReason[]
const byOthers: readonly (string | null)[] = ['back-channel', 'ended-by-admin'] satisfies readonly StaffEndReason[]

async function whyGone(store: StaffStore, tokenHash: StaffSession['tokenHash']): Promise<StaffRefusal> {
  const reason = await store.reasonOf(tokenHash)
  return told.find((one) => one === reason) ?? (byOthers.includes(reason) ? 'elsewhere' : 'unknown')
}

/** How often, in milliseconds, "last seen" is written at most. */
const TOUCH_EVERY = 10_000
/** Milliseconds that asking the provider may take; and how often somebody who waits for that looks. */
const ASKING = 9_000
const LOOK_AGAIN = 100

/**
 * The employee of this cookie, when they may go on now. A session past its limits is ended; the provider is asked at use, at
 * most about once a minute and by one request of all, whether they still have their roles. While it says nothing the session
 * goes on for a short while, and then shows nothing. A refusal for want of the role is logged; if that fails this throws.
 */
export async function admitStaff(deps: AdmitDeps, asked: Asked): Promise<Result<StaffSession, StaffRefusal>> {
  const { clock, audit, staff: { store, limits } } = deps
  const { token, role, correlationId, touch = true } = asked
  const tokenHash = tokenHashOf(token.reveal())
  const found = await store.find(tokenHash)
  if (!found) return fail(await whyGone(store, tokenHash))
  const now = clock.now()
  const over = endedBy(found, limits, now)
  if (over) {
    await store.end({ tokenHash }, { reason: over, at: now, correlationId })
    return fail(over)
  }
  const checked = checkDue(found, now) === 'not-yet' ? ok(found) : await check(deps, found, asked)
  if (!checked.ok) return checked
  const session = checked.value
  if (role !== 'any' && !hasRole(session, role)) {
    await audit.append(staffEvent(session.staffRef, 'access.refused', { at: now, correlationId, outcome: `needs-${role}` }))
    return fail('wrong-role')
  }
  if (!touch || now.getTime() - session.lastSeenAt.getTime() < TOUCH_EVERY) return ok(session)
  await store.touch(tokenHash, now)
  return ok({ ...session, lastSeenAt: now })
}

/** Asks the provider, or waits for whoever does, where one must; and then the row, since the log-in may have been ended meanwhile. */
async function check(deps: AdmitDeps, session: StaffSession, asked: Asked): Promise<Result<StaffSession, StaffRefusal>> {
  const { clock, staff: { store } } = deps
  const { tokenHash } = session
  const giveUpAt = clock.now().getTime() + ASKING
  for (;;) {
    const now = clock.now()
    const until = new Date(now.getTime() + ASKING)
    const mine = await store.claimCheck(tokenHash, until, { checkedBefore: new Date(now.getTime() - CHECK_EVERY), now })
    if (mine) await ask(deps, session, until, asked)
    const current = await store.find(tokenHash)
    if (!current) return fail(await whyGone(store, tokenHash))
    if (checkDue(current, clock.now()) !== 'overdue') return ok(current)
    if (mine || now.getTime() >= giveUpAt) return fail('unchecked')
    await pause(LOOK_AGAIN)
  }
}

/** Asks the provider, and writes down what it says: that may be the end of the log-in. */
async function ask({ clock, log, staff: { provider, store } }: AdmitDeps, session: StaffSession, until: Date, { token, correlationId }: Asked): Promise<void> {
  const { tokenHash, staffRef } = session
  const end = async (reason: 'role-lost' | 'refused-by-provider') => void (await store.end({ tokenHash }, { reason, at: clock.now(), correlationId }))
  const answer = await provider.ask(openTokens(token, session.tokensSealed))
  if (!answer.ok && answer.reason === 'refused') {
    log.warn('The staff log-in does not confirm a session any more', { upstream: 'staff', step: 'check', detail: answer.detail ?? '', correlationId })
    return end('refused-by-provider')
  }
  if (!answer.ok) {
    log.warn('The staff log-in could not be asked whether a session stands', { upstream: 'staff', step: 'check', detail: answer.detail ?? '', correlationId })
    return store.releaseCheck(tokenHash, until)
  }
  const { claims: { roles, unit }, tokens } = answer.value
  if (roles.length === 0) return end('role-lost')
  const now = clock.now()
  const changed = roles.join('-') !== session.roles.join('-')
  await store.confirm(tokenHash, until, { roles, unit, tokensSealed: sealTokens(token, tokens), checkedAt: now }, changed ? staffEvent(staffRef, 'staff-session.roles-changed', { at: now, correlationId, outcome: roles.join('-') }) : null)
}

const CONTEXT = 'staff-tokens'

export const sealTokens = (token: Secret, tokens: StaffTokens): Uint8Array<ArrayBuffer> => encrypt(keyFromStaffToken(token, 'tokens'), Buffer.from(JSON.stringify(tokens)), CONTEXT)

/** Throws unless they were sealed under this cookie. */
export const openTokens = (token: Secret, sealed: StaffSession['tokensSealed']): StaffTokens => JSON.parse(decrypt(keyFromStaffToken(token, 'tokens'), sealed, CONTEXT).toString('utf8')) as StaffTokens
