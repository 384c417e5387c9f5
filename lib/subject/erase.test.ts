import { createSessionStore } from '@/lib/session/session-store'
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createConsentStore } from '@/lib/consent/consent-store'
import { newCorrelationId } from '@/lib/correlation-id'
import { createSealer } from '@/lib/sealed'
import { aConsent, aNationalId, anEvent } from '@/lib/testing/builders'
import { aLogIn, aStoredConsent, freshDatabase, later, today } from '@/lib/testing/database'
import { aSealer, verified } from '@/lib/testing/sealers'
import { createSubjectStore } from './subject-store'

const [database, sealed] = [await freshDatabase(), await freshDatabase()]
const keys = { sealer: createSealer([{ kid: 'k1', key: new Uint8Array(randomBytes(32)) }]), fingerprintKey: new Uint8Array(randomBytes(32)) }
const subjects = createSubjectStore(database.db, keys)
const numbers = ['15819010029', '20829222281', '06847912160', '07898212828', '04867310741', '05917611434']
const somebody = async () => {
  const person = aNationalId(numbers.pop() ?? '')
  return { person, ref: await subjects.refOf(person, today) }
}
const erase = (ref: string, at = later({ minutes: 5 }), from = subjects) => from.erase(ref, { at, actor: 'applicant', correlationId: newCorrelationId() })
const rowOf = async (ref: string) => (await database.asOwner('SELECT "nationalIdSealed", "fingerprint", "erasedAt" FROM "Subject" WHERE "ref" = $1', [ref]))[0]

describe('a person who is erased', () => {
  test('is a stranger afterwards: the number is gone, log-ins have ended, consents and log stay without an owner', async () => {
    const { person, ref } = await somebody()
    const consent = await aStoredConsent(database, { subjectRef: ref, status: 'rejected', settledAt: today })
    await aLogIn(database, { subjectRef: ref })
    const { session } = await aLogIn(database, { subjectRef: ref })
    const others = await aLogIn(database)

    expect(await erase(ref)).toMatchObject({ ok: true })
    expect(await rowOf(ref)).toEqual({ nationalIdSealed: null, fingerprint: null, erasedAt: later({ minutes: 5 }) })
    expect(await subjects.findRef(person)).toBeNull()
    expect(await subjects.knownSince(ref)).toBeNull()
    await expect(subjects.nationalIdOf(ref)).rejects.toThrow('not known any more')
    expect((await database.asOwner('SELECT "tokenHash" FROM "Session"')).map(({ tokenHash }) => tokenHash)).toEqual([Buffer.from(others.session.tokenHash)])
    expect(await createSessionStore(database.db).reasonOf(session.tokenHash)).toBe('erased')
    expect(await createConsentStore(database.db).find(consent.id)).toMatchObject({ status: 'rejected', subjectRef: ref })
    expect((await database.events()).slice(-3)).toMatchObject([{ type: 'session.ended', outcome: 'erased', subjectRef: ref }, { type: 'session.ended', outcome: 'erased', subjectRef: ref }, { type: 'subject.erased', actor: 'applicant', subjectRef: ref }])
    expect(await subjects.refOf(person, later({ minutes: 6 }))).not.toBe(ref)
  })

  test('cannot be erased twice', async () => {
    const { ref } = await somebody()
    await erase(ref)
    expect(await erase(ref)).toMatchObject({ ok: false, reason: 'not-known' })
  })

  test.each(['accepted', 'requested'] as const)('is not while a consent of theirs is %s, and nothing has happened then', async (status) => {
    const { person, ref } = await somebody()
    await aStoredConsent(database, { subjectRef: ref, status, ...(status === 'accepted' && { settledAt: today }) })
    const before = await database.events()
    expect(await erase(ref)).toMatchObject({ ok: false, reason: 'consent-open' })
    expect(await subjects.findRef(person)).toBe(ref)
    expect(await database.events()).toEqual(before)
    // Two days on nobody waits for an answer; a year on a yes has run out.
    expect(await erase(ref, later({ hours: status === 'requested' ? 48 : 24 * 365 }))).toMatchObject({ ok: true })
  })

  test('and one who asks for a consent at that very moment: one of the two comes first', async () => {
    const { ref } = await somebody()
    const consents = createConsentStore(database.another())
    const consent = aConsent({ subjectRef: ref, requestedAt: later({ minutes: 4 }), validTo: later({ hours: 24 * 364 }) })
    const asking = consents.add(consent, new Uint8Array(randomBytes(32)), anEvent({ at: today, subjectRef: ref, consentId: consent.id, type: 'consent.requested' }))
    const [erased] = await Promise.all([erase(ref), asking])
    const events = (await database.events()).filter(({ subjectRef }) => subjectRef === ref).map(({ type }) => type)
    expect(events).toEqual(erased.ok ? ['subject.erased', 'consent.requested'] : ['consent.requested'])
  })
})

test('the log stays whole: what was sealed before somebody was erased is as it was signed, under their reference still', async () => {
  const people = createSubjectStore(sealed.db, keys)
  const { seal, outside, clock } = aSealer(sealed)
  const ref = await people.refOf(aNationalId(), today)
  await aStoredConsent(sealed, { subjectRef: ref, status: 'rejected', settledAt: today })
  await aLogIn(sealed, { subjectRef: ref })
  const before = await seal()
  expect(await erase(ref, later({ minutes: 5 }), people)).toMatchObject({ ok: true })
  clock.set(later({ minutes: 5 }))
  expect([before, await seal()]).toEqual([3, 2])
  expect((await sealed.events()).map(({ subjectRef }) => subjectRef)).toEqual([ref, ref, ref, ref, ref])
  expect(await verified(sealed, outside())).toMatchObject({ findings: [], events: 5, pending: 0, checkpoints: 2, outside: 2 })
})

test('no row knows half: who it is, or that it has been erased', async () => {
  const { ref } = await somebody()
  for (const change of ['"fingerprint" = NULL', '"nationalIdSealed" = NULL', `"erasedAt" = now()`]) await expect(database.asOwner(`UPDATE "Subject" SET ${change} WHERE "ref" = $1`, [ref])).rejects.toThrow('Subject_known_or_erased_check')
})
