import type { Report } from '../report.ts'
import type { ConsentRow, Evidence, Line } from './evidence.ts'

const moves: ReadonlySet<string> = new Set(['requested > accepted', 'requested > rejected', 'requested > expired', 'accepted > revoked', 'accepted > stopped-here', 'accepted > expired'])
const statusOf = (outcome: string): string => (outcome === 'stopped-here' ? 'revoked' : outcome)

/**
 * Milliseconds by which two transactions may overlap: a look whose statement began before a withdrawal was committed, and
 * ended after.
 */
const OVERLAP = 1_000

/** I1: a look, a reading kept and a reading held each stand on a consent that stood. */
export function checkStandingConsents({ now, lines, consents, readings, sessions, seen, atAltinn, names }: Evidence, report: Report): void {
  const rows = new Map(consents.map((consent) => [consent.id, consent]))
  const paths = pathsOf(lines)
  for (const line of lines) {
    if (line.type !== 'reading.shown' && !(line.type === 'source.read' && line.outcome === 'ok')) continue
    const path = paths.get(line.consentId ?? '') ?? []
    const accepted = path.find(({ outcome }) => outcome === 'accepted')
    const closed = path.find(({ type }) => type === 'consent.closed')
    const stood = accepted !== undefined && accepted.subjectRef === line.subjectRef && accepted.committedAt <= line.committedAt && (!closed || line.committedAt <= closed.committedAt + OVERLAP)
    report.check('I1', stood, () => `${line.type} ${line.correlationId} on a consent that ${accepted ? 'had ended or is another’s' : 'nobody accepted'}`)
  }
  for (const { id, consentId, sessionHash } of readings) {
    const consent = rows.get(consentId)
    const session = sessions.find(({ hash }) => hash === sessionHash)
    // Time alone deletes nothing at once: then it is not shown any more, and goes with the session or with the job.
    report.check('I1', consent?.status === 'accepted', () => `a reading ${id} is held on a consent that is ${consent?.status ?? 'not there'}`)
    report.check('I8', session?.subjectRef === consent?.subjectRef, () => `a reading ${id} is held for another than the consent’s giver`)
  }
  const altinn = new Map(atAltinn.map((consent) => [consent.id, consent]))
  for (const { step, status, consent, person, nr } of seen) {
    if (step !== 'accounts' || status !== 200 || consent === undefined) continue
    const given = altinn.get(consent)
    report.check('I1', given !== undefined && (given.status === 'Accepted' || given.status === 'Revoked'), () => `Lånekassen’s answer ${nr} rests on a consent that is ${given?.status ?? 'unknown'} in Altinn`)
    report.check('I8', given?.person === person, () => `Lånekassen’s answer ${nr} is about another than the consent’s giver`)
  }
  for (const { id, person } of atAltinn) {
    const row = rows.get(id)
    const name = row && names.get(row.subjectRef)
    if (name !== undefined) report.check('I8', name === person, () => `consent ${id} is one person’s here and another’s in Altinn`)
  }
  report.check('I1', consents.every(({ validTo }) => validTo.getTime() < now + 366 * 86_400_000), () => 'a consent that lasts more than a year')
}

/** I6: the row of a consent and its lines tell one story, and the story is one that a consent can have. */
export function checkConsentStories({ lines, consents }: Evidence, report: Report): void {
  const paths = pathsOf(lines)
  const requested = countBy(lines.filter(({ type }) => type === 'consent.requested'))
  for (const consent of consents) {
    const { id, status, stoppedHereAt, subjectRef } = consent
    report.check('I6', requested.get(id) === 1, () => `consent ${id} has ${requested.get(id) ?? 0} lines that tell of its request`)
    const path = paths.get(id) ?? []
    const steps = ['requested', ...path.map(({ outcome }) => outcome ?? '')]
    const wrong = steps.findIndex((step, n) => n > 0 && !moves.has(`${steps[n - 1]} > ${step}`))
    report.check('I6', wrong === -1, () => `the log tells of consent ${id}: ${steps.join(', ')}`)
    const last = steps.at(-1) ?? ''
    report.check('I6', statusOf(last) === status && (last === 'stopped-here') === (stoppedHereAt !== null), () => `consent ${id} is ${status}${stoppedHereAt ? ' (stopped here)' : ''}, and the log says ${last}`)
    report.check('I8', path.every((line) => line.subjectRef === subjectRef), () => `consent ${id} has lines about another person`)
  }
  const rows = new Set(consents.map(({ id }) => id))
  for (const id of requested.keys()) report.check('I6', rows.has(id), () => `the log tells of a request for consent ${id}, which has no row`)
  const open = countBy(consents.filter(({ status }) => status === 'requested').map(({ subjectRef }: ConsentRow) => ({ consentId: subjectRef })))
  for (const [, n] of open) report.check('I6', n === 1, () => `somebody has ${n} unanswered requests`)
}

/** What became of each consent, in the order in which it was written. */
function pathsOf(lines: readonly Line[]): ReadonlyMap<string, readonly Line[]> {
  const paths = new Map<string, Line[]>()
  for (const line of lines) if (line.consentId && /^consent\.(settled|closed)$/.test(line.type)) paths.set(line.consentId, [...(paths.get(line.consentId) ?? []), line])
  return paths
}

function countBy(lines: readonly { readonly consentId: string | null }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { consentId } of lines) counts.set(consentId ?? '', (counts.get(consentId ?? '') ?? 0) + 1)
  return counts
}
