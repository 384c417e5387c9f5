import type { AuditEventType } from './audit-event'

/** Who acted: a kind of actor, or one employee by their random name. */
export const actorKinds = ['applicant', 'staff', 'id-porten', 'system'] as const
export type ActorKind = (typeof actorKinds)[number]
export type SoughtActor = { readonly kind: ActorKind } | { readonly staffRef: string }

/** Which lines of the log an auditor wants to see. What is null narrows nothing. */
export type AuditFilter = {
  readonly from: Date | null
  /** Up to, and without. */
  readonly to: Date | null
  readonly type: AuditEventType | null
  readonly actor: SoughtActor | null
  readonly subjectRef: string | null
  readonly caseNumber: string | null
  readonly correlationId: string | null
}

export const everything: AuditFilter = { from: null, to: null, type: null, actor: null, subjectRef: null, caseNumber: null, correlationId: null }

/** By what somebody searched, as the log tells it: words only, since what they searched for may say more. */
export function searchedBy({ from, to, type, actor, subjectRef, caseNumber, correlationId }: AuditFilter): string {
  const words = { time: from ?? to, event: type, actor, person: subjectRef, case: caseNumber, reference: correlationId }
  return Object.entries(words).flatMap(([word, given]) => (given === null ? [] : [word])).join('-') || 'newest'
}
