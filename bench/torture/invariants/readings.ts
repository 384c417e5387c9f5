import type { Report } from '../report.ts'
import { ATTEMPTS, type Allowance } from './allowance.ts'
import type { Evidence, Line } from './evidence.ts'

/** The journal writes whole milliseconds, and rounds them down. */
const ROUNDING = 1

const group = <T>(list: readonly T[], by: (one: T) => string | null | undefined): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>()
  for (const one of list) {
    const key = by(one)
    if (key === null || key === undefined) continue
    const own = groups.get(key)
    if (own) own.push(one)
    else groups.set(key, [one])
  }
  return groups
}
const of = (lines: readonly Line[], type: string): readonly Line[] => lines.filter((line) => line.type === type)

/** I2 and I3: what a reading may cost at the parties, and how many a log-in may have. */
export function checkCosts({ lines, seen, names }: Evidence, { brokenLines = false }: Allowance, report: Report): void {
  const begun = group(of(lines, 'source.read-started'), ({ consentId }) => consentId)
  const refused = seen.filter(({ step, status }) => step === 'accounts' && status === 403)
  for (const [consent, grants] of group(seen.filter(({ step, status, fault }) => step === 'consent-token' && status === 200 && fault === undefined), ({ consent }) => consent)) {
    const again = refused.filter((one) => one.consent === consent).length
    const most = ((begun.get(consent)?.length ?? 0) + again) * (brokenLines ? ATTEMPTS : 1)
    report.check('I2', grants.length <= most, () => `${grants.length} consent tokens for ${most} readings on consent ${consent}`)
  }
  for (const { step, refusedBecause = '', nr } of seen) if (step === 'token' || step === 'consent-token') report.check('I2', !refusedBecause.includes('MP-012'), () => `grant ${nr} was used before`)

  for (const [consent, calls] of group(seen.filter(({ step }) => step === 'accounts'), ({ consent }) => consent)) {
    const most = (begun.get(consent)?.length ?? 0) + calls.filter(({ status }) => status === 403).length
    report.check('I3', calls.length <= most, () => `${calls.length} calls to the source for ${most} readings on consent ${consent}`)
  }
  const begunBy = group(of(lines, 'source.read-started'), ({ subjectRef }) => names.get(subjectRef ?? ''))
  for (const [person, calls] of group(seen.filter(({ step }) => step === 'accounts'), ({ person }) => person)) {
    const begunByThem = begunBy.get(person)
    if (begunByThem) report.check('I3', calls.length <= begunByThem.length + calls.filter(({ status }) => status === 403).length, () => `${calls.length} calls to the source about somebody with ${begunByThem.length} readings begun`)
  }
  const logIns = group(of(lines, 'session.started'), ({ subjectRef }) => subjectRef)
  for (const [subject, read] of group(of(lines, 'source.read').filter(({ outcome }) => outcome === 'ok'), ({ subjectRef }) => subjectRef)) {
    const most = logIns.get(subject)?.length ?? 0
    report.check('I3', read.length <= most, () => `${read.length} successful readings in ${most} log-ins of one person`)
  }
}

/** I5: first the line, then the byte; and for each beginning one end. */
export function checkLines({ lines, seen, sessions, now }: Evidence, { cutShort = 0 }: Allowance, report: Report): void {
  const begun = group(of(lines, 'source.read-started'), ({ consentId }) => consentId)
  for (const [consent, calls] of group(seen.filter(({ step }) => step === 'accounts'), ({ consent }) => consent)) {
    const committed = (begun.get(consent) ?? []).map(({ committedAt }) => committedAt)
    let again = 0
    calls.forEach(({ began, status, nr }, n) => {
      const before = committed.filter((at) => at <= Date.parse(began) + ROUNDING).length
      report.check('I5', before >= n + 1 - again, () => `call ${nr} to the source had ${before} lines in the log before its first byte, and was number ${n + 1} of its consent`)
      if (status === 403) again++
    })
  }
  const requested = new Map(of(lines, 'consent.requested').map((line) => [line.consentId, line.committedAt]))
  for (const { step, consent, began, nr } of seen) {
    if (step !== 'create' || consent === undefined) continue
    const at = requested.get(consent)
    report.check('I5', at !== undefined && at <= Date.parse(began) + ROUNDING, () => `Altinn was asked for consent ${consent} (request ${nr}) ${at === undefined ? 'without a line' : 'before the line was there'}`)
  }

  const ends = group(of(lines, 'source.read'), ({ consentId, correlationId }) => `${consentId} ${correlationId}`)
  const starts = group(of(lines, 'source.read-started'), ({ consentId, correlationId }) => `${consentId} ${correlationId}`)
  let untold = 0
  for (const [key, started] of starts) {
    const told = ends.get(key) ?? []
    report.check('I5', told.length <= started.length, () => `a reading has ${told.length} outcomes: ${told.map(({ outcome }) => outcome).join(', ')}`)
    untold += Math.max(0, started.length - told.length)
  }
  for (const [key] of ends) report.check('I5', starts.has(key), () => `an outcome (${key.split(' ')[1]}) of a reading that nobody began`)
  const underway = sessions.filter(({ readingUntil }) => readingUntil !== null && readingUntil.getTime() > now).length
  report.check('I5', untold <= cutShort + underway, () => `${untold} readings begun whose outcome nobody told; ${cutShort} were cut short, ${underway} are underway`)
}

/** I4: successful requests for one key, over the time between the first and the last. */
export function checkSharedTokens({ seen }: Evidence, { tokensLost = 0, brokenLines = false }: Allowance, report: Report): void {
  const lifetime = 119 - 15
  for (const [scope, given] of group(seen.filter(({ step, status, fault }) => step === 'token' && status === 200 && fault === undefined), ({ scope }) => scope)) {
    const [first, last] = [given[0], given.at(-1)]
    const seconds = first && last ? (Date.parse(last.at) - Date.parse(first.at)) / 1000 : 0
    const most = (Math.ceil(seconds / lifetime) + 1) * (brokenLines ? ATTEMPTS : 1) + tokensLost
    report.check('I4', given.length <= most, () => `${given.length} tokens for ${scope} in ${seconds.toFixed(0)} s, where ${most} are enough`)
  }
}
