import type { Finding } from './finding.ts'
import type { LogRows, Signed } from './log-rows.ts'
import { append, emptyRange, rootOf, sameHash, type CompactRange, type Hash } from './merkle.ts'
import type { Differing } from './verify-events.ts'

type Walk = {
  readonly rows: LogRows
  /** The seals by position. */
  readonly order: Uint32Array
  readonly inside: readonly Signed[]
  readonly outside: readonly Signed[]
  readonly differing: readonly Differing[]
  readonly from: number
}

type Mark = { readonly size: number; readonly inside: readonly Signed[]; readonly outside: readonly Signed[] }

/**
 * Builds the tree from the seals, and at every size that was signed compares its root with the signed one. After a range
 * that does not fit it goes on from what that checkpoint's row holds, so that every range is judged by itself.
 */
export function walk({ rows, order, inside, outside, differing, from }: Walk, found: Finding[]): void {
  const begin = from === 0 ? emptyRange : (inside.find(({ size, range }) => size === from && range)?.range ?? null)
  const seals = densely(rows, order, from, found)
  const changed = new Map(differing.map((one) => [one.position, one]))
  let tree: CompactRange | null = begin
  let done = from
  /** The newest size that could be relied on, and when that was signed. */
  let sure = { size: from, at: null as Date | null }
  let forked = false

  const marks = marksOf(inside, outside).filter(({ size }) => size >= from)
  for (const mark of marks) {
    const [here] = mark.inside
    if (mark.size > seals.end) {
      const last = marks.findLast((one) => one.outside.length > 0)?.outside[0]
      if (here) found.push({ what: 'seals-gone', from: seals.end, to: mark.size - 1 })
      if (last && last.size > seals.end) found.push({ what: 'log-cut', size: seals.end, outsideSize: last.size, outsideAt: last.at })
      break
    }
    const start: CompactRange | null = tree
    const holes = seals.holes(done, mark.size)
    const grown = start && !holes ? append(start, seals.hashes(done, mark.size)) : null
    if (here && !(grown && sameHash(rootOf(grown), here.root))) {
      const mended = start && !holes && changed.size > 0 && append(start, seals.hashes(done, mark.size, changed))
      if (mended && sameHash(rootOf(mended), here.root)) tellSeals(done, mark.size)
      else if (!holes && mark.size > done) found.push({ what: 'range-changed', from: start ? done : sure.size, to: mark.size - 1, since: sure.at, until: here.at })
      tree = here.range
    } else tree = grown
    const root = here ? here.root : grown && rootOf(grown)
    const other = root && !forked ? [...mark.inside, ...mark.outside].find((signed) => !sameHash(signed.root, root)) : undefined
    if (other) {
      found.push({ what: 'log-forked', from: sure.size, to: mark.size - 1, at: other.at })
      forked = true // from here on everything differs: the first place is the one that says something
    }
    if (tree) sure = { size: mark.size, at: (here ?? mark.outside[0])?.at ?? sure.at }
    done = mark.size
  }
  const signedTo = Math.max(from, ...inside.map(({ size }) => size))
  if (seals.end > signedTo) found.push({ what: 'seals-unsigned', from: signedTo, to: seals.end - 1 })
  found.push(...[...changed.values()].map(({ finding }) => finding))

  /** The tree fits when the events stand where the seals do: then it is the seals that were changed. */
  function tellSeals(first: number, end: number): void {
    for (const { position, seal } of [...changed.values()]) {
      if (position < first || position >= end) continue
      found.push({ what: 'seal-changed', position, id: rows.seals.eventIds.at(seal) })
      changed.delete(position)
    }
  }
}

/** The seals by position: those that stand twice or are missing are told of, once. */
function densely({ seals }: LogRows, order: Uint32Array, from: number, found: Finding[]) {
  const gaps: { from: number; to: number }[] = []
  const kept: number[] = []
  let next = from
  let dense = true
  for (const seal of order) {
    const position = seals.positions.at(seal)
    if (position < from) continue
    if (position < next) {
      found.push({ what: 'seal-twice', position, id: seals.eventIds.at(seal) })
      dense = false
      continue
    }
    if (position > next) {
      gaps.push({ from: next, to: position - 1 })
      dense = false
    }
    kept.push(seal)
    next = position + 1
  }
  for (const gap of gaps) found.push({ what: 'seals-gone', ...gap })
  const list = dense && from === 0 ? order : Uint32Array.from(kept)
  /** Where the seals from a position on begin in the list. */
  const indexOf = (position: number): number => {
    if (dense) return position - from
    let [low, high] = [0, list.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (seals.positions.at(list[middle] ?? 0) < position) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    end: next,
    holes: (first: number, end: number): boolean => gaps.some((gap) => gap.from < end && gap.to >= first),
    *hashes(first: number, end: number, instead?: ReadonlyMap<number, Differing>): Generator<Hash> {
      for (let i = indexOf(first); i < list.length; i++) {
        const seal = list[i] ?? 0
        const position = seals.positions.at(seal)
        if (position >= end) return
        yield instead?.get(position)?.leafHash ?? seals.hashes.at(seal)
      }
    },
  }
}

/** Every size that was signed, in rising order, with all that was signed for it. */
function marksOf(inside: readonly Signed[], outside: readonly Signed[]): Mark[] {
  const marks = new Map<number, { size: number; inside: Signed[]; outside: Signed[] }>()
  const at = (size: number) => marks.get(size) ?? marks.set(size, { size, inside: [], outside: [] }).get(size)!
  for (const one of inside) at(one.size).inside.push(one)
  for (const one of outside) at(one.size).outside.push(one)
  return [...marks.values()].sort((a, b) => a.size - b.size)
}
