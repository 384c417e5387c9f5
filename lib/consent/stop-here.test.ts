import { expect, test } from 'vitest'
import { aConsent, day } from '@/lib/testing/builders'
import { aDiary, auditInMemory, clockAt, consentsInMemory } from '@/lib/testing/fakes'
import type { Consent } from './consent'
import { stopHere } from './stop-here'

function setUp(consent = aConsent({ status: 'accepted', settledAt: day(0) })) {
  const diary = aDiary()
  const consents = consentsInMemory([consent], diary)
  const stop = (subjectRef = consent.subjectRef) => stopHere({ clock: clockAt(day(5)), consents, audit: auditInMemory(diary) }, { consentId: consent.id, subjectRef, correlationId: 'c' })
  return { consent, stop, diary, row: () => consents.rows.get(consent.id) }
}

function setUpRenewed(others: readonly Consent[] = []) {
  const [old, renewed] = [aConsent({ status: 'accepted', requestedAt: day(-350) }), aConsent({ status: 'accepted', requestedAt: day(0) })]
  const diary = aDiary()
  const consents = consentsInMemory([old, renewed, ...others], diary)
  const stop = () => stopHere({ clock: clockAt(day(5)), consents, audit: auditInMemory(diary) }, { consentId: renewed.id, subjectRef: renewed.subjectRef, correlationId: 'c' })
  return { old, renewed, stop, diary, rows: consents.rows }
}

test('the person ends our use at once, and it is told apart from a withdrawal in Altinn', async () => {
  const { stop, row, diary } = setUp()
  expect(await stop()).toMatchObject({ ok: true })
  expect(row()).toMatchObject({ status: 'revoked', stoppedHereAt: day(5) })
  expect(diary.events).toMatchObject([{ type: 'consent.closed', actor: 'applicant', outcome: 'stopped-here' }])
})

test('a renewed consent does not leave the old one standing: the person’s word is for both', async () => {
  const { old, renewed, stop, rows, diary } = setUpRenewed()
  expect(await stop()).toMatchObject({ ok: true })
  expect([rows.get(renewed.id), rows.get(old.id)]).toMatchObject([{ status: 'revoked', stoppedHereAt: day(5) }, { status: 'revoked', stoppedHereAt: day(5) }])
  expect(diary.entries).toEqual(['consent.closed: stopped-here', 'consent.closed: stopped-here'])
})

test('what others gave, or what was given for something else, stands', async () => {
  const others = [aConsent({ status: 'accepted', subjectRef: '00000000-0000-4000-8000-000000000000' }), aConsent({ status: 'accepted', resource: 'slk-other' }), aConsent({ status: 'accepted', coveredBy: '312222221' })]
  const { stop, rows } = setUpRenewed(others)
  await stop()
  expect(others.map(({ id }) => rows.get(id)?.status)).toEqual(['accepted', 'accepted', 'accepted'])
})

test('another person ends nothing, and that they tried is logged', async () => {
  const { stop, row, diary } = setUp()
  expect(await stop('00000000-0000-4000-8000-000000000000')).toMatchObject({ reason: 'not-found' })
  expect(row()?.status).toBe('accepted')
  expect(diary.entries).toEqual(['access.refused: consent-of-another'])
})

test('what is over is not ended twice', async () => {
  const { stop, diary } = setUp()
  await stop()
  expect(await stop()).toMatchObject({ reason: 'not-open' })
  expect(diary.entries).toHaveLength(1)
})
