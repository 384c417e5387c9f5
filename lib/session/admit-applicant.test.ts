import { describe, expect, test } from 'vitest'
import { newCorrelationId } from '@/lib/correlation-id'
import { after } from '@/lib/testing/builders'
import { aLogIn, freshDatabase, today } from '@/lib/testing/database'
import { clockAt } from '@/lib/testing/fakes'
import { admitApplicant } from './admit-applicant'
import { newSessionToken } from './session'
import { createSessionStore, type EndReason } from './session-store'

const database = await freshDatabase()
const sessions = createSessionStore(database.db)
const sessionLimits = { idleMinutes: 15, maxMinutes: 120 }

async function aVisitor() {
  const clock = clockAt(today)
  const { token, session } = await aLogIn(database)
  const admit = ({ touch = true } = {}) => admitApplicant({ clock, sessions, sessionLimits }, token, { touch, correlationId: newCorrelationId() })
  const passes = (time: Parameters<typeof after>[1]) => clock.set(after(clock.now(), time))
  const lastSeen = async () => (await sessions.find(session.tokenHash))?.lastSeenAt
  const endedAs = (reason: EndReason) => sessions.end(session.tokenHash, { reason, actor: 'applicant', at: clock.now(), correlationId: newCorrelationId() })
  return { clock, session, admit, passes, lastSeen, endedAs }
}

describe('somebody with a cookie', () => {
  test('is let in, and was here then; who only watches a page that follows by itself was not', async () => {
    const { admit, passes, lastSeen, clock, session } = await aVisitor()
    passes({ minutes: 10 })
    expect(await admit({ touch: false })).toMatchObject({ ok: true, value: { subjectRef: session.subjectRef } })
    expect(await lastSeen()).toEqual(today)
    expect(await admit()).toMatchObject({ ok: true, value: { lastSeenAt: clock.now() } })
    expect(await lastSeen()).toEqual(clock.now())
  })

  test.each([[{ minutes: 15 }, 'idle'], [{ minutes: 120 }, 'absolute']] as const)('who comes back after %o is out: %s, now and whenever they come again', async (away, reason) => {
    const { admit, passes, lastSeen } = await aVisitor()
    passes(away)
    for (let times = 0; times < 2; times++) expect(await admit()).toMatchObject({ ok: false, reason })
    expect(await lastSeen()).toBeUndefined()
  })

  test.each([[{ minutes: 15 }, 'idle'], [{ minutes: 120 }, 'absolute']] as const)('is told the same when nobody looked meanwhile but the job: %o, %s', async (away, reason) => {
    const { admit, passes, clock } = await aVisitor()
    passes(away)
    await sessions.endExpired(sessionLimits, clock.now(), newCorrelationId())
    passes({ minutes: 5 })
    expect(await admit()).toMatchObject({ ok: false, reason })
  })

  test.each([['front-channel', 'elsewhere'], ['back-channel', 'elsewhere'], ['erased', 'erased'], ['own', 'over'], ['replaced', 'over']] as const)('whose log-in ended as %s is told: %s', async (how, reason) => {
    const { admit, endedAs } = await aVisitor()
    await endedAs(how)
    expect(await admit()).toMatchObject({ ok: false, reason })
  })

  test('that we never gave is nobody, and is not told more than that', async () => {
    const { clock } = await aVisitor()
    expect(await admitApplicant({ clock, sessions, sessionLimits }, newSessionToken(), { touch: true, correlationId: newCorrelationId() })).toMatchObject({ reason: 'over' })
  })
})
