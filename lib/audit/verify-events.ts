import type { Finding } from './finding.ts'
import { inOrder, monthOf, type LogRows, type Signed } from './log-rows.ts'
import { sameHash, type Hash } from './merkle.ts'

/** How far an event's own time may be from the time of its sealing, in ms: a slow transaction, and clocks that differ. */
export const SLACK = 5 * 60_000

export type Differing = { readonly position: number; readonly seal: number; readonly finding: Finding; readonly leafHash: Hash }
type Comparison = {
  readonly rows: LogRows
  /** The seals by position. */
  readonly order: Uint32Array
  readonly signed: readonly Signed[]
  readonly from: number
}
type Compared = { readonly differing: readonly Differing[]; readonly pending: number; readonly oldestPending: Date | null }

const monthWord = (month: number): string => `${Math.floor(month / 100)}_${String(month % 100).padStart(2, '0')}`

/**
 * Every seal must have its event, as it was sealed and in its month, and every event its seal, but for the newest. Seals that
 * differ from their events are handed on: whether seal or event was changed is for the tree to say.
 */
export function compareEvents({ rows: { events, seals, checkpoints }, order, signed, from }: Comparison, found: Finding[]): Compared {
  const { find, used } = byId(events)
  const sealedWhen = timesOf(signed)
  const differing: Differing[] = []
  const gone = newGaps(found)

  for (const seal of order) {
    const [position, id, sealedAt] = [seals.positions.at(seal), seals.eventIds.at(seal), seals.ats.at(seal)]
    const event = find(id, seals.hashes.at(seal))
    if (position < from) {
      if (event !== null) used[event] = 1 // it has its seal; whether it fits is not looked at
      continue
    }
    if (event === null) {
      gone.add(position, id, new Date(sealedAt))
      continue
    }
    used[event] = 1
    const at = events.ats.at(event)
    const leafHash = events.hashes.at(event)
    if (!sameHash(leafHash, seals.hashes.at(seal))) {
      differing.push({ position, seal, leafHash, finding: { what: 'event-changed', position, id, sealedAt: new Date(sealedAt), at: new Date(at) } })
      continue
    }
    if (at !== sealedAt) found.push({ what: 'seal-changed', position, id })
    const month = events.months.at(event)
    if (month !== 0 && month !== monthOf(at)) found.push({ what: 'event-in-wrong-month', position, id, at: new Date(at), month: monthWord(month) })
    const when = sealedWhen(position)
    if (when && (at < when.after - SLACK || at > when.before + SLACK)) found.push({ what: 'event-out-of-time', position, id, at: new Date(at), after: new Date(when.after), before: new Date(when.before) })
  }
  gone.tell()
  return { differing, ...unsealed(events, used, lastOf(checkpoints), found) }
}

/** Events that are gone one after the other are one finding. */
function newGaps(found: Finding[]) {
  let gap: Extract<Finding, { what: 'events-gone' }> | null = null
  const tell = () => {
    if (gap) found.push(gap)
    gap = null
  }
  return {
    tell,
    add(position: number, id: number, at: Date) {
      if (gap?.to !== position - 1) tell()
      gap = gap ? { ...gap, to: position, lastId: id, until: at } : { what: 'events-gone', from: position, to: position, firstId: id, lastId: id, since: at, until: at }
    },
  }
}

const lastOf = (checkpoints: LogRows['checkpoints']) => checkpoints.reduce<LogRows['checkpoints'][number] | null>((last, one) => (last && last.number >= one.number ? last : one), null)

/** Finds an event by its id. Of several with one id it prefers one with this hash, that has not been found yet. */
function byId({ ids, hashes }: LogRows['events']) {
  const order = inOrder(ids)
  const used = new Uint8Array(ids.length)
  let next = 0
  const find = (id: number, hash: Hash): number | null => {
    if (ids.at(order[next] ?? -1) !== id) next = lowerBound(id)
    const first = next
    let best: number | null = null
    for (let i = first; i < order.length && ids.at(order[i] ?? 0) === id; i++) {
      const event = order[i] ?? 0
      if (used[event] === 1) continue
      if (sameHash(hashes.at(event), hash)) { best = event; break }
      best ??= event
    }
    next = first + 1 // seals nearly follow the ids
    return best
  }
  function lowerBound(id: number): number {
    let [low, high] = [0, order.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (ids.at(order[middle] ?? 0) < id) low = middle + 1
      else high = middle
    }
    return low
  }
  return { find, used }
}

/** Between which times an event at a position was sealed: asked for rising positions. */
function timesOf(signed: readonly Signed[]) {
  const inOrderOfSize = [...signed].sort((a, b) => a.size - b.size || a.at.getTime() - b.at.getTime())
  let next = 0
  let after = Number.NEGATIVE_INFINITY
  return (position: number): { after: number; before: number } | null => {
    for (let checkpoint = inOrderOfSize[next]; checkpoint && checkpoint.size <= position; checkpoint = inOrderOfSize[++next]) after = Math.max(after, checkpoint.complete.getTime())
    const covering = inOrderOfSize[next]
    return covering ? { after, before: covering.at.getTime() } : null
  }
}

/** Events without a seal: the newest have none yet, by their time and by their transaction; others were put in. */
function unsealed(events: LogRows['events'], used: Uint8Array, last: LogRows['checkpoints'][number] | null, found: Finding[]): Omit<Compared, 'differing'> {
  let [pending, oldest] = [0, Number.POSITIVE_INFINITY]
  for (let event = 0; event < used.length; event++) {
    if (used[event] === 1) continue
    const [at, xid] = [events.ats.at(event), events.xids.at(event)]
    if (last && (at < last.complete.getTime() - SLACK || xid < last.sealedBelow)) {
      found.push({ what: 'event-never-sealed', id: events.ids.at(event), at: new Date(at), month: monthWord(events.months.at(event) || monthOf(at)) })
    } else {
      pending++
      oldest = Math.min(oldest, at)
    }
  }
  return { pending, oldestPending: pending > 0 ? new Date(oldest) : null }
}
