import type { Clock } from '@/lib/clock'
import type { NationalId } from '@/lib/national-id'
import { fail, ok, type Result } from '@/lib/result'
import type { SubjectStore } from '@/lib/subject/subject-store'
import { staffActor, type AuditEvent } from './audit-event'
import { searchedBy, type AuditFilter } from './audit-filter'
import type { AuditLog } from './audit-log'
import type { AuditEntry, AuditReading } from './audit-reading-store'
import type { AuditPlace } from './audit-place'

type Deps = { readonly clock: Clock; readonly audit: AuditLog; readonly auditReading: AuditReading }
/** Whoever reads, and the reference of the request. */
export type Auditor = { readonly staffRef: string; readonly correlationId: string }

export const ENTRIES_ON_A_PAGE = 50
/** Lines that one export holds at most: then a shorter time must be asked for, rather than a file given that lacks its end. */
export const MOST_EXPORTED = 50_000
const BATCH = 1_000

const eventOf = ({ staffRef, correlationId }: Auditor, at: Date, type: AuditEvent['type'], outcome: string, subjectRef: string | null): AuditEvent => ({ type, at, actor: staffActor(staffRef), correlationId, subjectRef, consentId: null, outcome })

/** A page of the log. That it is read stands in the log first: if that cannot be written this throws, and nothing is shown. */
export async function readAudit({ clock, audit, auditReading }: Deps, { filter, before, ...auditor }: Auditor & { readonly filter: AuditFilter; readonly before: AuditPlace | null }): Promise<Result<{ readonly entries: readonly AuditEntry[]; /** Where the next page begins; null on the last. */ readonly next: AuditPlace | null }, 'too-slow'>> {
  await audit.append(eventOf(auditor, clock.now(), 'audit.read', searchedBy(filter), filter.subjectRef))
  const found = await auditReading.lines(filter, { before, take: ENTRIES_ON_A_PAGE + 1 })
  if (!found.ok) return found
  const entries = found.value.slice(0, ENTRIES_ON_A_PAGE)
  return ok({ entries, next: found.value.length > ENTRIES_ON_A_PAGE ? (entries.at(-1) ?? null) : null })
}

/**
 * The lines that were asked for, a batch at a time, the newest first. That they are taken out stands in the log before the
 * first is read. Refused when there are too many for one file. Throws midway when a batch cannot be had: a file that broke off
 * must not look whole.
 */
export async function exportAudit({ clock, audit, auditReading }: Deps, { filter, form, ...auditor }: Auditor & { readonly filter: AuditFilter; readonly form: 'jsonl' | 'csv' }): Promise<Result<AsyncGenerator<readonly AuditEntry[]>, 'too-slow' | 'too-many'>> {
  const exceeds = await auditReading.exceeds(filter, MOST_EXPORTED)
  if (!exceeds.ok) return exceeds
  if (exceeds.value) return fail('too-many')
  const now = clock.now()
  await audit.append(eventOf(auditor, now, 'audit.exported', form, filter.subjectRef))
  return ok(batches(auditReading, { ...filter, to: filter.to ?? now }))
}

async function* batches(reading: AuditReading, filter: AuditFilter): AsyncGenerator<readonly AuditEntry[]> {
  let before: AuditPlace | null = null
  for (;;) {
    const batch: Result<readonly AuditEntry[], 'too-slow'> = await reading.lines(filter, { before, take: BATCH })
    if (!batch.ok) throw new Error('the log could not be read to its end')
    yield batch.value
    if (batch.value.length < BATCH) return
    before = batch.value.at(-1) ?? null
  }
}

/** Under which random name somebody stands in the log; null when they do not, or not any more. That it was asked is logged first. */
export async function seekPerson({ clock, audit, subjects }: { readonly clock: Clock; readonly audit: AuditLog; readonly subjects: Pick<SubjectStore, 'findRef'> }, { nationalId, ...auditor }: Auditor & { readonly nationalId: NationalId }): Promise<string | null> {
  const ref = await subjects.findRef(nationalId)
  await audit.append(eventOf(auditor, clock.now(), 'audit.person-sought', ref === null ? 'not-found' : 'found', ref))
  return ref
}
