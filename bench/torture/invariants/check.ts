import { busy, secondsAway } from '@/lib/policies'
import type { Report } from '../report.ts'
import type { Scene } from '../scene/scene.ts'
import type { Party } from '../scene/street.ts'
import type { Allowance } from './allowance.ts'
import { checkConsentStories, checkStandingConsents } from './consents.ts'
import { gather, type Evidence } from './evidence.ts'
import { checkCosts, checkLines, checkSharedTokens } from './readings.ts'

/** Asks of a scene everything that can be seen afterwards: the street's journal, the audit log and the tables together. */
export async function checkInvariants(scene: Scene, report: Report, allowance: Allowance = {}): Promise<void> {
  judge(await gather(scene), report, allowance)
}

/** The same of evidence at hand. Pure. */
export function judge(evidence: Evidence, report: Report, allowance: Allowance = {}): void {
  checkStandingConsents(evidence, report)
  checkConsentStories(evidence, report)
  checkCosts(evidence, allowance, report)
  checkSharedTokens(evidence, allowance, report)
  checkLines(evidence, allowance, report)
  checkSessions(evidence, report)
  checkMixUps(evidence, report)
  checkSilence(evidence, report)
  checkBusy(evidence, report)
}

/** I6 and I7: log-ins and what is held in them. */
function checkSessions({ lines, sessions, readings, seals }: Evidence, report: Report): void {
  const count = (type: string, subject: string) => lines.filter((line) => line.type === type && line.subjectRef === subject).length
  for (const subject of new Set([...sessions.map(({ subjectRef }) => subjectRef), ...lines.flatMap(({ type, subjectRef }) => (type === 'session.started' && subjectRef ? [subjectRef] : []))])) {
    const living = sessions.filter(({ subjectRef }) => subjectRef === subject).length
    const told = count('session.started', subject) - count('session.ended', subject)
    report.check('I6', living === told, () => `somebody has ${living} log-ins, and the log tells of ${told}`)
  }
  const alive = new Set(sessions.map(({ hash }) => hash))
  const held = new Set(readings.map(({ id }) => id))
  for (const { id, sessionHash } of readings) report.check('I7', alive.has(sessionHash), () => `a reading ${id} is held for a log-in that is over`)
  for (const { readingId, sessionHash } of seals) report.check('I7', held.has(readingId) && alive.has(sessionHash), () => 'a seal is left of a reading or a log-in that is over')
  const read = lines.filter(({ type, outcome }) => type === 'source.read' && outcome === 'ok').length
  report.check('I6', readings.length <= read, () => `${readings.length} readings are held, and the log tells of ${read}`)
}

/** I8: what the parties refuse because two people were mixed up. */
function checkMixUps({ seen }: Evidence, report: Report): void {
  for (const { refusedBecause = '', nr } of seen) report.check('I8', !/giver is not PSU_ID|AM-00012|AM-00016/.test(refusedBecause), () => `request ${nr} mixed two people up: ${refusedBecause}`)
}

/** I9: what must not be said anywhere. */
function checkSilence({ texts, secrets }: Evidence, report: Report): void {
  for (const { where, text } of texts) {
    const found = secrets.filter(({ value }) => new RegExp(`(?<![\\w-])${value.replace(/[^\w]/g, '\\$&')}(?![\\w-])`).test(text)).map(({ what }) => what)
    if (/eyJ[\w-]{10,}\.eyJ/.test(text)) found.push('a token')
    report.check('I9', found.length === 0, () => `${where} holds ${[...new Set(found)].join(' and ')}`)
  }
}

const guardedParties: readonly Party[] = ['maskinporten', 'altinn', 'lanekassen']
/** Milliseconds until an answer has been read and its gate is closed for everybody. Who called before that could not know. */
export const HEARING = 300

/** I11: nobody calls before the time that a party has named, within our bounds. */
function checkBusy({ seen, opened }: Evidence, report: Report): void {
  for (const refusal of seen) {
    if (refusal.status !== 429 || !guardedParties.includes(refusal.party)) continue
    const at = Date.parse(refusal.at)
    const seconds = refusal.retryAfter === undefined ? null : /^\d+$/.test(refusal.retryAfter) ? Number(refusal.retryAfter) : Math.max(0, Math.ceil((Date.parse(refusal.retryAfter) - at) / 1000))
    const away = seconds === null || Number.isNaN(seconds) ? busy.unsaid : secondsAway(seconds)
    // Half a second for the rounding of dates.
    const until = Math.min(at + away * 1000 - 500, ...opened.filter((one) => one.party === refusal.party && one.at >= at).map((one) => one.at))
    const early = seen.find((one) => one.party === refusal.party && Date.parse(one.began) > at + HEARING && Date.parse(one.began) < until)
    report.check('I11', !early, () => `${refusal.party} was called again (${early?.nr}) ${early ? Date.parse(early.began) - at : 0} ms after it said it was too busy for ${away} s`)
  }
}
