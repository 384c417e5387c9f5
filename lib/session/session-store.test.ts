import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { anEvent, anOrgNumber, aSession } from '@/lib/testing/builders'
import { aLogIn, aStoredConsent, aSubject, freshDatabase, later, today } from '@/lib/testing/database'
import { newCorrelationId } from '@/lib/correlation-id'
import { createHeldReadingStore } from '@/lib/sources/held-reading-store'
import { sealReading } from '@/lib/sources/held-reading'
import type { Session } from './session'
import { createSessionStore } from './session-store'

// A zone far from ours: an instant that is written or read without its zone shows at once.
const database = await freshDatabase({ timeZone: 'Pacific/Kiritimati' })
const { db, asOwner, events, count } = database
const [sessions, elsewhere] = [createSessionStore(db), createSessionStore(database.another())]
const readings = createHeldReadingStore(db)
const limits = { idleMinutes: 15, maxMinutes: 120 }
const ending = (reason: 'own' | 'front-channel' | 'back-channel' = 'own', at = later({ minutes: 1 })) => ({ reason, actor: 'applicant' as const, at, correlationId: newCorrelationId() })

/** A log-in that holds a reading. */
async function aLogInThatHasRead(but: Partial<Session> = {}) {
  const { session, token } = await aLogIn(database, but)
  const consent = await aStoredConsent(database, { subjectRef: session.subjectRef, status: 'accepted' })
  const event = anEvent({ at: today, subjectRef: session.subjectRef, consentId: consent.id, type: 'source.read' })
  await sessions.claimReading(session.tokenHash, later({ seconds: 12 }), event)
  const id = randomUUID()
  expect(await readings.keep({ id, consentId: consent.id, fetchedAt: today, ...sealReading({ total: 1 }, id, new Uint8Array(32)) }, session.tokenHash, 'altinn3-single', event)).toBe(true)
  return { session, token, consent }
}

beforeEach(async () => {
  await asOwner('DELETE FROM "Session"; DELETE FROM "UsedLogoutToken"')
})

describe('how a log-in ended', () => {
  const reasonOf = async (how: (session: Session) => Promise<unknown>, but: Partial<Session> = {}) => {
    const { session } = await aLogIn(database, but)
    await how(session)
    expect(await sessions.find(session.tokenHash)).toBeNull()
    return elsewhere.reasonOf(session.tokenHash)
  }

  test.each(['own', 'front-channel', 'back-channel'] as const)('is known afterwards on every instance: %s', async (reason) => {
    expect(await reasonOf(({ tokenHash }) => sessions.end(tokenHash, ending(reason)))).toBe(reason)
  })

  test('is known of each, however they ended together', async () => {
    expect(await reasonOf(({ idpSid }) => sessions.endAll(idpSid, ending('front-channel')))).toBe('front-channel')
    expect(await reasonOf(({ idpSid }) => sessions.endAllOnce(idpSid, { value: randomUUID(), expiresAt: later({ minutes: 2 }) }, ending('back-channel')))).toBe('back-channel')
    expect(await reasonOf(() => sessions.endExpired(limits, later({ minutes: 15 }), newCorrelationId()))).toBe('idle')
    expect(await reasonOf(() => sessions.endExpired(limits, later({ minutes: 120 }), newCorrelationId()), { lastSeenAt: later({ minutes: 119 }), expiresAt: later({ minutes: 120 }) })).toBe('absolute')
  })

  test('is not known of one that lives, that never was, or at another bank; and names nobody', async () => {
    const { session } = await aLogIn(database)
    expect(await sessions.reasonOf(session.tokenHash)).toBeNull()
    expect(await sessions.reasonOf(aSession().tokenHash)).toBeNull()
    await sessions.end(session.tokenHash, ending())
    expect(await createSessionStore(database.another(anOrgNumber('312222221'))).reasonOf(session.tokenHash)).toBeNull()
    expect(Object.keys((await asOwner('SELECT * FROM "EndedSession" LIMIT 1'))[0] ?? {})).toEqual(['bank', 'tokenHash', 'reason', 'until'])
  })

  test('is kept for longer than a browser keeps the cookie', async () => {
    const { session } = await aLogIn(database)
    await sessions.end(session.tokenHash, ending())
    const [row] = await asOwner('SELECT "until" FROM "EndedSession" WHERE "tokenHash" = $1', [session.tokenHash])
    expect(Number(row?.until)).toBeGreaterThan(session.expiresAt.getTime())
  })
})

describe('a log-in', () => {
  test('is found again by its hash on every instance, each time to the millisecond whatever zone the database is in', async () => {
    const { session } = await aLogIn(database, { readingUntil: null })
    expect(await elsewhere.find(session.tokenHash)).toEqual(session)
    const [row] = await asOwner(`SELECT extract(epoch FROM "createdAt") * 1000 AS created, extract(epoch FROM "expiresAt") * 1000 AS expires FROM "Session"`)
    expect([Number(row?.created), Number(row?.expires)]).toEqual([session.createdAt.getTime(), session.expiresAt.getTime()])
  })

  test('is nobody’s without the right hash', async () => {
    await aLogIn(database)
    expect(await sessions.find(aSession().tokenHash)).toBeNull()
  })

  test('is written with its event, at the event’s own time, or not at all', async () => {
    const { session } = await aLogIn(database)
    expect((await events()).at(-1)).toMatchObject({ type: 'session.started', subjectRef: session.subjectRef, at: today })
    const { readingUntil: _u, readAt: _a, readFailure: _f, ...other } = aSession({ subjectRef: await aSubject(database), createdAt: today })
    await expect(sessions.start(other, anEvent({ at: today, outcome: 'a sentence is refused' }))).rejects.toThrow()
    expect(await sessions.find(other.tokenHash)).toBeNull()
  })

  test('of somebody who was erased while they logged in is refused: nothing is begun under a name without an owner', async () => {
    const subjectRef = await aSubject(database)
    await asOwner('UPDATE "Subject" SET "erasedAt" = now(), "nationalIdSealed" = NULL, "fingerprint" = NULL WHERE "ref" = $1', [subjectRef])
    await expect(aLogIn(database, { subjectRef })).rejects.toThrow()
    expect(await count('Session')).toBe(0)
  })

  test('of somebody we do not know is refused', async () => {
    await expect(aLogIn(database, { subjectRef: randomUUID() })).rejects.toThrow()
  })

  test('remembers when the person was here last, and never goes back in time', async () => {
    const { session } = await aLogIn(database)
    await sessions.touch(session.tokenHash, later({ minutes: 5 }))
    await elsewhere.touch(session.tokenHash, later({ minutes: 3 }))
    expect((await sessions.find(session.tokenHash))?.lastSeenAt).toEqual(later({ minutes: 5 }))
  })

  test('that is over is not brought back by a touch', async () => {
    const { session } = await aLogIn(database)
    await sessions.end(session.tokenHash, ending())
    await sessions.touch(session.tokenHash, later({ minutes: 5 }))
    expect(await sessions.find(session.tokenHash)).toBeNull()
  })
})

describe('log-out', () => {
  test('takes the held reading and its seal with it, on every instance', async () => {
    const { session } = await aLogInThatHasRead()
    expect([await count('HeldReading'), await count('ReadingSeal')]).toEqual([1, 1])
    expect(await elsewhere.end(session.tokenHash, ending())).toBe(true)
    expect([await count('Session'), await count('HeldReading'), await count('ReadingSeal')]).toEqual([0, 0, 0])
    expect(await sessions.find(session.tokenHash)).toBeNull()
  })

  test('is all or nothing: when its event cannot be written, the session stands', async () => {
    const { session } = await aLogInThatHasRead()
    await expect(sessions.end(session.tokenHash, { ...ending(), correlationId: 'not a reference' })).rejects.toThrow()
    expect([await count('Session'), await count('HeldReading'), await count('ReadingSeal')]).toEqual([1, 1, 1])
  })

  test('is told once in the audit log: who, why and when', async () => {
    const { session } = await aLogIn(database)
    await sessions.end(session.tokenHash, ending('own', later({ minutes: 7 })))
    expect((await events()).at(-1)).toEqual({ type: 'session.ended', actor: 'applicant', subjectRef: session.subjectRef, consentId: null, outcome: 'own', at: later({ minutes: 7 }) })
  })

  test('a second time ends nothing and leaves no trace', async () => {
    const { session } = await aLogIn(database)
    await sessions.end(session.tokenHash, ending())
    const before = (await events()).length
    expect(await sessions.end(session.tokenHash, ending())).toBe(false)
    expect(await events()).toHaveLength(before)
  })

  test('of many at once ends it once', async () => {
    const { session } = await aLogIn(database)
    const ended = await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? sessions : elsewhere).end(session.tokenHash, ending())))
    expect(ended.filter(Boolean)).toHaveLength(1)
    expect((await events()).filter(({ type, subjectRef }) => type === 'session.ended' && subjectRef === session.subjectRef)).toHaveLength(1)
  })

  test('ends nobody else’s', async () => {
    const [mine, other] = [await aLogInThatHasRead(), await aLogInThatHasRead()]
    await sessions.end(mine.session.tokenHash, ending())
    expect(await sessions.find(other.session.tokenHash)).not.toBeNull()
    expect([await count('HeldReading'), await count('ReadingSeal')]).toEqual([1, 1])
  })
})

describe('log-out at ID-porten', () => {
  test('ends every session of that log-in there, and no other', async () => {
    const subjectRef = await aSubject(database)
    for (let n = 0; n < 3; n++) await aLogIn(database, { subjectRef, idpSid: 'sid-of-one' })
    const { session: other } = await aLogIn(database, { subjectRef, idpSid: 'sid-of-another' })
    expect(await sessions.endAll('sid-of-one', ending('front-channel'))).toBe(3)
    expect(await count('Session')).toBe(1)
    expect(await sessions.find(other.tokenHash)).not.toBeNull()
    expect(await sessions.endAll('sid-of-one', ending('front-channel'))).toBe(0)
  })

  test('that comes while the log-in is underway ends it: nothing begins on a log-in that is over there', async () => {
    const idpSid = randomUUID()
    expect(await elsewhere.endAllOnce(idpSid, { value: randomUUID(), expiresAt: later({ minutes: 2 }) }, ending('back-channel'))).toBe(0)
    await expect(aLogIn(database, { idpSid })).rejects.toThrow(/over at ID-porten/)
    expect(await db.session.count({ where: { idpSid } })).toBe(0)
    await aLogIn(database)
  })

  test('at the very moment when the log-in begins leaves none', async () => {
    for (let round = 0; round < 12; round++) {
      const idpSid = randomUUID()
      const subjectRef = await aSubject(database)
      await Promise.allSettled([aLogIn(database, { idpSid, subjectRef }), elsewhere.endAllOnce(idpSid, { value: randomUUID(), expiresAt: later({ minutes: 2 }) }, ending('back-channel'))])
      expect(await db.session.count({ where: { idpSid } }), `round ${round}`).toBe(0)
    }
  })

  test('in a frame keeps nothing of a name that we do not have: anybody can load that', async () => {
    const before = await count('EndedSession')
    expect(await sessions.endAll(randomUUID(), ending('front-channel'))).toBe(0)
    expect(await count('EndedSession')).toBe(before)
  })

  test('takes the held readings with it', async () => {
    const { session } = await aLogInThatHasRead()
    await sessions.endAll(session.idpSid, ending('back-channel'))
    expect([await count('HeldReading'), await count('ReadingSeal')]).toEqual([0, 0])
  })

  test('a log-out token is good once, also when it comes to two instances at once', async () => {
    const jti = { value: randomUUID(), expiresAt: later({ minutes: 10 }) }
    const { session } = await aLogIn(database)
    const answers = await Promise.all([sessions, elsewhere, sessions, elsewhere].map((at) => at.endAllOnce(session.idpSid, jti, ending('back-channel'))))
    expect(answers.filter((ended) => ended === 1)).toHaveLength(1)
    expect(answers.filter((ended) => ended === null)).toHaveLength(3)

    // So long after that a session there may have the same name again.
    await asOwner('DELETE FROM "EndedSession"')
    const { session: again } = await aLogIn(database, { idpSid: session.idpSid })
    expect(await sessions.endAllOnce(session.idpSid, jti, ending('back-channel'))).toBeNull()
    expect(await sessions.find(again.tokenHash)).not.toBeNull()
  })

  test('a log-out token whose work could not be done is not used up', async () => {
    const { session } = await aLogIn(database)
    const jti = { value: randomUUID(), expiresAt: later({ minutes: 10 }) }
    await expect(sessions.endAllOnce(session.idpSid, jti, { ...ending(), correlationId: 'not a reference' })).rejects.toThrow()
    expect(await sessions.endAllOnce(session.idpSid, jti, ending('back-channel'))).toBe(1)
  })

  test('a log-out token for a session we do not have is used up too', async () => {
    const jti = { value: randomUUID(), expiresAt: later({ minutes: 10 }) }
    expect([await sessions.endAllOnce('unknown-sid', jti, ending()), await sessions.endAllOnce('unknown-sid', jti, ending())]).toEqual([0, null])
  })
})

describe('sessions that ran out while nobody looked', () => {
  test('end, each for its own reason, with what they held', async () => {
    const { session: idle } = await aLogInThatHasRead({ lastSeenAt: today })
    const { session: old } = await aLogInThatHasRead({ lastSeenAt: later({ minutes: 14 }), expiresAt: later({ minutes: 15 }) })
    const { session: alive } = await aLogInThatHasRead({ lastSeenAt: later({ ms: 1 }) })
    const at = later({ minutes: 15 })

    expect(await sessions.endExpired(limits, at, newCorrelationId())).toBe(2)
    expect(await sessions.find(alive.tokenHash)).not.toBeNull()
    expect([await count('Session'), await count('HeldReading'), await count('ReadingSeal')]).toEqual([1, 1, 1])
    const told = (await events()).filter(({ type, actor }) => type === 'session.ended' && actor === 'system')
    expect(told.find(({ subjectRef }) => subjectRef === idle.subjectRef)).toMatchObject({ outcome: 'idle', at })
    expect(told.find(({ subjectRef }) => subjectRef === old.subjectRef)).toMatchObject({ outcome: 'absolute', at })
  })

  test('are ended once by instances that look at the same time', async () => {
    for (let n = 0; n < 5; n++) await aLogIn(database)
    const ended = await Promise.all([sessions, elsewhere, sessions, elsewhere].map((at) => at.endExpired(limits, later({ hours: 1 }), newCorrelationId())))
    expect(ended.reduce((sum, n) => sum + n, 0)).toBe(5)
  })
})
