/**
 * Everything that is logged, as a closed list. An event tells who did what with which consent, and how it went:
 * never an amount, a national id, a name, a token or an address. A person is a random subject reference.
 */
export type AuditEvent = {
  readonly type: AuditEventType
  readonly at: Date
  readonly actor: Actor
  readonly correlationId: string
  readonly subjectRef: string | null
  readonly consentId: string | null
  /** A word from a closed union of the module that writes it; null where the type says it all. */
  readonly outcome: string | null
}

export const auditEventTypes = [
  /** Somebody logged in, or was refused (outcome: why). */
  'session.started',
  'session.refused',
  /** outcome: own, front-channel, back-channel, idle, absolute, replaced, erased. */
  'session.ended',
  'consent.requested',
  /** Given in Altinn 2, and brought here by the operator; Altinn has not been asked about it yet. */
  'consent.imported',
  /** The provider has taken the request and named it, where it chooses the name itself. */
  'consent.named',
  /** outcome: accepted, rejected, expired; of an imported one also what it is not (lib/consent/provider.ts, NotThisConsent). */
  'consent.settled',
  /** outcome: revoked, expired, stopped-here. Held readings went in the same transaction. */
  'consent.closed',
  /** Committed before the first byte of a consent's one exchange. */
  'consent.exchange-started',
  /** outcome: given, not-made, lost, and spent when the source has not answered on what was given. */
  'consent.exchange-ended',
  /** Somebody else than the giver came back with a consent's return reference. */
  'consent.wrong-person',
  /** Written before the first byte to the source, and after its answer (outcome: ok or the reason). */
  'source.read-started',
  'source.read',
  /** An amount is about to be shown. */
  'reading.shown',
  /** Somebody asked for what is another's; outcome: what. */
  'access.refused',
  /** A customer shows their figures: outcome by-code or by-invitation. The code is not used yet. */
  'share.started',
  /** An adviser used the code. Committed before there is anything that they could open. */
  'share.opened',
  /** An adviser was shown nothing; outcome: wrong-code, too-many-tries, own, protected, not-an-adviser, no-errand. */
  'share.refused',
  /** outcome: lib/sharing/share.ts tells of each. The key of the figures went in the same transaction. */
  'share.ended',
  /** An adviser made a link to ask somebody with. */
  'invitation.made',
  /** A person took a copy of everything held about them; outcome: the form, json or html. */
  'subject.exported',
  /** Who the person is, is gone; the reference stays without an owner. */
  'subject.erased',
  /** An employee logged in (outcome: their roles), or was turned away (outcome: why). */
  'staff-session.started',
  'staff-session.refused',
  /** The actor is whose log-in it was. outcome: own, back-channel, idle, absolute, replaced, role-lost, refused-by-provider, ended-by-admin. */
  'staff-session.ended',
  /** An admin ends somebody's log-ins: those that end have the same reference. */
  'staff-session.end-ordered',
  /** The provider named other roles than before (outcome: which). */
  'staff-session.roles-changed',
  /** An auditor reads this log (outcome: by what they searched), takes it out (outcome: the form), or seeks a person by their number. */
  'audit.read',
  'audit.exported',
  'audit.person-sought',
  /** An admin has put somebody on the list of those whose figures no adviser opens, or taken them off. */
  'protected-person.added',
  'protected-person.removed',
  /** What was past its time went: outcome says what and how many, and nobody is named. */
  'retention.removed',
] as const
export type AuditEventType = (typeof auditEventTypes)[number]

/** An employee is the random name under which StaffMember knows them; one who was never let in has none. */
export type Actor = 'applicant' | 'id-porten' | 'system' | 'staff' | StaffActor
export type StaffActor = `staff:${string}`

export const staffActor = (staffRef: string): StaffActor => `staff:${staffRef}`
/** The employee who acted; null of everybody else. */
export const staffRefOf = (actor: Actor): string | null => (isStaffActor(actor) ? actor.slice('staff:'.length) : null)
/** Who acted, where the one employee is not what matters. */
export const kindOfActor = (actor: Actor): Exclude<Actor, StaffActor> => (isStaffActor(actor) ? 'staff' : actor)
const isStaffActor = (actor: Actor): actor is StaffActor => actor.startsWith('staff:')
