import { hashLeaf, type Hash } from './merkle.ts'

/** An event as it is sealed: the columns of "AuditEvent" that say something, `at` in milliseconds of UTC. */
export type LoggedEvent = {
  /** Digits: it may outgrow a JavaScript number. */
  readonly id: string
  readonly bank: string
  readonly at: number
  readonly type: string
  readonly actor: string
  readonly subjectRef: string | null
  readonly consentId: string | null
  readonly outcome: string | null
  readonly correlationId: string
}

/**
 * The bytes of a leaf: the event as JSON by RFC 8785 (JCS), in UTF-8. That is, the names in alphabetical order, no spaces,
 * null where the column is empty, `at` a whole number, and `v` the version of this form. For example:
 *
 *   {"actor":"applicant","at":1795240800000,"bank":"311111116","consentId":null,"correlationId":"K7QM-9XTB-2RWH","id":"17","outcome":null,"subjectRef":null,"type":"session.started","v":1}
 *
 * Whoever writes a verifier of their own needs this, RFC 6962 §2.1 and lib/audit/checkpoint.ts. Never change it: a new
 * column is a new version beside this one.
 */
export function leafOf({ id, bank, at, type, actor, subjectRef, consentId, outcome, correlationId }: LoggedEvent): string {
  return JSON.stringify({ actor, at, bank, consentId, correlationId, id, outcome, subjectRef, type, v: 1 })
}

export const leafHashOf = (event: LoggedEvent): Hash => hashLeaf(leafOf(event))
