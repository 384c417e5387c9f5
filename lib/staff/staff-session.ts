import { deriveKey } from '@/lib/sealed'
import type { Secret } from '@/lib/secret'

/** What an employee may do here. Nobody has a role by being logged in: the bank's own provider gives them. */
export const staffRoles = ['adviser', 'auditor', 'admin'] as const
export type StaffRole = (typeof staffRoles)[number]

/** One employee's log-in. Found by the hash of the cookie; the cookie itself is nowhere at rest. */
export type StaffSession = {
  readonly tokenHash: Uint8Array<ArrayBuffer>
  /** The employee, by a random name: who it is stands in StaffMember. */
  readonly staffRef: string
  /** As the provider last told. Never empty. */
  readonly roles: readonly StaffRole[]
  /** Where in the bank they work, in the provider's words; null when it does not say. */
  readonly unit: string | null
  /** The provider's own session, when it names it. */
  readonly idpSid: string | null
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  /** When the provider last confirmed the roles. */
  readonly checkedAt: Date
  /** Somebody asks the provider for this log-in until then at most; null when nobody does. */
  readonly checkingUntil: Date | null
  /** What the provider is asked with, sealed under a key derived from the cookie. */
  readonly tokensSealed: Uint8Array<ArrayBuffer>
}

/** Milliseconds that the provider's word on the roles counts for: then it is asked again, when the session is next used. */
export const CHECK_EVERY = 50_000
/** Milliseconds after the provider's last word at which nothing is shown any more until it has answered. */
export const DOUBT_AFTER = 180_000

/** Whether the provider must be asked again: not yet, now, or so late that nothing may be shown before it has answered. */
export function checkDue({ checkedAt }: Pick<StaffSession, 'checkedAt'>, now: Date): 'not-yet' | 'due' | 'overdue' {
  const age = now.getTime() - checkedAt.getTime()
  return age >= DOUBT_AFTER ? 'overdue' : age >= CHECK_EVERY ? 'due' : 'not-yet'
}

export const hasRole = ({ roles }: Pick<StaffSession, 'roles'>, role: StaffRole): boolean => roles.includes(role)

/** Roles in the order of the list above, each once; what is no role of ours is left out. */
export const rolesAmong = (names: readonly string[]): readonly StaffRole[] => staffRoles.filter((role) => names.includes(role))

/** A key that exists only while an employee shows up with the cookie. Never the key of an applicant's cookie. */
export const keyFromStaffToken = (token: Secret, purpose: 'reading' | 'tokens'): Buffer => deriveKey(token.reveal(), `staff-session/${purpose}`)
