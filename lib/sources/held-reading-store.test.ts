import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Consent } from '@/lib/consent/consent'
import { createConsentStore } from '@/lib/consent/consent-store'
import { newCorrelationId } from '@/lib/correlation-id'
import type { Session } from '@/lib/session/session'
import { createSessionStore } from '@/lib/session/session-store'
import { after, anEvent } from '@/lib/testing/builders'
import { aLogIn, aStoredConsent, freshDatabase, later, today } from '@/lib/testing/database'
import { openReading, sealReading } from './held-reading'
import { createHeldReadingStore } from './held-reading-store'

const database = await freshDatabase({ timeZone: 'America/St_Johns' })
const { db, asOwner } = database
const other = database.another()
const [readings, elsewhere] = [createHeldReadingStore(db), createHeldReadingStore(other)]
const [sessions, consents] = [createSessionStore(other), createConsentStore(other)]
const readerKey = new Uint8Array(randomBytes(32))
const event = (session: Session, consent: Consent, but = {}) => anEvent({ type: 'source.read', at: today, subjectRef: session.subjectRef, consentId: consent.id, outcome: 'ok', ...but })
const logOut = (session: Session) => sessions.end(session.tokenHash, { reason: 'own', actor: 'applicant', at: today, correlationId: newCorrelationId() })
const end = (consent: Consent, status: 'revoked' | 'expired' = 'revoked') =>
  consents.settle({ ...consent, status, settledAt: today }, 'accepted', anEvent({ type: 'consent.closed', at: today, consentId: consent.id, subjectRef: consent.subjectRef, outcome: status }))
const told = async ({ id }: Consent, type: string) => (await database.events()).filter((it) => it.type === type && it.consentId === id)

/** A log-in that is just now reading the source on an accepted consent. */
async function reading(but: Partial<Session> = {}, consentBut: Partial<Consent> = {}) {
  const { session } = await aLogIn(database, but)
  const consent = await aStoredConsent(database, { subjectRef: session.subjectRef, status: 'accepted', ...consentBut })
  await sessions.claimReading(session.tokenHash, later({ seconds: 12 }), event(session, consent, { type: 'source.read-started', outcome: null }))
  const keep = (store = readings, at = today, eventBut = {}) => {
    const id = randomUUID()
    return store.keep({ id, consentId: consent.id, fetchedAt: at, ...sealReading({ total: 1305523 }, id, readerKey) }, session.tokenHash, 'altinn3-single', event(session, consent, eventBut))
  }
  const look = (at = today, by = session, store = elsewhere) => store.look({ tokenHash: by.tokenHash, idleSince: after(at, { minutes: -15 }), at, correlationId: newCorrelationId() })
  const held = () => db.heldReading.count({ where: { consentId: consent.id } })
  return { session, consent, keep, look, held }
}
async function aReading(but: Partial<Session> = {}, consentBut: Partial<Consent> = {}) {
  const it = await reading(but, consentBut)
  expect(await it.keep()).toBe(true)
  return it
}

describe('keeping what was read', () => {
  test('uses up the log-in’s right, tells the audit log, and remembers that the source knows the consent', async () => {
    const { session, consent, keep } = await reading()
    expect(await keep()).toBe(true)
    expect(await sessions.find(session.tokenHash)).toMatchObject({ readAt: today, readingUntil: null, readFailure: null })
    expect(await consents.find(consent.id)).toMatchObject({ lastReadAt: today, sourceKnowsSince: today })
    expect(await told(consent, 'source.read')).toMatchObject([{ outcome: 'ok', at: today }])
  })

  test('does not change since when the source has known the consent, unless it comes to know it another way', async () => {
    const earlier = after(today, { minutes: -5 })
    for (const [via, since] of [['altinn3-single', earlier], ['altinn3-both', later({ minutes: 1 })], [null, later({ minutes: 1 })]] as const) {
      const { consent, keep } = await reading({}, {})
      await db.consent.updateMany({ where: { id: consent.id }, data: { sourceKnowsSince: earlier, sourceKnowsVia: via } })
      await keep(readings, later({ minutes: 1 }))
      expect(await consents.find(consent.id)).toMatchObject({ sourceKnowsSince: since, sourceKnowsVia: 'altinn3-single', lastReadAt: later({ minutes: 1 }) })
    }
  })

  const meanwhile: [string, (it: Awaited<ReturnType<typeof reading>>) => Promise<unknown>][] = [
    ['the person logged out', ({ session }) => logOut(session)],
    ['the person withdrew the consent', ({ consent }) => end(consent)],
    ['the consent was closed as expired', ({ consent }) => end(consent, 'expired')],
    ['another reading of the same log-in was kept', ({ keep }) => keep()],
    ['the right was given back', ({ session, consent }) => sessions.releaseReading(session.tokenHash, later({ seconds: 12 }), 'source-unavailable', event(session, consent, { outcome: 'source-unavailable' }))],
  ]
  test.each(meanwhile)('does not happen when meanwhile %s; that is told', async (_what, happen) => {
    const it = await reading()
    await happen(it)
    const before = await it.held()
    expect(await it.keep()).toBe(false)
    expect(await it.held()).toBe(before)
    expect((await told(it.consent, 'source.read')).at(-1)).toMatchObject({ outcome: 'not-kept' })
  })

  test('does not happen when the session, or the consent, ran out while the source was answering', async () => {
    const shortSession = await reading({ expiresAt: later({ seconds: 5 }) })
    expect(await shortSession.keep(readings, later({ seconds: 5 }))).toBe(false)
    const shortConsent = await reading({}, { validTo: later({ seconds: 5 }) })
    expect(await shortConsent.keep(readings, later({ seconds: 5 }))).toBe(false)
    expect([await shortSession.held(), await shortConsent.held()]).toEqual([0, 0])
  })

  test('does not happen when it cannot be told: nothing of it is left', async () => {
    const { session, consent, keep, held } = await reading()
    await expect(keep(readings, today, { outcome: 'a sentence is refused' })).rejects.toThrow()
    expect(await held()).toBe(0)
    expect(await sessions.find(session.tokenHash)).toMatchObject({ readAt: null })
    expect(await consents.find(consent.id)).toMatchObject({ lastReadAt: null })
  })

  test('races a log-out or a withdrawal to one end: nothing is held by a session that is gone or on a consent that has ended', async () => {
    for (let round = 0; round < 30; round++) {
      const it = await reading()
      const [kept] = await Promise.all([it.keep(round % 2 ? readings : elsewhere), round % 3 ? logOut(it.session) : end(it.consent)])
      expect(await it.held()).toBe(0)
      expect(await told(it.consent, 'source.read')).toMatchObject([{ outcome: kept ? 'ok' : 'not-kept' }])
    }
    expect(await asOwner('SELECT FROM "ReadingSeal" s LEFT JOIN "HeldReading" r ON r."id" = s."readingId" WHERE r."id" IS NULL')).toEqual([])
  })

  test('by two zombies at once keeps one', async () => {
    const { keep, held, consent } = await reading()
    const kept = await Promise.all([keep(readings), keep(elsewhere), keep(readings), keep(elsewhere)])
    expect(kept.filter(Boolean)).toHaveLength(1)
    expect(await held()).toBe(1)
    expect((await told(consent, 'source.read')).map(({ outcome }) => outcome).sort()).toEqual(['not-kept', 'not-kept', 'not-kept', 'ok'])
  })
})

describe('looking at what was read', () => {
  test('shows it to the one who has the cookie, and logs exactly one look', async () => {
    const { session, consent, look } = await aReading()
    const found = await look(later({ minutes: 1 }))
    expect(found && openReading(found, found.id, readerKey)).toEqual({ total: 1305523 })
    expect(found).toMatchObject({ consentId: consent.id, fetchedAt: today })
    expect(await told(consent, 'reading.shown')).toEqual([{ type: 'reading.shown', actor: 'applicant', subjectRef: session.subjectRef, consentId: consent.id, outcome: null, at: later({ minutes: 1 }) }])
  })

  test('a hundred times at once is a hundred events', async () => {
    const { consent, look } = await aReading()
    const looks = await Promise.all(Array.from({ length: 100 }, (_, n) => look(today, undefined, n % 2 ? readings : elsewhere)))
    expect(looks.every((found) => found !== null)).toBe(true)
    expect(await told(consent, 'reading.shown')).toHaveLength(100)
  })

  const nothing: [string, (it: Awaited<ReturnType<typeof aReading>>) => Promise<unknown>][] = [
    ['nobody has that cookie', ({ look }) => aLogIn(database).then(({ session }) => look(today, { ...session, tokenHash: new Uint8Array(32) }))],
    ['the person has logged out', ({ session, look }) => logOut(session).then(() => look())],
    ['ID-porten has logged the person out', ({ session, look }) => sessions.endAll(session.idpSid, { reason: 'front-channel', actor: 'id-porten', at: today, correlationId: newCorrelationId() }).then(() => look())],
    ['the session is over', ({ session, look }) => db.session.updateMany({ where: { tokenHash: session.tokenHash }, data: { lastSeenAt: session.expiresAt } }).then(() => look(session.expiresAt))],
    ['the person was away for fifteen minutes', ({ look }) => look(later({ minutes: 15 }))],
    ['the consent was withdrawn', ({ consent, look }) => end(consent).then(() => look())],
    ['the consent has run out', ({ consent, look }) => db.consent.updateMany({ where: { id: consent.id }, data: { validTo: later({ minutes: 3 }) } }).then(() => look(later({ minutes: 3 })))],
    ['the consent is closed though its reading was left behind', ({ consent, look }) => db.consent.updateMany({ where: { id: consent.id }, data: { status: 'expired' } }).then(() => look())],
    ['another person looks', ({ look }) => aLogIn(database).then(({ session }) => look(today, session))],
    ['another log-in of the same person looks', ({ session, look }) => aLogIn(database, { subjectRef: session.subjectRef }).then((again) => look(today, again.session))],
  ]
  test.each(nothing)('shows nothing and logs nothing when %s', async (_when, lookAfter) => {
    const it = await aReading()
    expect(await lookAfter(it)).toBeNull()
    expect(await told(it.consent, 'reading.shown')).toEqual([])
  })

  test('shows nothing of one person to another, even if a row came to point at the wrong one', async () => {
    const [mine, yours] = [await aReading(), await aLogIn(database)]
    await asOwner('UPDATE "Session" SET "subjectRef" = $1 WHERE "tokenHash" = $2', [yours.session.subjectRef, mine.session.tokenHash])
    expect(await mine.look()).toBeNull()
  })

  test('shows nothing before the log-in has read', async () => {
    const { look, consent } = await reading()
    expect(await look()).toBeNull()
    expect(await told(consent, 'reading.shown')).toEqual([])
  })

  test('shows nothing when the look cannot be logged: no room in the log, or words that do not belong there', async () => {
    const far = later({ hours: 24 * 365 * 6 })
    const { session, consent, look } = await aReading({ expiresAt: after(far, { hours: 1 }) }, { validTo: after(far, { hours: 1 }) })
    await db.session.updateMany({ where: { tokenHash: session.tokenHash }, data: { lastSeenAt: far } })
    await expect(look(far)).rejects.toThrow()
    await expect(elsewhere.look({ tokenHash: session.tokenHash, idleSince: after(today, { minutes: -15 }), at: today, correlationId: 'what a fine balance' })).rejects.toThrow()
    expect(await told(consent, 'reading.shown')).toEqual([])
  })

  test('by a role that may not write the log shows nothing', async () => {
    const shut = await aReading()
    await asOwner('REVOKE INSERT ON "AuditEvent" FROM saldosyn_app')
    await expect(shut.look()).rejects.toThrow()
    await asOwner('GRANT INSERT ON "AuditEvent" TO saldosyn_app')
    expect(await shut.look()).not.toBeNull()
  })

  test('shows nothing when the log takes the look and keeps no line of it', async () => {
    const { look } = await aReading()
    await asOwner('CREATE FUNCTION lose_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; CREATE TRIGGER lose_it BEFORE INSERT ON "AuditEvent" FOR EACH ROW EXECUTE FUNCTION lose_it()')
    expect(await look()).toBeNull()
    await asOwner('DROP TRIGGER lose_it ON "AuditEvent"')
    expect(await look()).not.toBeNull()
  })

  test('races a log-out to one end: who comes after it sees nothing', async () => {
    for (let round = 0; round < 20; round++) {
      const { session, consent, look } = await aReading()
      const [seen] = await Promise.all([look(), logOut(session)])
      expect(await told(consent, 'reading.shown')).toHaveLength(seen ? 1 : 0)
      expect(await look()).toBeNull()
    }
  })
})
