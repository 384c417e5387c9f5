import { kindOfActor, staffRefOf, type AuditEventType } from '@/lib/audit/audit-event'
import type { AuditPlace } from '@/lib/audit/audit-place'
import type { AuditLine, AuditTrail } from '@/lib/audit/audit-trail-store'
import type { AdviserNames } from '@/lib/sharing/adviser'
import type { OpenedShare, ShareStore } from '@/lib/sharing/share-store'

/** `not-kept`: the answer came after the person had logged out or ended the consent. `not-got`: we asked and got no figures. */
export type Sight = 'fetched' | 'not-kept' | 'not-got' | 'shown'

/**
 * One time the balance was fetched or seen. Whoever is not the person has a role, a unit and a purpose: they
 * stand in the share that the person began; without one `other` says no more than the log does. A name is there only
 * where the bank tells names, and the employee is still known.
 */
export type Seen = {
  readonly place: AuditPlace
  readonly at: Date
  readonly sight: Sight
  readonly who: { readonly is: 'you' } | Other
  /** The look-up's reference: the same as in the bank's log. */
  readonly reference: string
}
export type Other = { readonly is: 'other'; readonly actor: ReturnType<typeof kindOfActor>; readonly role: 'adviser' | null; readonly unit: string | null; readonly name: string | null; readonly purpose: string | null }
export type SeenPage = { readonly entries: readonly Seen[]; /** Where the next page begins; null on the last. */ readonly next: AuditPlace | null }

/** What the log's lines are told with: the person's shares, and the names that the bank tells. */
export type Telling = { readonly shares: Pick<ShareStore, 'openedOf'>; readonly adviserNames: AdviserNames }

const types: readonly AuditEventType[] = ['source.read', 'reading.shown']
export const SEEN_ON_A_PAGE = 50

/** Every fetch and every look, the newest first, a page at a time. */
export async function whoHasSeen(deps: Telling & { readonly trail: AuditTrail }, { subjectRef, before }: { readonly subjectRef: string; readonly before: AuditPlace | null }): Promise<SeenPage> {
  const lines = await deps.trail.ofSubject(subjectRef, { types, before, take: SEEN_ON_A_PAGE + 1 })
  const entries = await seenIn(deps, subjectRef, lines.slice(0, SEEN_ON_A_PAGE))
  return { entries, next: lines.length > SEEN_ON_A_PAGE ? (entries.at(-1)?.place ?? null) : null }
}

/** The fetches and looks among a person's lines, in the order of the lines. */
export async function seenIn({ shares, adviserNames }: Telling, subjectRef: string, all: readonly AuditLine[]): Promise<readonly Seen[]> {
  const lines = all.filter(({ type }) => types.includes(type))
  const refs = lines.flatMap(({ actor }) => staffRefOf(actor) ?? [])
  const [opened, names] = refs.length > 0 ? await Promise.all([shares.openedOf(subjectRef), adviserNames(refs)]) : [[], new Map<string, string>()]
  return lines.map(({ id, at, type, actor, outcome, correlationId }) => ({
    place: { id, at },
    at,
    sight: type === 'reading.shown' ? 'shown' : outcome === 'ok' ? 'fetched' : outcome === 'not-kept' ? 'not-kept' : 'not-got',
    who: actor === 'applicant' ? { is: 'you' } : { is: 'other', actor: kindOfActor(actor), ...employeeOf(staffRefOf(actor), { at, opened, names }) },
    reference: correlationId,
  }))
}

function employeeOf(ref: string | null, { at, opened, names }: { readonly at: Date; readonly opened: readonly OpenedShare[]; readonly names: ReadonlyMap<string, string> }): Omit<Other, 'is' | 'actor'> {
  const share = opened.find(({ staffRef, openedAt, endedAt }) => staffRef === ref && openedAt <= at && (endedAt === null || at <= endedAt))
  return { role: share ? 'adviser' : null, unit: share?.unit ?? null, name: (ref && names.get(ref)) ?? null, purpose: share?.purpose ?? null }
}
