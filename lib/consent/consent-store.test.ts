import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { AuditEvent } from '@/lib/audit/audit-event'
import { sealReading } from '@/lib/sources/held-reading'
import { createHeldReadingStore } from '@/lib/sources/held-reading-store'
import { aConsent, after, anEvent } from '@/lib/testing/builders'
import { aLogIn, aStoredConsent, aSubject, freshDatabase, later, today } from '@/lib/testing/database'
import { consentsInMemory } from '@/lib/testing/fakes'
import type { Consent, ConsentStatus } from './consent'
import { createConsentStore } from './consent-store'
import { MIGRATED } from './notice'
import { returnRefHash } from './return-ref'

const database = await freshDatabase({ timeZone: 'Asia/Kolkata' })
const { db, events, count } = database
const [consents, elsewhere] = [createConsentStore(db), createConsentStore(database.another())]
const hash = () => new Uint8Array(randomBytes(32))
const aRequest = async (but: Partial<Consent> = {}) => aConsent({ requestedAt: today, validTo: later({ hours: 24 * 364 }), subjectRef: but.subjectRef ?? (await aSubject(database)), ...but })
const about = (consent: Consent, but: Partial<AuditEvent> = {}) => anEvent({ type: 'consent.settled', at: today, subjectRef: consent.subjectRef, consentId: consent.id, ...but })
const told = async (consent: Consent) => (await events()).filter(({ consentId }) => consentId === consent.id)
const settled = (consent: Consent, status: ConsentStatus): Consent => ({ ...consent, status, settledAt: later({ minutes: 1 }) })

describe('a request for consent', () => {
  test('comes back as it was, to the millisecond, and with its event', async () => {
    const consent = await aRequest()
    expect(await consents.add(consent, hash(), about(consent, { type: 'consent.requested' }))).toEqual({ ok: true, value: undefined })
    expect(await elsewhere.find(consent.id)).toEqual(consent)
    expect(await told(consent)).toMatchObject([{ type: 'consent.requested', at: today, subjectRef: consent.subjectRef }])
  })

  test('is not there without its event', async () => {
    const consent = await aRequest()
    await expect(consents.add(consent, hash(), about(consent, { outcome: 'a sentence is refused' }))).rejects.toThrow()
    expect(await consents.find(consent.id)).toBeNull()
  })

  test('unanswered, there is one for each person: of twenty clicks on two instances one asks', async () => {
    const subjectRef = await aSubject(database)
    const clicks = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const consent = await aRequest({ subjectRef })
        return (n % 2 ? consents : elsewhere).add(consent, hash(), about(consent, { type: 'consent.requested' }))
      }),
    )
    expect(clicks.filter(({ ok }) => ok)).toHaveLength(1)
    expect(clicks.filter(({ ok }) => !ok)).toEqual(Array(19).fill({ ok: false, reason: 'already-asked' }))
    expect((await events()).filter((event) => event.subjectRef === subjectRef)).toHaveLength(1)
  })

  test.each(['accepted', 'rejected', 'revoked', 'expired'] as const)('may be made after one that was %s', async (status) => {
    const first = await aStoredConsent(database, { subjectRef: await aSubject(database), status })
    const second = await aRequest({ subjectRef: first.subjectRef })
    expect((await consents.add(second, hash(), about(second, { type: 'consent.requested' }))).ok).toBe(true)
  })

  test('of one person does not stand in another’s way, nor for another resource', async () => {
    const first = await aStoredConsent(database, { subjectRef: await aSubject(database) })
    for (const but of [{}, { subjectRef: first.subjectRef, resource: 'slk-other' }]) {
      const other = await aRequest(but)
      expect((await consents.add(other, hash(), about(other, { type: 'consent.requested' }))).ok).toBe(true)
    }
  })
})

describe('a person’s consents', () => {
  test('come newest first, and only theirs for this resource', async () => {
    const subjectRef = await aSubject(database)
    const [old, middle, newest] = [
      await aStoredConsent(database, { subjectRef, status: 'expired', requestedAt: today }),
      await aStoredConsent(database, { subjectRef, status: 'accepted', requestedAt: later({ ms: 1 }) }),
      await aStoredConsent(database, { subjectRef, requestedAt: later({ ms: 2 }) }),
    ]
    await aStoredConsent(database, { subjectRef, resource: 'slk-other' })
    await aStoredConsent(database, { subjectRef: await aSubject(database) })
    expect((await consents.ofSubject(subjectRef, newest.resource, newest.coveredBy)).map(({ id }) => id)).toEqual([newest.id, middle.id, old.id])
  })

  test('never show the hash of the return reference', async () => {
    const consent = await aStoredConsent(database, { subjectRef: await aSubject(database) })
    expect(JSON.stringify([await consents.find(consent.id), await consents.ofSubject(consent.subjectRef, consent.resource, consent.coveredBy)])).not.toContain('returnRef')
  })

  test('are none for an id we never gave', async () => {
    expect(await consents.find(randomUUID())).toBeNull()
  })
})

describe('what has run out', () => {
  test('is what was accepted and is at its end, and what nobody answered for a day; nothing that is closed, and an imported one only at its end. In memory as in the database', async () => {
    const subject = () => aSubject(database)
    const over = { validTo: later({ hours: 1 }) }
    const [endedAccepted, endedRequest] = [await aStoredConsent(database, { subjectRef: await subject(), status: 'accepted', ...over }), await aStoredConsent(database, { subjectRef: await subject(), ...over })]
    const closed = [await aStoredConsent(database, { subjectRef: await subject(), status: 'rejected', ...over }), await aStoredConsent(database, { subjectRef: await subject(), status: 'revoked', ...over }), await aStoredConsent(database, { subjectRef: await subject(), status: 'expired', ...over })]
    const old = await aStoredConsent(database, { subjectRef: await subject(), requestedAt: after(today, { hours: -23 }) })
    const young = await aStoredConsent(database, { subjectRef: await subject(), requestedAt: after(today, { hours: -23, ms: 1 }) })
    const standing = await aStoredConsent(database, { subjectRef: await subject(), status: 'accepted', requestedAt: after(today, { hours: -24 * 300 }) })
    const imported = { noticeVersion: MIGRATED, requestedAt: after(today, { hours: -24 * 300 }) }
    const [waiting, endedImported] = [await aStoredConsent(database, { subjectRef: await subject(), ...imported }), await aStoredConsent(database, { subjectRef: await subject(), ...imported, ...over })]
    const all = [endedAccepted, endedRequest, ...closed, old, young, standing, waiting, endedImported]
    const ids = (rows: readonly Consent[]) => rows.map(({ id }) => id).filter((id) => all.some((it) => it.id === id)).sort()
    for (const store of [consents, consentsInMemory(all)]) {
      expect(ids(await store.due(after(later({ hours: 1 }), { ms: -1 })))).toEqual([])
      expect(ids(await store.due(later({ hours: 1 })))).toEqual(ids([endedAccepted, endedRequest, old, endedImported]))
    }
  })
})

describe('a consent by the provider’s own name for it', () => {
  test('is found, and only there', async () => {
    const consent = await aStoredConsent(database, { subjectRef: await aSubject(database) })
    expect(await elsewhere.findByReference('altinn3', consent.reference)).toEqual(consent)
    expect(await consents.findByReference('altinn3', randomUUID())).toBeNull()
  })

  test('is there once: the same name twice is not taken in', async () => {
    const first = await aStoredConsent(database, { subjectRef: await aSubject(database), status: 'rejected' })
    const second = await aRequest({ reference: first.reference })
    expect((await consents.add(second, hash(), about(second, { type: 'consent.requested' }))).ok).toBe(false)
  })
})

describe('the return reference', () => {
  test.each(['requested', 'accepted', 'rejected', 'revoked', 'expired'] as const)('finds a consent only until it is answered: %s', async (status) => {
    const consent = await aRequest()
    const ref = randomUUID()
    await consents.add(consent, returnRefHash(ref), about(consent, { type: 'consent.requested' }))
    if (status !== 'requested') await consents.settle(settled(consent, status), 'requested', about(consent, { outcome: status }))
    expect((await elsewhere.findByReturnRef(returnRefHash(ref)))?.id).toBe(status === 'requested' ? consent.id : undefined)
  })

  test('that nobody made finds nothing', async () => {
    expect(await consents.findByReturnRef(hash())).toBeNull()
  })
})

describe('settling a consent', () => {
  test('writes the answer and its event together', async () => {
    const consent = await aStoredConsent(database, { subjectRef: await aSubject(database) })
    expect(await consents.settle(settled(consent, 'accepted'), 'requested', about(consent, { outcome: 'accepted' }))).toEqual({ ok: true, value: undefined })
    expect(await consents.find(consent.id)).toMatchObject({ status: 'accepted', settledAt: later({ minutes: 1 }) })
    expect((await told(consent)).at(-1)).toMatchObject({ type: 'consent.settled', outcome: 'accepted' })
  })

  test('writes neither when one of them cannot be', async () => {
    const consent = await aStoredConsent(database, { subjectRef: await aSubject(database) })
    await expect(consents.settle(settled(consent, 'accepted'), 'requested', about(consent, { outcome: 'a sentence is refused' }))).rejects.toThrow()
    expect((await consents.find(consent.id))?.status).toBe('requested')
  })

  test('of two answers at once on two instances one counts, and one event tells of it', async () => {
    for (let round = 0; round < 10; round++) {
      const consent = await aStoredConsent(database, { subjectRef: await aSubject(database) })
      const answers = await Promise.all([
        consents.settle(settled(consent, 'accepted'), 'requested', about(consent, { outcome: 'accepted' })),
        elsewhere.settle(settled(consent, 'rejected'), 'requested', about(consent, { outcome: 'rejected' })),
      ])
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
      expect(answers.find(({ ok }) => !ok)).toEqual({ ok: false, reason: 'changed-meanwhile' })
      const status = answers[0].ok ? 'accepted' : 'rejected'
      expect((await consents.find(consent.id))?.status).toBe(status)
      expect((await told(consent)).filter(({ type }) => type === 'consent.settled').map(({ outcome }) => outcome)).toEqual([status])
    }
  })

  test('from another status than it has changes nothing', async () => {
    const consent = await aStoredConsent(database, { subjectRef: await aSubject(database), status: 'revoked' })
    for (const from of ['requested', 'accepted', 'rejected', 'expired'] as const)
      expect(await consents.settle(settled(consent, 'accepted'), from, about(consent, { outcome: 'accepted' }))).toEqual({ ok: false, reason: 'changed-meanwhile' })
    expect((await consents.find(consent.id))?.status).toBe('revoked')
  })

  test('changes what the consent is and when, and never whose or until when', async () => {
    const consent = await aStoredConsent(database, { subjectRef: await aSubject(database) })
    const bent = { ...settled(consent, 'accepted'), subjectRef: await aSubject(database), validTo: later({ hours: 24 * 3650 }), coveredBy: '312222221' }
    await consents.settle(bent, 'requested', about(consent, { outcome: 'accepted' }))
    expect(await consents.find(consent.id)).toEqual({ ...consent, status: 'accepted', settledAt: later({ minutes: 1 }) })
  })
})

describe('the end of a consent', () => {
  async function withAReading() {
    const { session } = await aLogIn(database)
    const consent = await aStoredConsent(database, { subjectRef: session.subjectRef, status: 'accepted' })
    await db.session.updateMany({ where: { tokenHash: session.tokenHash }, data: { readingUntil: later({ seconds: 9 }) } })
    const id = randomUUID()
    await createHeldReadingStore(db).keep({ id, consentId: consent.id, fetchedAt: today, ...sealReading(1, id, new Uint8Array(32)) }, session.tokenHash, 'altinn3-single', about(consent, { type: 'source.read' }))
    return consent
  }

  test.each(['revoked', 'expired'] as const)('takes what was read on it with it: %s', async (status) => {
    const [ending, standing] = [await withAReading(), await withAReading()]
    const before = await count('HeldReading')
    await elsewhere.settle(settled(ending, status), 'accepted', about(ending, { type: 'consent.closed', outcome: status }))
    expect(await count('HeldReading')).toBe(before - 1)
    expect(await count('ReadingSeal')).toBe(before - 1)
    expect(await db.heldReading.count({ where: { consentId: standing.id } })).toBe(1)
    expect((await told(ending)).at(-1)).toMatchObject({ type: 'consent.closed', outcome: status })
  })

  test('keeps the reading when its own event cannot be written: both or neither', async () => {
    const consent = await withAReading()
    await expect(consents.settle(settled(consent, 'revoked'), 'accepted', about(consent, { at: after(today, { hours: 24 * 3650 }) }))).rejects.toThrow()
    expect(await db.heldReading.count({ where: { consentId: consent.id } })).toBe(1)
    expect((await consents.find(consent.id))?.status).toBe('accepted')
  })
})
