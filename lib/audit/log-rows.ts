import type { Checkpoint } from './checkpoint.ts'
import { leafHashOf, type LoggedEvent } from './leaf.ts'
import type { CompactRange, Hash } from './merkle.ts'

/** A row of "AuditSeal": at which position of the tree an event stands, and with which leaf hash. `at` is the event's, in ms. */
export type Seal = { readonly bank: string; readonly position: number; readonly eventId: number; readonly at: number; readonly leafHash: Hash }

/** A row of "AuditCheckpoint": the signed statement, and what the sealer goes on from. */
export type StoredCheckpoint = Checkpoint & {
  /** 1, 2, 3 … for each bank. */
  readonly number: number
  /** The tree's subtrees, one after the other: not signed, but they must lead to the signed root. */
  readonly frontier: Uint8Array
  /** Every event of a transaction with a number below this is in the tree. */
  readonly sealedBelow: number
}

/** A checkpoint whose signature is good, and the tree that it can be continued from (only those in the database have one). */
export type Signed = Checkpoint & { readonly range: CompactRange | null }

/** Where an event's row was found, and who wrote it: the month as `2026_11` (null when that is not known), and its transaction. */
export type Found = { readonly month: string | null; readonly xid: string | null }

/**
 * One bank's log as it was found, in as little memory as ten million events need: about a hundred bytes each. Events are
 * kept as their hashes; what they said is not.
 */
export type LogRows = {
  readonly bank: string
  readonly events: { readonly ids: Numbers; readonly ats: Numbers; readonly xids: Numbers; readonly months: Numbers; readonly hashes: Hashes }
  readonly seals: { readonly positions: Numbers; readonly eventIds: Numbers; readonly ats: Numbers; readonly hashes: Hashes }
  readonly checkpoints: StoredCheckpoint[]
}

export type LogReader = {
  addEvent(event: LoggedEvent, found: Found): void
  addSeal(seal: Seal): void
  addCheckpoint(checkpoint: StoredCheckpoint): void
  /** What was read, bank by bank. */
  logs(): readonly LogRows[]
}

/** Months are kept as numbers: 2026_11 is 202611; 0 is unknown. */
export const monthOf = (ms: number): number => {
  const at = new Date(ms)
  return at.getUTCFullYear() * 100 + at.getUTCMonth() + 1
}

/** A log of which nothing was found. */
export const emptyLog = (bank: string): LogRows => ({
  bank,
  events: { ids: newNumbers(), ats: newNumbers(), xids: newNumbers(), months: newNumbers(), hashes: newHashes() },
  seals: { positions: newNumbers(), eventIds: newNumbers(), ats: newNumbers(), hashes: newHashes() },
  checkpoints: [],
})

/** Gathers the rows of a dump, in any order. Throws a RangeError at an id that no number of JavaScript can hold. */
export function createLogReader(): LogReader {
  const byBank = new Map<string, LogRows>()
  const of = (bank: string): LogRows => {
    const known = byBank.get(bank)
    if (known) return known
    const fresh = emptyLog(bank)
    byBank.set(bank, fresh)
    return fresh
  }
  return {
    addEvent(event, { month, xid }) {
      const { events } = of(event.bank)
      events.ids.push(whole(Number(event.id)))
      events.ats.push(event.at)
      events.xids.push(xid === null ? 0 : Number(xid))
      events.months.push(month === null ? 0 : Number(month.replace('_', '')))
      events.hashes.push(leafHashOf(event))
    },
    addSeal({ bank, position, eventId, at, leafHash }) {
      const { seals } = of(bank)
      seals.positions.push(whole(position))
      seals.eventIds.push(whole(eventId))
      seals.ats.push(at)
      seals.hashes.push(leafHash)
    },
    addCheckpoint: (checkpoint) => void of(checkpoint.bank).checkpoints.push(checkpoint),
    logs: () => [...byBank.values()],
  }
}

function whole(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError('a number in the audit log is not a whole number')
  return value
}

export type Numbers = { readonly length: number; push(value: number): void; at(index: number): number }
export type Hashes = { push(hash: Hash): void; at(index: number): Hash }

function newNumbers(): Numbers {
  let list = new Float64Array(1024)
  let length = 0
  return {
    get length() { return length },
    push(value) {
      if (length === list.length) {
        const more = new Float64Array(length * 2)
        more.set(list)
        list = more
      }
      list[length++] = value
    },
    at: (index) => list[index] ?? Number.NaN,
  }
}

const WIDTH = 32
/** A hash of another length than 32 bytes is none: it is kept as zeros, which no leaf has. */
function newHashes(): Hashes {
  let bytes = new Uint8Array(1024 * WIDTH)
  let length = 0
  return {
    push(hash) {
      if (length * WIDTH === bytes.length) {
        const more = new Uint8Array(bytes.length * 2)
        more.set(bytes)
        bytes = more
      }
      if (hash.length === WIDTH) bytes.set(hash, length * WIDTH)
      length++
    },
    at: (index) => bytes.subarray(index * WIDTH, (index + 1) * WIDTH),
  }
}

/** The indexes of a list in the order of its values; equal ones in the order they came. */
export function inOrder(list: Numbers): Uint32Array {
  const order = Uint32Array.from({ length: list.length }, (_, i) => i)
  for (let i = 1; i < list.length; i++) if (list.at(i - 1) > list.at(i)) return order.sort((a, b) => list.at(a) - list.at(b) || a - b)
  return order
}
