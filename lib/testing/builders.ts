import { randomBytes, randomUUID } from 'node:crypto'
import type { AuditEvent } from '@/lib/audit/audit-event'
import type { Consent } from '@/lib/consent/consent'
import type { ConsentPolicy } from '@/lib/consent/start-consent'
import { newCorrelationId } from '@/lib/correlation-id'
import { NationalId } from '@/lib/national-id'
import { parseOrgNumber, type OrgNumber } from '@/lib/org-number'
import type { Session } from '@/lib/session/session'
import { tokenHashOf } from '@/lib/session/session'

/** Day n of a fixed calendar, at ten in the morning, so that rules never meet today's date. */
export const day = (n: number): Date => new Date(Date.UTC(2026, 0, 1 + n, 10))
export const after = (date: Date, { ms = 0, seconds = 0, minutes = 0, hours = 0 }): Date => new Date(date.getTime() + ms + 1000 * (seconds + 60 * (minutes + 60 * hours)))

/** Synthetic (month + 80): nobody's. */
export const digits = '15819010029'
export const othersDigits = '24907524708'
export const aNationalId = (of = digits): NationalId => {
  const id = NationalId.parse(of, { synthetic: true })
  if (!id) throw new Error(`not a national id: ${of.length} characters`)
  return id
}

/** The customers that DSOP has published for this service. */
export const publishedCustomers = [
  '01085301957', '01097601522', '02075700329', '02095302184', '02104802179', '03096902157', '03124002140', '04024701293', '04056200784',
  '04125300311', '05106500098', '06095300381', '07017900514', '08027200274', '08027201815', '08027202285', '08046802080',
] as const

/** Nine digits with their two control digits; null where there are none (modulo 11 gives 10). */
export function withControlDigits(nine: string): string | null {
  const control = (text: string, weights: readonly number[]) => (11 - (weights.reduce((total, weight, i) => total + weight * Number(text[i]), 0) % 11)) % 11
  const first = control(nine, [3, 7, 6, 1, 8, 9, 4, 5, 2])
  const second = control(`${nine}${first}`, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
  return first === 10 || second === 10 ? null : `${nine}${first}${second}`
}

/** The same person with a wrong last digit: no national id, whichever rule for control digits. */
export const withBrokenControl = (of: string): string => of.slice(0, 10) + String((Number(of[10]) + 1) % 10)

export const BANK_NUMBER = '311111116'
export const anOrgNumber = (of = BANK_NUMBER): OrgNumber => {
  const orgNumber = parseOrgNumber(of)
  if (!orgNumber) throw new Error('not an organisation number')
  return orgNumber
}

export const aPolicy = (but: Partial<ConsentPolicy> = {}): ConsentPolicy => ({
  provider: 'altinn3',
  resource: 'slk_5498_1',
  coveredBy: anOrgNumber(),
  coveredByName: 'Testbanken AS',
  handledByName: null,
  handledBy: null,
  days: 364,
  noticeVersion: '2026-11',
  returnUrl: 'https://bank.example/consent/return',
  transport: 'altinn3-single',
  ...but,
})

/** An unanswered request made on day 0, unless told otherwise. */
export const aConsent = (but: Partial<Consent> = {}): Consent => {
  const id = but.id ?? randomUUID()
  return {
    id,
    provider: 'altinn3',
    reference: id,
    resource: 'slk_5498_1',
    subjectRef: '5f1d9a52-2f0e-4b39-9a3e-3f6f0f7f4c11',
    coveredBy: '311111116',
    handledBy: null,
    status: 'requested',
    validTo: day(364),
    requestedAt: day(0),
    settledAt: null,
    sourceKnowsSince: null,
    sourceKnowsVia: null,
    exchange: null,
    exchangeAt: null,
    lastReadAt: null,
    noticeVersion: '2026-11',
    noticeLanguage: 'nb',
    coveredByName: 'Testbanken AS',
    handledByName: null,
    stoppedHereAt: null,
    ...but,
  }
}

/** A log-in of the same person, started on day 0 and used a moment ago. */
export const aSession = (but: Partial<Session> = {}): Session => ({
  tokenHash: tokenHashOf(randomUUID()),
  subjectRef: '5f1d9a52-2f0e-4b39-9a3e-3f6f0f7f4c11',
  idpSid: randomUUID(),
  acr: 'idporten-loa-high',
  idTokenSealed: new Uint8Array(randomBytes(40)),
  createdAt: day(0),
  lastSeenAt: day(0),
  expiresAt: after(day(0), { hours: 2 }),
  readingUntil: null,
  readAt: null,
  readFailure: null,
  readReference: null,
  ...but,
})

export const anEvent = (but: Partial<AuditEvent> = {}): AuditEvent => ({
  type: 'session.started',
  at: day(0),
  actor: 'applicant',
  correlationId: newCorrelationId(),
  subjectRef: null,
  consentId: null,
  outcome: null,
  ...but,
})

/** What is said in a log line or an answer besides its references: a UUID may have any digits, and the rest no number of a person. */
export const besidesReferences = (said: unknown): string => JSON.stringify(said).replace(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi, '[uuid]')
