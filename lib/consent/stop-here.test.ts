import { expect, test } from 'vitest'
import { aConsent, day } from '@/lib/testing/builders'
import { aDiary, clockAt, consentsInMemory } from '@/lib/testing/fakes'
import { stopHere } from './stop-here'

function setUp(consent = aConsent({ status: 'accepted', settledAt: day(0) })) {
  const diary = aDiary()
  const consents = consentsInMemory([consent], diary)
  const stop = (subjectRef = consent.subjectRef) => stopHere({ clock: clockAt(day(5)), consents }, { consentId: consent.id, subjectRef, correlationId: 'c' })
  return { consent, stop, diary, row: () => consents.rows.get(consent.id) }
}

test('the person ends our use at once, and it is told apart from a withdrawal in Altinn', async () => {
  const { stop, row, diary } = setUp()
  expect(await stop()).toMatchObject({ ok: true })
  expect(row()).toMatchObject({ status: 'revoked', stoppedHereAt: day(5) })
  expect(diary.events).toMatchObject([{ type: 'consent.closed', actor: 'applicant', outcome: 'stopped-here' }])
})

test('another person ends nothing', async () => {
  const { stop, row, diary } = setUp()
  expect(await stop('00000000-0000-4000-8000-000000000000')).toMatchObject({ reason: 'not-found' })
  expect(row()?.status).toBe('accepted')
  expect(diary.entries).toEqual([])
})

test('what is over is not ended twice', async () => {
  const { stop, diary } = setUp()
  await stop()
  expect(await stop()).toMatchObject({ reason: 'not-open' })
  expect(diary.entries).toHaveLength(1)
})
