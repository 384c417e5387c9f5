/** Random numbers that come again with the same seed: a run that found something can be run once more. */
export type Random = {
  /** From 0, and less than 1. */
  next(): number
  /** A whole number from 0, and less than `n`. */
  below(n: number): number
  pick<T>(list: readonly [T, ...T[]] | readonly T[]): T
  chance(share: number): boolean
}

/** FNV-1a: what the parts of a seed are together. */
function hash(parts: readonly (string | number)[]): number {
  let value = 0x811c9dc5
  for (const sign of parts.join('\u0000')) value = Math.imul(value ^ (sign.codePointAt(0) ?? 0), 0x01000193)
  return value >>> 0
}

/** A stream of its own for each seed; mulberry32, which is random enough for finding things and quick to start. */
export function randomFrom(...seed: readonly (string | number)[]): Random {
  let state = hash(seed)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (n: number) => Math.floor(next() * n)
  return {
    next,
    below,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new Error('nothing to pick from')
      return list[below(list.length)] as T
    },
    chance: (share) => next() < share,
  }
}

/** A seed for a run that was given none: printed, so that the run can be repeated. */
export const newSeed = (): number => Math.floor(Math.random() * 2 ** 31)
