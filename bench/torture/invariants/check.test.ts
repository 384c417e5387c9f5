import { expect, test } from 'vitest'
import { newReport } from '../report.ts'
import type { Allowance } from './allowance.ts'
import { judge } from './check.ts'
import type { ConsentRow, Evidence, Line } from './evidence.ts'
import type { Seen } from '../scene/street.ts'

const NORA = '5f1d9a52-2f0e-4b39-9a3e-3f6f0f7f4c11'
const STEINAR = '8a1d9a52-2f0e-4b39-9a3e-3f6f0f7f4c22'
const CONSENT = 'c0000000-0000-4000-8000-000000000001'
const T0 = Date.parse('2026-11-21T10:00:00Z')

const line = (id: number, type: string, but: Partial<Line> = {}): Line => ({ id, type, actor: 'applicant', subjectRef: NORA, consentId: CONSENT, outcome: null, correlationId: 'K7QM-9XTB-2RWH', committedAt: T0 + id * 100, ...but })
const seen = (nr: number, step: string, but: Partial<Seen> = {}): Seen => {
  const party = ({ accounts: 'lanekassen', create: 'altinn', status: 'altinn' } as const)[step] ?? 'maskinporten'
  const began = new Date(T0 + nr * 100).toISOString()
  return { nr, began, at: began, party, step, method: 'GET', path: '/', status: 200, person: 'Nora Nordmann', consent: CONSENT, ...but }
}
const consent = (but: Partial<ConsentRow> = {}): ConsentRow => ({ id: CONSENT, subjectRef: NORA, status: 'accepted', validTo: new Date(T0 + 86_400_000), stoppedHereAt: null, lastReadAt: null, ...but })

/** Nora logs in, is asked, says yes, logs in again, is read for, looks. One reading is held. */
const good = (but: Partial<Evidence> = {}): Evidence => ({
  now: T0 + 5_000,
  lines: [
    line(1, 'session.started', { consentId: null }), line(2, 'consent.requested'), line(6, 'session.ended', { consentId: null, outcome: 'back-channel' }),
    line(7, 'session.started', { consentId: null }), line(8, 'consent.settled', { outcome: 'accepted' }), line(9, 'source.read-started'), line(12, 'source.read', { outcome: 'ok' }), line(13, 'reading.shown'),
  ],
  consents: [consent()],
  sessions: [{ hash: 'aa', subjectRef: NORA, expiresAt: new Date(T0 + 7_200_000), readAt: new Date(T0 + 1_200), readingUntil: null }],
  readings: [{ id: 'r1', sessionHash: 'aa', consentId: CONSENT }],
  seals: [{ readingId: 'r1', sessionHash: 'aa' }],
  seen: [seen(3, 'create', { status: 201 }), seen(4, 'token', { scope: 'altinn:consentrequests.write' }), seen(8, 'status'), seen(10, 'consent-token', { scope: 'lanekassen' }), seen(11, 'accounts')],
  atAltinn: [{ id: CONSENT, person: 'Nora Nordmann', status: 'Accepted', expired: false, redirectUrl: '' }],
  names: new Map([[NORA, 'Nora Nordmann'], [STEINAR, 'Steinar Bruun']]),
  opened: [],
  texts: [{ where: 'the log', text: '{"ms":12,"reason":"ok"}' }],
  secrets: [{ what: 'a national id', value: '24907524708' }],
  ...but,
})

function violated(evidence: Evidence, allowance?: Allowance): string[] {
  const report = newReport()
  judge(evidence, report, allowance)
  return Object.entries(report.counts).flatMap(([id, { violated: n }]) => (n > 0 ? [id] : [])).sort()
}
const but = (change: (evidence: Evidence) => Partial<Evidence>): Evidence => ({ ...good(), ...change(good()) })
const withoutLine = (type: string) => but(({ lines }) => ({ lines: lines.filter((it) => it.type !== type) }))
const withLine = (more: Line) => but(({ lines }) => ({ lines: [...lines, more] }))
const withSeen = (...more: Seen[]) => but(({ seen: own }) => ({ seen: [...own, ...more] }))

test('an ordinary story holds', () => {
  expect(violated(good())).toEqual([])
})

const broken: readonly [what: string, evidence: Evidence, invariants: string[]][] = [
  ['a reading on a consent that nobody accepted', withoutLine('consent.settled'), ['I1', 'I6']],
  ['a look two seconds after the withdrawal', but(({ lines }) => ({ consents: [consent({ status: 'revoked' })], readings: [], seals: [], lines: [...lines, line(14, 'consent.closed', { outcome: 'revoked' }), line(40, 'reading.shown')] })), ['I1']],
  ['a reading held on a consent that has ended', but(({ lines }) => ({ consents: [consent({ status: 'revoked' })], lines: [...lines, line(14, 'consent.closed', { outcome: 'revoked' })] })), ['I1']],
  ['a look on a consent that somebody else gave', withLine(line(14, 'reading.shown', { subjectRef: STEINAR })), ['I1']],
  ['a balance given on a consent that Altinn has no yes to', but(() => ({ atAltinn: [{ id: CONSENT, person: 'Nora Nordmann', status: 'Rejected', expired: false, redirectUrl: '' }] })), ['I1']],
  ['a consent for two years', but(() => ({ consents: [consent({ validTo: new Date(T0 + 2 * 366 * 86_400_000) })] })), ['I1']],
  ['two consent tokens for one reading', withSeen(seen(12, 'consent-token')), ['I2']],
  ['a grant that was used before', withSeen(seen(12, 'token', { status: 400, refusedBecause: 'the jti was seen (MP-012)' })), ['I2']],
  ['two calls for one reading', withSeen(seen(12, 'accounts')), ['I3', 'I5']],
  ['a second reading in a log-in', but(({ lines, seen: own }) => ({ lines: [...lines, ...['a', 'b'].flatMap((ref, n) => [line(20 + n, 'source.read-started', { correlationId: ref }), line(22 + n, 'source.read', { outcome: 'ok', correlationId: ref })])], seen: [...own, seen(30, 'accounts'), seen(31, 'accounts')] })), ['I3']],
  ['four tokens for one scope in a second', withSeen(...[13, 14, 15].map((nr) => seen(nr, 'token', { scope: 'altinn:consentrequests.write' }))), ['I4']],
  ['the first byte before its line', but(({ lines }) => ({ lines: lines.map((it) => (it.type === 'source.read-started' ? { ...it, committedAt: T0 + 1_150 } : it)) })), ['I5']],
  ['a question to Altinn before its line', but(({ lines }) => ({ lines: lines.map((it) => (it.type === 'consent.requested' ? { ...it, committedAt: T0 + 350 } : it)) })), ['I5']],
  ['a reading begun whose end nobody told', withLine(line(14, 'source.read-started', { correlationId: 'AAAA-BBBB-CCCC' })), ['I5']],
  ['two ends of one reading', withLine(line(14, 'source.read', { outcome: 'misconfigured' })), ['I5']],
  ['an end without a beginning', withLine(line(14, 'source.read', { outcome: 'misconfigured', correlationId: 'AAAA-BBBB-CCCC' })), ['I5']],
  ['a row without its line', withoutLine('consent.requested'), ['I5', 'I6']],
  ['a line without its row', withLine(line(14, 'consent.requested', { consentId: 'c0000000-0000-4000-8000-000000000002' })), ['I6']],
  ['a row that says another thing than the log', but(() => ({ consents: [consent({ status: 'expired' })], readings: [], seals: [] })), ['I6']],
  ['a consent that came back', withLine(line(14, 'consent.settled', { outcome: 'accepted' })), ['I6']],
  ['two unanswered requests of one person', but(({ lines }) => ({ consents: [consent(), ...['2', '3'].map((n) => consent({ id: n, status: 'requested' }))], lines: [...lines, line(14, 'consent.requested', { consentId: '2' }), line(15, 'consent.requested', { consentId: '3' })] })), ['I6']],
  ['a log-in that the log ended', withLine(line(14, 'session.ended', { consentId: null, outcome: 'own' })), ['I6']],
  ['a reading held without a log-in', but(({ lines }) => ({ sessions: [], lines: [...lines, line(14, 'session.ended', { consentId: null, outcome: 'own' })] })), ['I7', 'I8']],
  ['a seal left of nothing', but(() => ({ readings: [] })), ['I7']],
  ['a reading held for another', but(({ sessions }) => ({ sessions: sessions.map((it) => ({ ...it, subjectRef: STEINAR })) })), ['I6', 'I8']],
  ['a consent of another in Altinn', but(({ atAltinn }) => ({ atAltinn: atAltinn.map((it) => ({ ...it, person: 'Steinar Bruun' })) })), ['I8']],
  ['a balance about another', but(({ seen: own }) => ({ seen: own.map((it) => (it.step === 'accounts' ? { ...it, person: 'Steinar Bruun' } : it)) })), ['I8']],
  ['two people mixed up', withSeen(seen(12, 'accounts', { status: 403, refusedBecause: 'the consent’s giver is not PSU_ID' })), ['I5', 'I8']],
  ['a national id in a log', but(() => ({ texts: [{ where: 'the log', text: 'PSU_ID=24907524708;' }] })), ['I9']],
  ['a token in a log', but(() => ({ texts: [{ where: 'the log', text: 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.x' }] })), ['I9']],
  ['a call two seconds after "stay away for thirty"', withSeen(seen(12, 'status', { status: 429, retryAfter: '30' }), seen(32, 'status')), ['I11']],
  ['a call two seconds after "too busy" without a time', withSeen(seen(12, 'status', { status: 429 }), seen(32, 'status')), ['I11']],
]
test.each(broken)('%s is found', (_what, evidence, expected) => {
  expect(violated(evidence)).toEqual(expected)
})

test('what a suite did itself is allowed, and no more', () => {
  const cut = withLine(line(14, 'source.read-started', { correlationId: 'AAAA-BBBB-CCCC' }))
  expect(violated(cut, { cutShort: 1 })).toEqual([])
  const tokens = withSeen(...[13, 14, 15].map((nr) => seen(nr, 'token', { scope: 'altinn:consentrequests.write' })))
  expect([violated(tokens, { tokensLost: 2 }), violated(tokens, { tokensLost: 1 })]).toEqual([[], ['I4']])
})

test('a party that was busy may be called when its time has passed, or the test let it pass', () => {
  const busy = seen(12, 'status', { status: 429, retryAfter: '1' })
  expect(violated(withSeen(busy, seen(30, 'status')))).toEqual([])
  const opened = but(({ seen: own }) => ({ seen: [...own, { ...busy, retryAfter: '900' }, seen(32, 'status')], opened: [{ party: 'altinn', at: T0 + 3_000 }] }))
  expect(violated(opened)).toEqual([])
})
