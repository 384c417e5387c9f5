import { kindOfActor, staffActor, type AuditEventType } from '@/lib/audit/audit-event'
import type { AuditLine, AuditPlace, AuditTrail } from '@/lib/audit/audit-trail-store'
import type { OpenedShare, ShareStore } from '@/lib/sharing/share-store'

/** `not-kept`: the answer came after the person had logged out or ended the consent. `not-got`: we asked and got no figures. */
export type Sight = 'fetched' | 'not-kept' | 'not-got' | 'shown'

/**
 * One time the balance was fetched or seen. Whoever is not the person has a role, a unit and a purpose: they
 * stand in the share that the person began; without one `other` says no more than the log does.
 */
export type Seen = {
  readonly place: AuditPlace
  readonly at: Date
  readonly sight: Sight
  readonly who: { readonly is: 'you' } | { readonly is: 'other'; readonly actor: ReturnType<typeof kindOfActor>; readonly role: 'adviser' | null; readonly unit: string | null; readonly purpose: string | null }
  /** The look-up's reference: the same as in the bank's log. */
  readonly reference: string
}
export type SeenPage = { readonly entries: readonly Seen[]; /** Where the next page begins; null on the last. */ readonly next: AuditPlace | null }

const types: readonly AuditEventType[] = ['source.read', 'reading.shown']
export const SEEN_ON_A_PAGE = 50

/** Every fetch and every look, the newest first, a page at a time. */
export async function whoHasSeen({ trail, shares }: { readonly trail: AuditTrail; readonly shares: Pick<ShareStore, 'openedOf'> }, { subjectRef, before }: { readonly subjectRef: string; readonly before: AuditPlace | null }): Promise<SeenPage> {
  const lines = await trail.ofSubject(subjectRef, { types, before, take: SEEN_ON_A_PAGE + 1 })
  const opened = lines.some(({ actor }) => kindOfActor(actor) === 'staff') ? await shares.openedOf(subjectRef) : []
  const entries = lines.slice(0, SEEN_ON_A_PAGE).map((line) => seen(line, opened))
  return { entries, next: lines.length > SEEN_ON_A_PAGE ? (entries.at(-1)?.place ?? null) : null }
}

const seen = ({ id, at, type, actor, outcome, correlationId }: AuditLine, opened: readonly OpenedShare[]): Seen => ({
  place: { id, at },
  at,
  sight: type === 'reading.shown' ? 'shown' : outcome === 'ok' ? 'fetched' : outcome === 'not-kept' ? 'not-kept' : 'not-got',
  who: actor === 'applicant' ? { is: 'you' } : { is: 'other', actor: kindOfActor(actor), ...errandOf(opened.find((share) => staffActor(share.staffRef) === actor && share.openedAt <= at && (share.endedAt === null || at <= share.endedAt))) },
  reference: correlationId,
})

const errandOf = (share: OpenedShare | undefined) => ({ role: share ? ('adviser' as const) : null, unit: share?.unit ?? null, purpose: share?.purpose ?? null })

/** A place in the log, for an address: says nothing about anybody. */
export const placeInAddress = ({ at, id }: AuditPlace): string => `${at.getTime()}-${id}`

export function placeFromAddress(text: unknown): AuditPlace | null {
  const [, time, id] = (typeof text === 'string' && /^(\d{1,15})-(\d{1,18})$/.exec(text)) || []
  return time && id ? { at: new Date(Number(time)), id } : null
}
