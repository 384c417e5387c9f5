/**
 * How long each thing is kept, in one table: what the job `run-retention` does, and docs/operations.md is held to it. What
 * the job removes is counted in the audit log by these names; a name says a kind of thing, and never whose it was.
 */
export type Kept = {
  readonly what: string
  /** Whole days of 24 hours, counted from `after`. */
  readonly days: number
  readonly after: string
}

const year = 365
/** Three calendar years with a day to spare: the ordinary limitation period of a claim (foreldelsesloven § 2). */
const THREE_YEARS = 3 * year + 2

/** In the order in which the job goes: what points to others goes before them. */
export const policy = {
  'log-out-tokens': { what: 'Used log-out tokens, by their random id', days: 0, after: 'they would have run out' },
  'ended-log-ins': { what: 'How a log-in ended, by the hash of its cookie', days: 0, after: 'no browser has the cookie' },
  tries: { what: 'Counted tries with one-time codes, by keyed hash or random reference', days: 0, after: 'the count begins anew' },
  'unused-shares': { what: 'Shares that no adviser opened', days: 30, after: 'they ended' },
  shares: { what: 'Shares that an adviser opened: who, unit, purpose, case number', days: THREE_YEARS, after: 'they ended' },
  invitations: { what: 'Invitations that no share names', days: 30, after: 'they ran out' },
  'unanswered-requests': { what: 'Requests for consent that nobody answered', days: 30, after: 'they were given up' },
  'closed-consents': { what: 'Consents that were refused, withdrawn or ran out', days: THREE_YEARS, after: 'they closed' },
  persons: { what: 'Persons: sealed national id and its fingerprint', days: year, after: 'their last consent closed; 30 days after they came, when no consent of theirs is kept' },
  'ownerless-references': { what: 'References of erased persons, in the table of persons', days: THREE_YEARS, after: 'they were erased, once no consent or share names them' },
  employees: { what: 'Employees who were let in: fingerprints, sealed name, unit', days: 5 * year + 2, after: 'their last log-in: for as long as the audit log names them' },
} as const satisfies Readonly<Record<string, Kept>>

export type Removable = keyof typeof policy
export const removables = Object.keys(policy) as readonly Removable[]

/** Days after which a person who has no consent at all is a stranger again. */
export const PERSON_WITHOUT_CONSENT_DAYS = 30

/** Whole months that a month of the audit log is kept after its end; the database's function holds this number too. */
export const AUDIT_MONTHS = 60

/** A length as people say it. */
export type Period = { readonly unit: 'years' | 'months' | 'days'; readonly count: number }
/** Whole years, with the days of leap years to spare; else days. */
export const periodOf = (days: number): Period => (days >= year && days % year < 3 ? { unit: 'years', count: Math.floor(days / year) } : { unit: 'days', count: days })
export const periodOfMonths = (months: number): Period => (months % 12 === 0 ? { unit: 'years', count: months / 12 } : { unit: 'months', count: months })

/** How long a person's own things are kept, to be told to them. `log` is null where nobody takes its months out. */
export type KeptPeriods = Readonly<Record<'nationalId' | 'stranger' | 'consents' | 'unanswered' | 'shares' | 'unopened', Period>> & { readonly log: Period | null }
export const keptPeriods = (logMonthsLeave: boolean): KeptPeriods => ({
  nationalId: periodOf(policy.persons.days),
  stranger: periodOf(PERSON_WITHOUT_CONSENT_DAYS),
  consents: periodOf(policy['closed-consents'].days),
  unanswered: periodOf(policy['unanswered-requests'].days),
  shares: periodOf(policy.shares.days),
  unopened: periodOf(policy['unused-shares'].days),
  log: logMonthsLeave ? periodOfMonths(AUDIT_MONTHS) : null,
})

const DAY = 86_400_000
export const daysBefore = (now: Date, days: number): Date => new Date(now.getTime() - days * DAY)
/** What ended before this is not kept any more. */
export const keptSince = (name: Removable, now: Date): Date => daysBefore(now, policy[name].days)

/** What goes by itself or by other hands, for the same document. */
export const keptElsewhere = [
  { what: 'Amounts', time: 'the log-in: [architecture.md](architecture.md#where-amounts-may-live-and-how-they-are-gone)' },
  { what: 'Session, with the sealed id_token', time: 'the log-in, at most `SESSION_MAX_MINUTES`; a job looks every minute' },
  { what: 'Employees’ sessions, with the sealed tokens of the bank’s log-in', time: 'the log-in, at most `STAFF_SESSION_MAX_MINUTES`' },
  { what: 'The list of protected persons, as fingerprints', time: 'until an admin takes somebody off it' },
  { what: 'One-time codes of shares', time: 'ten minutes, or until used' },
  { what: 'Consent tokens', time: 'in memory, for one reading' },
  { what: 'Maskinporten’s access tokens, sealed', time: 'about two minutes of use. The row stays until the next token or a crash' },
  { what: 'How upstreams were last seen, and how far the events were read', time: 'until seen or read anew. Nothing about persons' },
  { what: 'Seals and checkpoints of the audit log', time: 'always: hashes, numbers and times. They prove what is left of the log' },
  { what: 'Log lines', time: 'as you decide. They name nobody' },
] as const
