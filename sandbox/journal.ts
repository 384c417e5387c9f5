import type { PartyName } from './parties.ts'

/** One request as it was seen. `path` has no query, and neither it nor anything else holds a national id. */
export type Entry = {
  nr: number
  /** When it ended, and when its head was there. */
  at: string
  began: string
  party: PartyName
  step: string
  method: string
  path: string
  /** 0 when the connection ended without an answer. */
  status: number
  person?: string
  /** The consent it was about, by its id. */
  consent?: string
  scope?: string
  /** That the page was asked for in. */
  language?: string
  /** As the answer had it. */
  retryAfter?: string
  refusedBecause?: string
  fault?: string
}

const KEPT = 5000

/** The list of requests that tests count in and the start page shows. */
export type Journal = {
  /** What began before the list was cleared belongs to another story, and is not written down. */
  add(entry: Omit<Entry, 'nr'>): void
  /** `since` is a time (ISO) or the number of an entry; later ones are given. */
  list(filter?: { party?: string | undefined; since?: string | undefined; step?: string | undefined }): Entry[]
  clear(): void
}

export function createJournal(): Journal {
  let entries: Entry[] = []
  let last = 0
  let clearedAt = ''
  return {
    add(entry) {
      if (entry.began < clearedAt) return
      entries.push({ nr: ++last, ...entry })
      if (entries.length > KEPT) entries = entries.slice(-KEPT / 2)
    },
    list({ party, since, step } = {}) {
      const afterNr = since !== undefined && /^\d{1,9}$/.test(since) ? Number(since) : undefined
      const afterTime = since !== undefined && afterNr === undefined ? Date.parse(since) : Number.NaN
      return entries.filter(
        (entry) =>
          (party === undefined || entry.party === party) &&
          (step === undefined || entry.step === step) &&
          (afterNr === undefined || entry.nr > afterNr) &&
          (Number.isNaN(afterTime) || Date.parse(entry.at) >= afterTime),
      )
    },
    clear() {
      entries = []
      clearedAt = new Date().toISOString()
    },
  }
}
