import { describe, expect, test } from 'vitest'
import type { Consent } from '@/lib/consent/consent'
import { aConsent, after, anEvent, day } from '@/lib/testing/builders'
import { aDiary, auditInMemory, clockAt, consentsInMemory } from '@/lib/testing/fakes'
import { trailOf } from '@/lib/testing/trail'
import { makeReceipt } from './receipt'

const me = '5f1d9a52-2f0e-4b39-9a3e-3f6f0f7f4c11'
const another = '00000000-0000-4000-8000-000000000001'
const yes = after(day(0), { minutes: 3 })

/** What the log tells of the answer is written, unless it is so old that it has gone. */
function ask(consent: Consent, { now = day(10), who = me, logged = true } = {}) {
  const diary = aDiary()
  if (logged) diary.write(anEvent({ type: 'consent.settled', outcome: 'accepted', at: yes, subjectRef: consent.subjectRef, consentId: consent.id }))
  const deps = { clock: clockAt(now), newId: () => 'receipt-1', consents: consentsInMemory([consent]), trail: trailOf(diary), audit: auditInMemory(diary) }
  return { diary, receipt: (consentId: string | null = consent.id) => makeReceipt(deps, { consentId, subjectRef: who, correlationId: 'K7QM-9XTB-2RWH' }) }
}

describe('a receipt', () => {
  test('for a yes that stands: when, and what was read', async () => {
    const consent = aConsent({ status: 'accepted', settledAt: yes, noticeVersion: '2026-11-21.adviser.supplier', noticeLanguage: 'nn', handledBy: '312222221', handledByName: 'Samdrift AS' })
    expect(await ask(consent).receipt()).toEqual({ id: 'receipt-1', issuedAt: day(10), consent, answer: 'given', state: 'active', answeredAt: yes, endedAt: null, notice: { words: '2026-11-21', adviserSharing: true, supplier: 'Samdrift AS', language: 'nn' } })
  })

  test.each([
    ['withdrawn', aConsent({ status: 'revoked', settledAt: day(5) }), day(5)],
    ['stopped-here', aConsent({ status: 'revoked', settledAt: day(5), stoppedHereAt: day(5) }), day(5)],
    ['expired', aConsent({ status: 'expired', settledAt: day(370) }), day(364)],
    ['expired', aConsent({ status: 'accepted', settledAt: yes }), day(364)],
  ] as const)('for a yes that has ended (%s) still knows when it was given, from the log', async (state, consent, endedAt) => {
    expect(await ask(consent, { now: day(400) }).receipt()).toMatchObject({ answer: 'given', state, answeredAt: yes, endedAt })
  })

  test('for a yes older than the log says that it does not know when', async () => {
    expect(await ask(aConsent({ status: 'revoked', settledAt: day(5) }), { logged: false }).receipt()).toMatchObject({ answeredAt: null })
  })

  test('for a no', async () => {
    expect(await ask(aConsent({ status: 'rejected', settledAt: yes })).receipt()).toMatchObject({ answer: 'refused', state: 'refused', answeredAt: yes, endedAt: null })
  })

  test.each([aConsent(), aConsent({ status: 'expired', settledAt: day(2) })])('is not made where nobody has answered', async (consent) => {
    expect(await ask(consent).receipt()).toBeNull()
  })

  test('of another is not made, and the log has who tried and not whose it was', async () => {
    const { receipt, diary } = ask(aConsent({ status: 'accepted', settledAt: yes }), { who: another })
    expect(await receipt()).toBeNull()
    expect(diary.events.at(-1)).toEqual(anEvent({ type: 'access.refused', at: day(10), actor: 'applicant', correlationId: 'K7QM-9XTB-2RWH', subjectRef: another, consentId: null, outcome: 'receipt-of-another' }))
  })

  test('that never was, is nobody’s, and nothing to log', async () => {
    const { receipt, diary } = ask(aConsent(), { logged: false })
    expect([await receipt(null), await receipt(another)]).toEqual([null, null])
    expect(diary.events).toEqual([])
  })
})
