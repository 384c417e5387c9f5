import { describe, expect, test } from 'vitest'
import { sealReading } from '@/lib/sources/held-reading'
import { createHeldReadingStore } from '@/lib/sources/held-reading-store'
import { anEvent } from '@/lib/testing/builders'
import { aLogIn, aStoredConsent, aSubject, freshDatabase, later, today } from '@/lib/testing/database'
import type { Consent } from './consent'
import { createConsentStore } from './consent-store'
import { createExchangeStore } from './exchange-store'

const database = await freshDatabase({ timeZone: 'Pacific/Auckland' })
const instances = [database.db, database.another(), database.another(), database.another()].map((instance) => createExchangeStore(instance))
const [exchanges] = instances as [ReturnType<typeof createExchangeStore>]
const consents = createConsentStore(database.db)
const aGiven = async (but: Partial<Consent> = {}) => aStoredConsent(database, { status: 'accepted', subjectRef: but.subjectRef ?? (await aSubject(database)), ...but })
/** The source has answered on it once. */
async function aKnown(): Promise<Consent> {
  const consent = await aGiven()
  await database.db.consent.updateMany({ where: { id: consent.id }, data: { exchange: 'used', exchangeAt: today, sourceKnowsSince: today, sourceKnowsVia: 'altinn3-both' } })
  return row(consent)
}
const event = (consent: Consent, type: 'consent.exchange-started' | 'consent.exchange-ended', at = today, outcome: string | null = null) => anEvent({ type, at, subjectRef: consent.subjectRef, consentId: consent.id, outcome })
const begin = (consent: Consent, at = today, store = exchanges) => store.begin(consent, event(consent, 'consent.exchange-started', at))
const end = (consent: Consent, mark: 'given' | 'lost' | 'spent' | 'not-made', begunAt = today, at = later({ seconds: 1 })) => exchanges.end(consent.id, begunAt, mark, event(consent, 'consent.exchange-ended', at, mark))
const row = async ({ id }: Consent) => (await consents.find(id)) ?? Promise.reject(new Error('gone'))
const told = async (consent: Consent) => (await database.events()).filter(({ consentId, type }) => consentId === consent.id && type.startsWith('consent.exchange')).map(({ type, outcome }) => (outcome ? `${type}: ${outcome}` : type))

describe('the right to exchange a consent', () => {
  test('goes to one of a hundred who come at the same time on four instances, and is told once', async () => {
    const consent = await aGiven()
    const rights = await Promise.all(Array.from({ length: 100 }, (_, n) => begin(consent, later({ ms: n }), instances[n % 4])))
    expect(rights.filter(Boolean)).toHaveLength(1)
    expect(await told(consent)).toEqual(['consent.exchange-started'])
    expect((await row(consent)).exchange).toBe('begun')
  })

  test('is committed with its event, at the event’s time, or not at all', async () => {
    const consent = await aGiven()
    await expect(exchanges.begin(consent, { ...event(consent, 'consent.exchange-started'), outcome: 'a whole sentence' })).rejects.toThrow()
    expect(await row(consent)).toEqual(consent)
    expect(await begin(consent, later({ ms: 7 }))).toBe(true)
    expect(await row(consent)).toEqual({ ...consent, exchange: 'begun', exchangeAt: later({ ms: 7 }) })
  })

  test.each(['requested', 'rejected', 'revoked', 'expired'] as const)('is nobody’s on a consent that is %s', async (status) => {
    const consent = await aGiven({ status })
    expect([await begin(consent), await told(consent)]).toEqual([false, []])
  })

  test('is nobody’s when the consent has run out', async () => {
    const consent = await aGiven({ validTo: later({ minutes: 1 }) })
    expect(await begin(consent, later({ minutes: 1 }))).toBe(false)
    expect(await begin(consent, later({ ms: 59_999 }))).toBe(true)
  })

  test('is nobody’s who has read the row before somebody else changed it', async () => {
    const before = await aKnown()
    await begin(before)
    await end(before, 'lost')
    expect(await begin(before, later({ minutes: 1 }))).toBe(false)
  })
})

describe('what came of an exchange', () => {
  test.each(['given', 'lost', 'spent'] as const)('is written and told: %s', async (mark) => {
    const consent = await aGiven()
    await begin(consent)
    await end(consent, mark)
    expect(await row(consent)).toMatchObject({ exchange: mark, exchangeAt: today, sourceKnowsSince: null })
    expect(await told(consent)).toEqual(['consent.exchange-started', `consent.exchange-ended: ${mark}`])
  })

  test('not made: the row is as before, so that it may be tried again', async () => {
    for (const consent of [await aGiven(), await aKnown()]) {
      const before = await row(consent)
      await begin(before, later({ minutes: 1 }))
      await end(consent, 'not-made', later({ minutes: 1 }))
      expect(await row(consent)).toEqual({ ...before, exchangeAt: null })
      expect(await begin(await row(consent), later({ minutes: 2 }))).toBe(true)
    }
  })

  test('is told also by somebody who comes too late, and does not undo what another has made of it', async () => {
    const consent = await aGiven()
    await begin(consent)
    await end(consent, 'lost')
    await end(consent, 'given')
    expect((await row(consent)).exchange).toBe('lost')
    await end(consent, 'not-made')
    expect((await row(consent)).exchange).toBe('lost')
    expect(await told(consent)).toHaveLength(4)
    const other = await aGiven()
    await begin(other)
    await end(other, 'not-made', later({ ms: 1 }))
    expect((await row(other)).exchange).toBe('begun')
  })

  test('is not written without its event', async () => {
    const consent = await aGiven()
    await begin(consent)
    await expect(exchanges.end(consent.id, today, 'given', event(consent, 'consent.exchange-ended', today, 'a whole sentence'))).rejects.toThrow()
    expect((await row(consent)).exchange).toBe('begun')
  })
})

describe('a reading that was kept', () => {
  test.each([['given', 'used'], ['begun', 'used'], ['spent', 'used'], ['lost', 'used'], [null, null]] as const)('of an exchange that was %s leaves it %s: the source has answered', async (mark, expected) => {
    const { session } = await aLogIn(database)
    const consent = await aGiven({ subjectRef: session.subjectRef })
    if (mark) await begin(consent)
    if (mark && mark !== 'begun') await end(consent, mark)
    await database.db.session.updateMany({ where: { tokenHash: session.tokenHash }, data: { readingUntil: later({ seconds: 9 }) } })
    await createHeldReadingStore(database.db).keep({ id: consent.id, consentId: consent.id, fetchedAt: later({ seconds: 3 }), ...sealReading(1, consent.id, new Uint8Array(32)) }, session.tokenHash, 'altinn3-both', anEvent({ type: 'source.read', at: today, outcome: 'ok' }))
    expect((await row(consent)).exchange).toBe(expected)
  })
})
