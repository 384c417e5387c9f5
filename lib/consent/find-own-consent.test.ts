import { expect, test } from 'vitest'
import { aConsent, day } from '@/lib/testing/builders'
import { aDiary, auditInMemory, clockAt, consentsInMemory } from '@/lib/testing/fakes'
import { findOwnConsent } from './find-own-consent'

const consent = aConsent()
function asking(subjectRef: string) {
  const diary = aDiary()
  const deps = { clock: clockAt(day(1)), consents: consentsInMemory([consent]), audit: auditInMemory(diary) }
  return { diary, ask: (consentId: string | null) => findOwnConsent(deps, { consentId, subjectRef, correlationId: 'K7QM-9XTB-2RWH', what: 'consent-of-another' }) }
}

test('a person finds their own consent, and nobody makes a note of it', async () => {
  const { ask, diary } = asking(consent.subjectRef)
  expect(await ask(consent.id)).toEqual(consent)
  expect(diary.events).toEqual([])
})

test('another’s is nowhere to be found; the log has who asked, and not whose it was', async () => {
  const stranger = '00000000-0000-4000-8000-000000000001'
  const { ask, diary } = asking(stranger)
  expect(await ask(consent.id)).toBeNull()
  expect(diary.events).toEqual([{ type: 'access.refused', at: day(1), actor: 'applicant', correlationId: 'K7QM-9XTB-2RWH', subjectRef: stranger, consentId: null, outcome: 'consent-of-another' }])
})

test('an id that is nobody’s, or none, is no attempt', async () => {
  const { ask, diary } = asking(consent.subjectRef)
  expect([await ask('00000000-0000-4000-8000-000000000002'), await ask(null)]).toEqual([null, null])
  expect(diary.events).toEqual([])
})

test('when the attempt cannot be logged, nothing is answered', async () => {
  const { ask, diary } = asking('00000000-0000-4000-8000-000000000001')
  diary.refuse(() => true)
  await expect(ask(consent.id)).rejects.toThrow()
})
