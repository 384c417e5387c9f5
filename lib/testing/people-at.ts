import { randomUUID } from 'node:crypto'
import { continueConsent } from '@/lib/consent/continue-consent'
import { startConsent } from '@/lib/consent/start-consent'
import { newCorrelationId } from '@/lib/correlation-id'
import { encrypt } from '@/lib/sealed'
import { Secret } from '@/lib/secret'
import type { Services } from '@/lib/services'
import { keyFromToken, newSessionToken, tokenHashOf } from '@/lib/session/session'
import { lookAtReading } from '@/lib/sources/look-at-reading'
import { after, aNationalId } from './builders'
import type { Sandbox } from './sandbox'

/** What people do at a bank, without pages and browsers: the whole core against the street. */
export function peopleAt(house: Services, sandbox: Sandbox) {
  /** What the log-in does once ID-porten has said who it is, and what the person may do then, at this instance or another. */
  async function logIn(pid: string) {
    const now = house.clock.now()
    const subjectRef = await house.subjects.refOf(aNationalId(pid), now)
    const token = new Secret(newSessionToken())
    const started = { tokenHash: tokenHashOf(token.reveal()), subjectRef, idpSid: randomUUID(), acr: 'idporten-loa-high', idTokenSealed: encrypt(keyFromToken(token, 'id-token'), Buffer.from('eyJ'), 'id-token'), createdAt: now, lastSeenAt: now, expiresAt: after(now, { hours: 2 }) }
    const correlationId = newCorrelationId()
    await house.sessions.start(started, { type: 'session.started', at: now, actor: 'applicant', correlationId, subjectRef, consentId: null, outcome: null })
    const session = async () => (await house.sessions.find(started.tokenHash)) ?? Promise.reject(new Error('nobody is logged in'))
    const goOn = async (returnRef: string | null = null, at = house) => continueConsent(at, { source: at.sources.studentLoan, session: await session(), token, returnRef, correlationId })
    const look = (at = house) => lookAtReading(at, { source: at.sources.studentLoan, token, correlationId })
    const ask = (renew = false) => startConsent(house, { subjectRef, renew, correlationId })
    const logOut = () => house.sessions.end(started.tokenHash, { reason: 'own', actor: 'applicant', at: house.clock.now(), correlationId })
    return { subjectRef, token, session, goOn, look, ask, logOut }
  }

  /** Somebody who is logged in and has just said yes in Altinn. */
  async function consented(pid: string) {
    const person = await logIn(pid)
    const asked = await person.ask()
    if (!asked.ok || asked.value.kind !== 'asked') throw new Error('nobody was asked')
    const id = new URL(asked.value.consentUrl).searchParams.get('id') ?? ''
    await sandbox.answer(id, 'accept')
    return { ...person, id, returnRef: house.returnRefs.of(id) }
  }

  return { logIn, consented }
}
