import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import type { Consent } from './consent/consent'
import { createConsentStore } from './consent/consent-store'
import { createEventFeedStore } from './consent/event-feed-store'
import { newCorrelationId } from './correlation-id'
import { openDatabase, type Database } from './db'
import { createTokenLease } from './maskinporten/token-lease'
import type { OrgNumber } from './org-number'
import { createSealer } from './sealed'
import { createSessionStore } from './session/session-store'
import { sealReading } from './sources/held-reading'
import { createHeldReadingStore } from './sources/held-reading-store'
import { createSubjectStore } from './subject/subject-store'
import { aConsent, aNationalId, anEvent, anOrgNumber } from './testing/builders'
import { aLogIn, aStoredConsent, freshDatabase, later, today } from './testing/database'
import { createUpstreamGate } from './upstream-gate'

/**
 * Two banks in one database, and the same keys for both: the stores keep their rows apart. Once as the app's role, for whom
 * row-level security is the second lock; once as the owner, for whom there is none, so that the stores' own conditions,
 * the first lock, must do alone.
 */
const database = await freshDatabase()
const opened: Database[] = []
afterAll(() => Promise.all(opened.map((db) => db.$disconnect())))
const keys = { sealer: createSealer([{ kid: 'k1', key: randomBytes(32) }]), fingerprintKey: randomBytes(32) }

function storesOf(url: string, bank: OrgNumber) {
  const db = openDatabase(url, bank, 3)
  opened.push(db)
  const here = { ...database, db }
  return {
    here, bank, subjects: createSubjectStore(db, keys), sessions: createSessionStore(db), consents: createConsentStore(db), readings: createHeldReadingStore(db),
    feeds: createEventFeedStore(db), gates: createUpstreamGate(db), lease: createTokenLease(db, keys.sealer),
  }
}
const ending = () => ({ reason: 'back-channel', actor: 'id-porten', at: today, correlationId: newCorrelationId() }) as const

describe.each([
  ['behind both locks', database.appUrl],
  ['behind the first lock alone', database.ownerUrl],
])('%s', (_, url) => {
  const [ours, theirs] = [storesOf(url, anOrgNumber('311111116')), storesOf(url, anOrgNumber('312222221'))]

  /** Somebody who is logged in at this bank, has said yes, and has a balance held. */
  async function aJourneyAt({ here, bank, subjects, sessions, consents, readings }: typeof ours, idpSid = randomUUID()) {
    const { session } = await aLogIn(here, { idpSid, subjectRef: await subjects.refOf(aNationalId(), today) })
    const consent = aConsent({ coveredBy: bank, subjectRef: session.subjectRef, requestedAt: today, validTo: later({ hours: 2 }), resource: randomUUID() })
    const event = anEvent({ at: today, subjectRef: session.subjectRef, consentId: consent.id })
    const returnRefHash = new Uint8Array(randomBytes(32))
    await consents.add(consent, returnRefHash, { ...event, type: 'consent.requested' })
    const accept = () => consents.settle({ ...consent, status: 'accepted', settledAt: today }, 'requested', { ...event, type: 'consent.settled', outcome: 'accepted' })
    const read = async () => {
      await accept()
      await sessions.claimReading(session.tokenHash, later({ seconds: 9 }), { ...event, type: 'source.read-started' })
      const id = randomUUID()
      return readings.keep({ id, consentId: consent.id, fetchedAt: today, ...sealReading({ total: 1 }, id, new Uint8Array(32)) }, session.tokenHash, 'altinn3-single', { ...event, type: 'source.read', outcome: 'ok' })
    }
    const lookAt = (by: typeof ours) => by.readings.look({ tokenHash: session.tokenHash, idleSince: later({ minutes: -15 }), at: today, correlationId: newCorrelationId() })
    return { session, consent, event, returnRefHash, accept, read, lookAt }
  }

  test('the same person is two strangers', async () => {
    const refs = [await ours.subjects.refOf(aNationalId(), today), await theirs.subjects.refOf(aNationalId(), today)]
    expect(new Set(refs).size).toBe(2)
    expect([await ours.subjects.findRef(aNationalId()), await theirs.subjects.findRef(aNationalId())]).toEqual(refs)
    await expect(theirs.subjects.nationalIdOf(refs[0] ?? '')).rejects.toThrow()
  })

  test('a log-in at one is no log-in at the other, and cannot be ended, kept alive or used there', async () => {
    const { session, event } = await aJourneyAt(ours)
    expect(await theirs.sessions.find(session.tokenHash)).toBeNull()
    await theirs.sessions.touch(session.tokenHash, later({ minutes: 1 }))
    expect(await theirs.sessions.end(session.tokenHash, ending())).toBe(false)
    expect(await theirs.sessions.claimReading(session.tokenHash, later({ seconds: 9 }), event)).toBe(false)
    expect(await ours.sessions.find(session.tokenHash)).toMatchObject(session)
  })

  test('a log-out at one, by the same name of the same ID-porten session, leaves the other’s log-in alone', async () => {
    const sid = randomUUID()
    const [here, there] = [await aJourneyAt(ours, sid), await aJourneyAt(theirs, sid)]
    expect(await ours.sessions.endAll(sid, ending())).toBe(1)
    expect([await ours.sessions.find(here.session.tokenHash), await theirs.sessions.find(there.session.tokenHash)]).toEqual([null, expect.objectContaining(there.session)])
    const jti = { value: randomUUID(), expiresAt: later({ minutes: 2 }) }
    expect([await ours.sessions.endAllOnce(sid, jti, ending()), await theirs.sessions.endAllOnce(sid, jti, ending()), await theirs.sessions.endAllOnce(sid, jti, ending())]).toEqual([0, 1, null])
  })

  test('time that is up for one’s log-ins is not up for the other’s', async () => {
    const { session } = await aJourneyAt(ours)
    await theirs.sessions.endExpired({ idleMinutes: 15, maxMinutes: 120 }, later({ hours: 9 }), newCorrelationId())
    expect(await ours.sessions.find(session.tokenHash)).toMatchObject(session)
    expect(await ours.sessions.endExpired({ idleMinutes: 15, maxMinutes: 120 }, later({ hours: 9 }), newCorrelationId())).toBeGreaterThan(0)
  })

  test('a consent to one is not found by the other by any of its names, is never due there, and cannot be moved', async () => {
    const { consent, returnRefHash, event, accept } = await aJourneyAt(ours)
    const { consents } = theirs
    expect(await Promise.all([consents.find(consent.id), consents.findByReturnRef(returnRefHash), consents.findByReference('altinn3', consent.reference)])).toEqual([null, null, null])
    for (const coveredBy of [ours.bank, theirs.bank]) expect(await consents.ofSubject(consent.subjectRef, consent.resource, coveredBy)).toEqual([])
    expect((await consents.due(later({ hours: 900 }))).map(({ id }) => id)).not.toContain(consent.id)
    expect((await ours.consents.due(later({ hours: 900 }))).map(({ id }) => id)).toContain(consent.id)
    expect(await consents.settle({ ...consent, status: 'rejected', settledAt: today }, 'requested', event)).toMatchObject({ reason: 'changed-meanwhile' })
    expect((await accept()).ok).toBe(true)
  })

  test('a consent cannot be made in the other’s name, nor for a person of the other', async () => {
    const stranger = await theirs.subjects.refOf(aNationalId('24907524708'), today)
    await expect(aStoredConsent(ours.here, { subjectRef: await ours.subjects.refOf(aNationalId(), today), coveredBy: theirs.bank, resource: 'x' })).rejects.toThrow()
    await expect(aStoredConsent(ours.here, { subjectRef: stranger, coveredBy: ours.bank, resource: 'x' })).rejects.toThrow()
  })

  test('what one holds, the other can neither look at nor add to', async () => {
    const { session, consent, event, read, lookAt } = await aJourneyAt(ours)
    expect(await read()).toBe(true)
    expect(await lookAt(theirs)).toBeNull()
    const id = randomUUID()
    const forged = { id, consentId: consent.id, fetchedAt: today, ...sealReading({ total: 2 }, id, new Uint8Array(32)) }
    expect(await theirs.readings.keep(forged, session.tokenHash, 'altinn3-single', event)).toBe(false)
    expect(await lookAt(ours)).toMatchObject({ consentId: consent.id })
  })

  test('shared tokens, gates and feeds of the same name are each bank’s own', async () => {
    const name = randomUUID()
    expect([await ours.lease.acquire(name, 5), await theirs.lease.acquire(name, 5), await ours.lease.acquire(name, 5)]).toEqual([1n, 1n, null])
    await ours.gates.busy('lanekassen', 30, today)
    expect([(await ours.gates.closed('lanekassen', today))?.gate, await theirs.gates.closed('lanekassen', today)]).toEqual(['busy', null])
    await theirs.gates.open('lanekassen')
    expect((await ours.gates.closed('lanekassen', today))?.gate).toBe('busy')
    await ours.feeds.advance(name, today, today)
    await theirs.feeds.advance(name, later({ minutes: 1 }), today)
    expect(await ours.feeds.position(name)).toEqual({ readUpTo: today, askedAt: today })
    await ours.gates.open('lanekassen')
  })

  test('each line of the audit log says whose it is', async () => {
    const [here, there] = [await aJourneyAt(ours), await aJourneyAt(theirs)]
    const banks = async ({ id }: Consent) => database.asOwner('SELECT DISTINCT "bank" FROM "AuditEvent" WHERE "consentId" = $1', [id])
    expect([await banks(here.consent), await banks(there.consent)]).toEqual([[{ bank: ours.bank }], [{ bank: theirs.bank }]])
  })
})
