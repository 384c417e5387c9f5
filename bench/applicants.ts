import { randomBytes, randomUUID } from 'node:crypto'
import { continueConsent } from '@/lib/consent/continue-consent'
import { settleConsent } from '@/lib/consent/settle-consent'
import { startConsent } from '@/lib/consent/start-consent'
import { newCorrelationId } from '@/lib/correlation-id'
import { NationalId } from '@/lib/national-id'
import { encrypt } from '@/lib/sealed'
import { Secret } from '@/lib/secret'
import type { Services } from '@/lib/services'
import { keyFromToken, newSessionToken, tokenHashOf, type Session } from '@/lib/session/session'

/** Somebody who has said yes in Altinn. */
export type Applicant = { readonly subjectRef: string; readonly nationalId: NationalId; readonly consentId: string }
/** One log-in of theirs: the cookie's value, and the session as the app would find it. */
export type LogIn = { readonly token: string; readonly session: Session; readonly applicant: Applicant }

type SandboxPerson = { readonly pid: string; readonly group: string; readonly expected: { readonly parts: readonly object[] } | null }

/** What nobody waits for in the real log-in is left out (ID-porten itself); everything at rest is made by the app's own core. */
export function createApplicants(house: Services, sandboxUrl: string) {
  const control = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const answer = await fetch(`${sandboxUrl}/control/${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) })
    if (!answer.ok) throw new Error(`the sandbox answered ${answer.status} to ${method} ${path.replace(/\d{11}/, '…')}`)
    return answer
  }

  /** Asks Altinn for the consent, says yes as the person would, and settles: the way of a real one. */
  async function consentOf(subjectRef: string): Promise<string> {
    const correlationId = newCorrelationId()
    const started = await startConsent(house, { subjectRef, correlationId })
    const [consent] = await house.consents.ofSubject(subjectRef, house.policy.resource, house.policy.coveredBy)
    if (!started.ok || !consent) throw new Error(`no consent: ${started.ok ? 'not found' : started.reason}`)
    await control('POST', `consents/${consent.id}/accept`)
    const settled = await settleConsent(house, { consent, actor: 'applicant', correlationId })
    if (!settled.ok || settled.value.status !== 'accepted') throw new Error('the consent was not settled')
    return consent.id
  }

  async function logIn(applicant: Applicant): Promise<LogIn> {
    const token = newSessionToken()
    const now = house.clock.now()
    const started = {
      tokenHash: tokenHashOf(token),
      subjectRef: applicant.subjectRef,
      idpSid: randomUUID(),
      acr: house.config.IDPORTEN_ACR,
      idTokenSealed: encrypt(keyFromToken(new Secret(token), 'id-token'), randomBytes(900), 'id-token'),
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + house.sessionLimits.maxMinutes * 60_000),
    }
    await house.sessions.start(started, { type: 'session.started', at: now, actor: 'applicant', correlationId: newCorrelationId(), subjectRef: applicant.subjectRef, consentId: null, outcome: null })
    return { token, session: { ...started, readingUntil: null, readAt: null, readFailure: null, readReference: null }, applicant }
  }

  return {
    control,
    /** The sandbox's published customers who owe something, each with an accepted consent. */
    async all(): Promise<Applicant[]> {
      const people = (await (await control('GET', 'people')).json()) as SandboxPerson[]
      const applicants: Applicant[] = []
      for (const { pid } of people.filter(({ group, expected }) => group === 'published' && expected && expected.parts.length > 0)) {
        const nationalId = NationalId.parse(pid, { synthetic: true })
        if (!nationalId) throw new Error('the sandbox named somebody who is not let in')
        const subjectRef = await house.subjects.refOf(nationalId, house.clock.now())
        applicants.push({ subjectRef, nationalId, consentId: await consentOf(subjectRef) })
      }
      return applicants
    },
    /** Somebody whose consent is over says yes again. */
    consentsAnew: ({ subjectRef }: Applicant): Promise<string> => consentOf(subjectRef),
    /** `count` log-ins that have not read yet, of one person after the other. */
    async logIns(applicants: readonly Applicant[], count: number): Promise<LogIn[]> {
      const made: LogIn[] = []
      for (let i = 0; i < count; i += 10) {
        const these = Array.from({ length: Math.min(10, count - i) }, (_, j) => applicants[(i + j) % applicants.length]).filter((it) => it !== undefined)
        made.push(...(await Promise.all(these.map(logIn))))
      }
      return made
    },
    /** Reads for this log-in as the app does, so that the reading is held. */
    async read({ session, token }: LogIn): Promise<void> {
      const { sources, ...deps } = house
      const step = await continueConsent(deps, { source: sources.studentLoan, session, token: new Secret(token), returnRef: null, correlationId: newCorrelationId() })
      if (step.to !== 'balance') throw new Error(`the reading led to ${step.to}`)
    },
  }
}
export type Applicants = ReturnType<typeof createApplicants>
