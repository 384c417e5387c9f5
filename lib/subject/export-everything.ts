import { auditEventTypes } from '@/lib/audit/audit-event'
import type { AuditLog } from '@/lib/audit/audit-log'
import type { AuditPlace } from '@/lib/audit/audit-place'
import type { AuditLine, AuditTrail } from '@/lib/audit/audit-trail-store'
import type { Clock } from '@/lib/clock'
import type { Consent } from '@/lib/consent/consent'
import { consentState, type ConsentState } from '@/lib/consent/consent-state'
import type { ConsentStore } from '@/lib/consent/consent-store'
import type { ConsentPolicy } from '@/lib/consent/start-consent'
import type { Secret } from '@/lib/secret'
import type { Session } from '@/lib/session/session'
import type { SessionStore } from '@/lib/session/session-store'
import { lookAtReading, type Look, type LookDeps } from '@/lib/sources/look-at-reading'
import type { DataSource } from '@/lib/sources/source'
import type { OpenedShare } from '@/lib/sharing/share-store'
import type { SubjectStore } from './subject-store'
import { seenIn, type Seen, type Telling } from './who-has-seen'

type Deps = LookDeps & Telling & {
  readonly clock: Clock
  readonly subjects: Pick<SubjectStore, 'nationalIdOf' | 'knownSince'>
  readonly sessions: Pick<SessionStore, 'ofSubject'>
  readonly consents: Pick<ConsentStore, 'allOf'>
  readonly trail: AuditTrail
  readonly audit: AuditLog
  readonly policy: Pick<ConsentPolicy, 'coveredBy'>
}
type Input<T> = { readonly source: DataSource<T>; readonly session: Session; readonly token: Secret; readonly form: 'json' | 'html'; readonly correlationId: string }

/** Everything the app holds about one person (GDPR article 15), for that person. The national id is masked: they know it, and a file may go astray. */
export type Everything<T> = {
  readonly takenAt: Date
  readonly person: { readonly reference: string; readonly nationalId: string; readonly knownSince: Date | null }
  readonly logIns: readonly Pick<Session, 'createdAt' | 'lastSeenAt' | 'expiresAt' | 'acr'>[]
  readonly consents: readonly (Consent & { readonly state: ConsentState })[]
  /** What this log-in has fetched and has not deleted; null when there is nothing. */
  readonly balance: Pick<Look<T>, 'value' | 'fetchedAt' | 'consentId'> | null
  /** Every time an adviser opened what the person showed, the newest first; the name only where the bank tells names. */
  readonly shares: readonly (Omit<OpenedShare, 'staffRef'> & { readonly name: string | null })[]
  /** Every fetch and every look, as on the person's own page, the newest first. */
  readonly seen: readonly Omit<Seen, 'place'>[]
  /** Every line of the audit log about the person, the newest first. */
  readonly log: readonly AuditLine[]
}

/** Taken with a line in the log, and a second one where it holds amounts: as for any look at them. */
export async function exportEverything<T>(deps: Deps, { source, session, token, form, correlationId }: Input<T>): Promise<Everything<T>> {
  const { clock, subjects, sessions, consents, shares, adviserNames, trail, audit, policy } = deps
  const { subjectRef } = session
  const takenAt = clock.now()
  await audit.append({ type: 'subject.exported', at: takenAt, actor: 'applicant', correlationId, subjectRef, consentId: null, outcome: form })
  const look = await lookAtReading(deps, { source, token, correlationId })
  const [nationalId, knownSince, logIns, all, opened, log] = await Promise.all([subjects.nationalIdOf(subjectRef), subjects.knownSince(subjectRef), sessions.ofSubject(subjectRef), consents.allOf(subjectRef, policy.coveredBy), shares.openedOf(subjectRef), wholeLog(trail, subjectRef)])
  const [names, seen] = await Promise.all([adviserNames(opened.map(({ staffRef }) => staffRef)), seenIn(deps, subjectRef, log)])
  return {
    takenAt,
    person: { reference: subjectRef, nationalId: nationalId.masked(), knownSince },
    // Field by field: what a session has besides is nobody's to take along.
    logIns: logIns.map(({ createdAt, lastSeenAt, expiresAt, acr }) => ({ createdAt, lastSeenAt, expiresAt, acr })),
    consents: all.map((consent) => ({ ...consent, state: consentState(consent, takenAt) })),
    balance: look && { value: look.value, fetchedAt: look.fetchedAt, consentId: look.consentId },
    shares: opened.map(({ staffRef, ...share }) => ({ ...share, name: names.get(staffRef) ?? null })),
    seen: seen.map(({ at, sight, who, reference }) => ({ at, sight, who, reference })),
    log,
  }
}

const AT_A_TIME = 1_000

async function wholeLog(trail: AuditTrail, subjectRef: string): Promise<readonly AuditLine[]> {
  const all: AuditLine[] = []
  for (let before: AuditPlace | null = null; ; ) {
    const lines: readonly AuditLine[] = await trail.ofSubject(subjectRef, { types: auditEventTypes, before, take: AT_A_TIME })
    all.push(...lines)
    before = lines.at(-1) ?? null
    if (lines.length < AT_A_TIME || !before) return all
  }
}
