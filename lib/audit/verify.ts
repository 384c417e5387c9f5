import { hashOf, judgeSignature, type Checkpoint, type TrustedKey } from './checkpoint.ts'
import type { Finding } from './finding.ts'
import { inOrder, type LogRows, type Signed, type StoredCheckpoint } from './log-rows.ts'
import { hashesFor, hashesIn, rootOf, sameHash, type CompactRange, type Hash } from './merkle.ts'
import { compareEvents, SLACK } from './verify-events.ts'
import { walk } from './verify-tree.ts'

export type Verification = {
  readonly bank: string
  /** What is wrong, in the order of the log. Empty: the log is whole. */
  readonly findings: readonly Finding[]
  /** Sealed events that were looked at. */
  readonly events: number
  /** Events that are not sealed yet, as the newest ones always are. */
  readonly pending: number
  readonly oldestPending: Date | null
  readonly checkpoints: number
  /** Signed checkpoints that were kept outside the database. Without any, a log that was cut cannot be told from a whole one. */
  readonly outside: number
  readonly lastSigned: Date | null
  /** Seconds between two checkpoints, at most: for so long a change could have gone unnoticed. */
  readonly longestGap: number
}

export type Given = {
  readonly rows: LogRows
  /** Checkpoints that were kept outside the database, in any order, also more than once. */
  readonly outside: readonly Checkpoint[]
  readonly keys: readonly TrustedKey[]
  /** Where the log begins, when what came before has been removed by the rules: the size in some checkpoint. */
  readonly from?: number
}

const hex = (bytes: Hash): string => Buffer.from(bytes).toString('hex')

/**
 * Judges one bank's log: that its events are those that were sealed, its seals those that were signed, and its checkpoints
 * those that were kept outside. Pure: needs no database, no network and no settings. Never throws on what a log may hold.
 */
export function verifyLog({ rows, outside, keys, from = 0 }: Given): Verification {
  const found: Finding[] = []
  const stored = [...rows.checkpoints].sort((a, b) => a.number - b.number)
  const inside = judgeStored(stored, keys, found)
  const mine = outside.filter(({ bank }) => bank === rows.bank)
  const kept = judgeOutside(mine, stored, keys, found)

  const order = inOrder(rows.seals.positions)
  const events = compareEvents({ rows, order, signed: inside, from }, found)
  walk({ rows, order, inside, outside: kept, differing: events.differing, from }, found)
  const times = stored.map(({ at }) => at.getTime())
  return {
    bank: rows.bank,
    findings: found,
    events: rows.seals.positions.length,
    pending: events.pending,
    oldestPending: events.oldestPending,
    checkpoints: stored.length,
    outside: kept.length,
    lastSigned: inside.at(-1)?.at ?? null,
    longestGap: times.reduce((longest, time, i) => Math.max(longest, time - (times[i - 1] ?? time)), 0) / 1000,
  }
}

/** The tree that a checkpoint's row holds; null unless it leads to the signed root. */
function rangeOf({ size, root, frontier }: StoredCheckpoint): CompactRange | null {
  if (frontier.length !== hashesFor(size) * 32) return null
  const range = { size, hashes: hashesIn(frontier) }
  return sameHash(rootOf(range), root) ? range : null
}

/** The checkpoints in the database: each signed, following on the one before, and none missing in between. */
function judgeStored(stored: readonly StoredCheckpoint[], keys: readonly TrustedKey[], found: Finding[]): Signed[] {
  const good: Signed[] = []
  let before: StoredCheckpoint | undefined
  for (const checkpoint of stored) {
    const { number, at, size } = checkpoint
    const wrong = (why: Extract<Finding, { what: 'checkpoint-changed' }>['why']) => void found.push({ what: 'checkpoint-changed', number, at, why })
    const expected = (before?.number ?? 0) + 1
    if (number > expected) found.push({ what: 'checkpoints-gone', from: expected, to: number - 1 })
    const judged = judgeSignature(checkpoint, keys)
    if (judged !== 'signed') wrong(judged)
    else {
      const range = rangeOf(checkpoint)
      if (!range) wrong('frontier')
      if (before && number === before.number + 1 && !sameHash(checkpoint.previous, hashOf(before))) wrong('previous')
      if (before && (number === before.number || size < before.size || at.getTime() < before.at.getTime() - SLACK)) wrong('order')
      good.push({ ...checkpoint, range })
    }
    before = checkpoint
  }
  return good
}

/** The checkpoints kept outside: each signed, and each in the database too. */
function judgeOutside(outside: readonly Checkpoint[], stored: readonly StoredCheckpoint[], keys: readonly TrustedKey[], found: Finding[]): Signed[] {
  const once = [...new Map(outside.map((checkpoint) => [`${hex(hashOf(checkpoint))}${hex(checkpoint.signature)}`, checkpoint])).values()].sort((a, b) => a.size - b.size || a.at.getTime() - b.at.getTime())
  const judged = once.map((checkpoint) => ({ checkpoint, judged: judgeSignature(checkpoint, keys) }))
  for (const { checkpoint, judged: why } of judged) if (why !== 'signed') found.push({ what: 'outside-unsigned', at: checkpoint.at, size: checkpoint.size, why })
  const good = judged.flatMap(({ checkpoint, judged: how }) => (how === 'signed' ? [{ ...checkpoint, range: null }] : []))

  const known = new Set(stored.map((checkpoint) => hex(hashOf(checkpoint))))
  const missing = good.filter((checkpoint) => !known.has(hex(hashOf(checkpoint)))).map(({ at }) => at.getTime()).sort((a, b) => a - b)
  const [first, last] = [missing[0], missing.at(-1)]
  if (first !== undefined && last !== undefined) found.push({ what: 'outside-not-in-log', count: missing.length, since: new Date(first), until: new Date(last) })
  return good
}
