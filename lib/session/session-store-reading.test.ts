import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { after, anEvent, aSession } from '@/lib/testing/builders'
import { aLogIn, aStoredConsent, freshDatabase, later, today } from '@/lib/testing/database'
import { newCorrelationId } from '@/lib/correlation-id'
import { createHeldReadingStore } from '@/lib/sources/held-reading-store'
import { createSessionStore } from './session-store'

const database = await freshDatabase({ timeZone: 'America/Los_Angeles' })
const [sessions, elsewhere] = [createSessionStore(database.db), createSessionStore(database.another())]
const until = later({ seconds: 12 })

async function setUp() {
  const { session } = await aLogIn(database)
  const { id: consentId } = await aStoredConsent(database, { subjectRef: session.subjectRef, status: 'accepted' })
  const event = (at = today) => anEvent({ type: 'source.read-started', at, subjectRef: session.subjectRef, consentId })
  const claim = (at = today, store = sessions) => store.claimReading(session.tokenHash, after(at, { seconds: 12 }), event(at))
  const release = (failure: string, at = today, claimed = after(at, { seconds: 12 })) => sessions.releaseReading(session.tokenHash, claimed, failure, { ...event(at), type: 'source.read', outcome: failure })
  const told = async () => (await database.events()).filter((it) => it.consentId === consentId && it.type.startsWith('source.'))
  return { session, consentId, event, claim, release, told }
}

describe('a log-in’s one right to read the source', () => {
  test('goes to one of fifty who ask at the same time on two instances, and is told once', async () => {
    const { claim, told } = await setUp()
    const claims = await Promise.all(Array.from({ length: 50 }, (_, n) => claim(today, n % 2 ? sessions : elsewhere)))
    expect(claims.filter(Boolean)).toHaveLength(1)
    expect(await told()).toHaveLength(1)
  })

  test('is written down with whose it is before it is given', async () => {
    const { session, consentId, claim, told } = await setUp()
    expect(await claim()).toBe(true)
    expect(await told()).toEqual([{ type: 'source.read-started', actor: 'applicant', subjectRef: session.subjectRef, consentId, outcome: null, at: today }])
    expect(await sessions.find(session.tokenHash)).toMatchObject({ readingUntil: until, readAt: null, readFailure: null })
  })

  test('is not given when it cannot be written down', async () => {
    const { session, event } = await setUp()
    await expect(sessions.claimReading(session.tokenHash, until, { ...event(), outcome: 'a whole sentence' })).rejects.toThrow()
    expect((await sessions.find(session.tokenHash))?.readingUntil).toBeNull()
  })

  test('comes back to nobody while somebody has it, and to the next when their time is up', async () => {
    const { claim } = await setUp()
    await claim()
    expect(await claim(after(until, { ms: -1 }))).toBe(false)
    expect(await claim(until)).toBe(true)
  })

  test('given back with a reason, it may be asked for anew, and the reason is there to be told', async () => {
    const { session, claim, release, told } = await setUp()
    await claim()
    await release('source-busy')
    expect(await sessions.find(session.tokenHash)).toMatchObject({ readingUntil: null, readFailure: 'source-busy' })
    expect((await told()).map(({ type, outcome }) => [type, outcome])).toEqual([['source.read-started', null], ['source.read', 'source-busy']])
    expect(await claim()).toBe(true)
    expect((await sessions.find(session.tokenHash))?.readFailure).toBeNull()
  })

  test('is not given back without a word: when the event fails, it stays taken until its time is up', async () => {
    const { claim, release } = await setUp()
    await claim()
    await expect(release('not a word but a sentence')).rejects.toThrow()
    expect(await claim()).toBe(false)
    expect(await claim(until)).toBe(true)
  })

  test('is used up by a reading that was kept', async () => {
    const { session, claim } = await setUp()
    await database.db.session.updateMany({ where: { tokenHash: session.tokenHash }, data: { readAt: today } })
    expect(await claim()).toBe(false)
    expect(await claim(later({ minutes: 30 }))).toBe(false)
  })

  test('is over with the session', async () => {
    const { session, claim, event } = await setUp()
    expect(await claim(session.expiresAt)).toBe(false)
    await sessions.end(session.tokenHash, { reason: 'own', actor: 'applicant', at: today, correlationId: newCorrelationId() })
    expect(await claim()).toBe(false)
    expect(await sessions.claimReading(aSession().tokenHash, until, event())).toBe(false)
  })

  test('is not given back by somebody who slept through their time: the one who has it now keeps it', async () => {
    const { session, claim, release } = await setUp()
    await claim()
    await claim(until)
    await release('source-unavailable', later({ minutes: 1 }), until)
    expect(await sessions.find(session.tokenHash)).toMatchObject({ readingUntil: after(until, { seconds: 12 }), readFailure: null })
    expect(await claim(after(until, { seconds: 11 }))).toBe(false)
  })

  test('has one outcome, also when the one who kept the reading never heard that it was kept, and gives the right back', async () => {
    const { session, consentId, event, claim, told } = await setUp()
    await claim()
    const outcome = { ...event(), type: 'source.read', outcome: 'ok' } as const
    const reading = { id: randomUUID(), consentId, fetchedAt: today, ciphertext: new Uint8Array(40), sealedKey: new Uint8Array(40) }
    expect(await createHeldReadingStore(database.db).keep(reading, session.tokenHash, 'altinn3-single', outcome)).toBe(true)
    await sessions.releaseReading(session.tokenHash, until, 'misconfigured', { ...outcome, outcome: 'misconfigured' })
    expect((await told()).map((it) => it.outcome)).toEqual([null, 'ok'])
    expect(await sessions.find(session.tokenHash)).toMatchObject({ readAt: today, readFailure: null })
  })

  test('may be given back after the log-out that came in between: the answer is told, and no session is made', async () => {
    const { session, claim, release, told } = await setUp()
    await claim()
    await sessions.end(session.tokenHash, { reason: 'own', actor: 'applicant', at: today, correlationId: newCorrelationId() })
    await release('source-unavailable')
    expect(await sessions.find(session.tokenHash)).toBeNull()
    expect((await told()).at(-1)).toMatchObject({ type: 'source.read', outcome: 'source-unavailable' })
  })
})
