import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Secret } from '@/lib/secret'
import { keyFromToken, tokenHashOf } from '@/lib/session/session'
import { aConsent, after, anEvent, aSession, day } from '@/lib/testing/builders'
import { aDiary, aSource, clockAt, consentsInMemory, readingsInMemory, sessionsInMemory } from '@/lib/testing/fakes'
import { sealReading } from './held-reading'
import { lookAtReading } from './look-at-reading'

const token = new Secret('the-cookie')

async function setUp(value: unknown = { total: 1305523 }) {
  const consent = aConsent({ status: 'accepted' })
  const session = aSession({ tokenHash: tokenHashOf(token.reveal()), readingUntil: after(day(0), { seconds: 9 }) })
  const diary = aDiary()
  const sessions = sessionsInMemory([session], diary)
  const readings = readingsInMemory(sessions, consentsInMemory([consent]), diary)
  const id = randomUUID()
  await readings.keep({ id, consentId: consent.id, fetchedAt: day(0), ...sealReading(value, id, keyFromToken(token, 'reading')) }, session.tokenHash, 'altinn3-single', anEvent())
  const clock = clockAt(after(day(0), { minutes: 5 }))
  const look = (by = token) => lookAtReading({ clock, readings, sessionLimits: { idleMinutes: 15, maxMinutes: 120 } }, { source: aSource(), token: by, correlationId: 'K7QM-9XTB-2RWH' })
  return { consent, session, sessions, readings, diary, clock, look }
}

describe('looking at what this log-in has read', () => {
  test('shows the figures, when they were fetched and on which consent, and is logged', async () => {
    const { consent, look, diary } = await setUp()
    expect(await look()).toEqual({ value: { total: 1305523 }, fetchedAt: day(0), consentId: consent.id, validTo: consent.validTo })
    expect(diary.events.at(-1)).toMatchObject({ type: 'reading.shown', at: after(day(0), { minutes: 5 }), consentId: consent.id, correlationId: 'K7QM-9XTB-2RWH' })
  })

  test('shows nothing without the cookie that it was read for', async () => {
    expect(await (await setUp()).look(new Secret('another-cookie'))).toBeNull()
  })

  test('shows nothing to somebody who was away too long', async () => {
    const { look, clock, diary } = await setUp()
    clock.set(after(day(0), { minutes: 15 }))
    expect(await look()).toBeNull()
    expect(diary.entries).not.toContain('reading.shown')
  })

  test('shows nothing when the look cannot be logged', async () => {
    const { look, diary } = await setUp()
    diary.refuse(() => true)
    await expect(look()).rejects.toThrow('the audit log does not take it')
  })

  test('is logged before it is opened: what cannot be opened has still been asked for', async () => {
    const { look, diary, readings } = await setUp()
    for (const [key, reading] of readings.rows) readings.rows.set(key, { ...reading, sealedKey: new Uint8Array(60) })
    await expect(look()).rejects.toThrow()
    expect(diary.entries.at(-1)).toBe('reading.shown')
  })

  test('does not show what the source would not have said', async () => {
    await expect((await setUp({ total: 'a lot' })).look()).rejects.toThrow()
  })
})
