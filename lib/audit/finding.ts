/**
 * What a verification can find, each with its place in the log. Positions count from 0; `to` is the last one. "Signed" is
 * signed with one of the keys that the verifier was given.
 */
export type Finding =
  | { readonly what: 'event-changed'; readonly position: number; readonly id: number; readonly sealedAt: Date; readonly at: Date }
  | { readonly what: 'events-gone'; readonly from: number; readonly to: number; readonly firstId: number; readonly lastId: number; readonly since: Date; readonly until: Date }
  | { readonly what: 'event-never-sealed'; readonly id: number; readonly at: Date; readonly month: string }
  | { readonly what: 'event-out-of-time'; readonly position: number; readonly id: number; readonly at: Date; readonly after: Date; readonly before: Date }
  | { readonly what: 'event-in-wrong-month'; readonly position: number; readonly id: number; readonly at: Date; readonly month: string }
  | { readonly what: 'seal-changed'; readonly position: number; readonly id: number }
  | { readonly what: 'seals-gone'; readonly from: number; readonly to: number }
  | { readonly what: 'seal-twice'; readonly position: number; readonly id: number }
  | { readonly what: 'seals-unsigned'; readonly from: number; readonly to: number }
  | { readonly what: 'range-changed'; readonly from: number; readonly to: number; readonly since: Date | null; readonly until: Date }
  | { readonly what: 'checkpoint-changed'; readonly number: number; readonly at: Date; readonly why: 'forged' | 'unknown-key' | 'previous' | 'frontier' | 'order' }
  | { readonly what: 'checkpoints-gone'; readonly from: number; readonly to: number }
  | { readonly what: 'outside-unsigned'; readonly at: Date; readonly size: number; readonly why: 'forged' | 'unknown-key' }
  | { readonly what: 'outside-not-in-log'; readonly count: number; readonly since: Date; readonly until: Date }
  | { readonly what: 'log-cut'; readonly size: number; readonly outsideSize: number; readonly outsideAt: Date }
  | { readonly what: 'log-forked'; readonly from: number; readonly to: number; readonly at: Date }

const day = (at: Date): string => (Number.isNaN(at.getTime()) ? 'no time at all' : at.toISOString())
const positions = (from: number, to: number): string => (from === to ? `position ${from}` : `positions ${from} to ${to}`)
const whose = { forged: 'its signature is not by the key it names', 'unknown-key': 'it is signed with a key that is not among those given' } as const

/** A finding in plain words: what, where, and since when it was right. */
export function inWords(finding: Finding): string {
  switch (finding.what) {
    case 'event-changed':
      return `Event ${finding.id} (position ${finding.position}) has been changed since it was sealed.${finding.at.getTime() === finding.sealedAt.getTime() ? ` Its time is ${day(finding.at)}.` : ` Its time was ${day(finding.sealedAt)} and is now ${day(finding.at)}.`}`
    case 'events-gone':
      return finding.from === finding.to
        ? `Event ${finding.firstId} (position ${finding.from}) of ${day(finding.since)} is gone.`
        : `Events are gone, ${finding.to - finding.from + 1} of them: ${positions(finding.from, finding.to)}, ids ${finding.firstId} to ${finding.lastId}, from ${day(finding.since)} to ${day(finding.until)}.`
    case 'event-never-sealed':
      return `Event ${finding.id} of ${day(finding.at)} (month ${finding.month}) has no seal, although everything older has one: it was put in past the app, or its seal was taken away.`
    case 'event-out-of-time':
      return `Event ${finding.id} (position ${finding.position}) says ${day(finding.at)}, but was sealed between ${day(finding.after)} and ${day(finding.before)}: it was written later, or earlier, than it says.`
    case 'event-in-wrong-month':
      return `Event ${finding.id} (position ${finding.position}) of ${day(finding.at)} lies in the partition of ${finding.month}.`
    case 'seal-changed':
      return `The seal of event ${finding.id} (position ${finding.position}) has been changed. The event itself is as it was signed.`
    case 'seals-gone':
      return `The seals at ${positions(finding.from, finding.to)} are gone.`
    case 'seal-twice':
      return `There is more than one seal at position ${finding.position}; one of them is of event ${finding.id}.`
    case 'seals-unsigned':
      return `The seals at ${positions(finding.from, finding.to)} are in no checkpoint: they were put in past the app, or checkpoints were taken away.`
    case 'range-changed':
      return `Something was changed, removed, added or moved at ${positions(finding.from, finding.to)}: what was signed at ${day(finding.until)} is not what is there. ${finding.since ? `The checkpoint before it, of ${day(finding.since)}, fits.` : ''}`.trim()
    case 'checkpoint-changed':
      return `Checkpoint ${finding.number} of ${day(finding.at)} is not as the app wrote it: ${{ ...whose, previous: 'it does not follow on the one before it', frontier: 'what the sealer goes on from does not lead to its root', order: 'it is smaller or older than the one before it' }[finding.why]}.`
    case 'checkpoints-gone':
      return `Checkpoints are gone from the database: numbers ${finding.from} to ${finding.to}.`
    case 'outside-unsigned':
      return `A checkpoint among those kept outside, of ${day(finding.at)} for ${finding.size} events, is not to be trusted: ${whose[finding.why]}.`
    case 'outside-not-in-log':
      return `Checkpoints that were signed and kept outside are not in the log: ${finding.count}, of ${day(finding.since)} to ${day(finding.until)}. It was cut, or put back to an older state.`
    case 'log-cut':
      return `The log's end is missing: it has ${finding.size} events, and ${finding.outsideSize} were signed at ${day(finding.outsideAt)}.`
    case 'log-forked':
      return `The log is another than the one that was signed: ${positions(finding.from, finding.to)} differ from what was signed and kept outside at ${day(finding.at)}.`
  }
}
