import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { continueConsent } from '@/lib/consent/continue-consent'
import { expireConsents } from '@/lib/consent/expire-consents'
import { followConsentEvents } from '@/lib/consent/follow-consent-events'
import type { ProviderFailure } from '@/lib/consent/provider'
import { startConsent } from '@/lib/consent/start-consent'
import { stopHere } from '@/lib/consent/stop-here'
import { newCorrelationId } from '@/lib/correlation-id'
import { safeError } from '@/lib/log'
import { NationalId } from '@/lib/national-id'
import { encrypt } from '@/lib/sealed'
import { Secret } from '@/lib/secret'
import type { Services } from '@/lib/services'
import { admitApplicant, type ApplicantRefusal } from '@/lib/session/admit-applicant'
import { keyFromToken, newSessionToken, tokenHashOf, type Session } from '@/lib/session/session'
import { lookAtReading } from '@/lib/sources/look-at-reading'
import { whyNoReading, type WhyNoReading } from '@/lib/sources/why-no-reading'
import { shiftClock } from './clock-shift.ts'

/** `token` is the cookie: whoever has it is the browser. */
type Browser = { readonly token: string }
type LoggedOut = { readonly to: 'logged-out'; readonly why: ApplicantRefusal }

/** Milliseconds after which the page that takes up where the person is answers, done or not. */
const PAGE = 8_000

/** What people and jobs do with an instance: the pages' and actions' own steps, without Next between. */
export function verbsOf(house: Services) {
  const { sources, ...deps } = house
  const source = sources.studentLoan

  /** As every page finds its applicant. */
  async function applicantOf({ token }: Browser): Promise<{ session: Session; token: Secret } | LoggedOut> {
    const admitted = await admitApplicant(house, token, { touch: true, correlationId: newCorrelationId() })
    return admitted.ok ? { session: admitted.value, token: new Secret(token) } : { to: 'logged-out', why: admitted.reason }
  }

  return {
    /** A log-in once ID-porten has said who it is. `idpSid` is what its log-out calls name. */
    async logIn({ pid, idpSid = randomUUID() }: { pid: string; idpSid?: string }) {
      const nationalId = NationalId.parse(pid, { synthetic: true })
      if (!nationalId) throw new Error('nobody who may log in')
      const now = house.clock.now()
      const subjectRef = await house.subjects.refOf(nationalId, now)
      const token = newSessionToken()
      const started = {
        tokenHash: tokenHashOf(token),
        subjectRef,
        idpSid,
        acr: house.config.IDPORTEN_ACR,
        idTokenSealed: encrypt(keyFromToken(new Secret(token), 'id-token'), randomBytes(900), 'id-token'),
        createdAt: now,
        lastSeenAt: now,
        expiresAt: new Date(now.getTime() + house.sessionLimits.maxMinutes * 60_000),
      }
      await house.sessions.start(started, { type: 'session.started', at: now, actor: 'applicant', correlationId: newCorrelationId(), subjectRef, consentId: null, outcome: null })
      return { token, subjectRef, idpSid }
    },

    /** The button that leads to Altinn. `lastName` for Altinn 2, which asks for it. `consentId` is Altinn's name of the consent. */
    async ask({ token, renew = false, lastName }: Browser & { renew?: boolean; lastName?: string }): Promise<{ to: 'altinn'; consentId: string; returnRef: string } | { to: 'balance' } | { to: 'consent'; trouble: ProviderFailure } | LoggedOut> {
      const applicant = await applicantOf({ token })
      if ('to' in applicant) return applicant
      const started = await startConsent(house, { subjectRef: applicant.session.subjectRef, renew, lastName: lastName === undefined ? null : new Secret(lastName), correlationId: newCorrelationId(), signal: AbortSignal.timeout(9_000) })
      if (!started.ok) return { to: 'consent', trouble: started.reason === 'name-needed' || started.reason === 'name-refused' ? 'misconfigured' : started.reason }
      if (started.value.kind === 'usable') return { to: 'balance' }
      const consentId = new URL(started.value.consentUrl).searchParams.get('id') ?? ''
      const rows = await house.consents.ofSubject(applicant.session.subjectRef, house.policy.resource, house.policy.coveredBy)
      return { to: 'altinn', consentId, returnRef: house.returnRefs.of(rows.find(({ reference }) => reference === consentId)?.id ?? '') }
    },

    /** After a log-in, back from Altinn, or the button that fetches: takes up where the person is, within the page's time. */
    async goOn({ token, returnRef = null, most = PAGE }: Browser & { returnRef?: string | null; most?: number }) {
      const applicant = await applicantOf({ token })
      if ('to' in applicant) return applicant
      const work = continueConsent(deps, { source, ...applicant, returnRef, correlationId: newCorrelationId() }).catch((error: unknown) => ({ to: 'balance' as const, failed: safeError(error) }))
      const late = new AbortController()
      const step = await Promise.race([work, pause(most, { to: 'underway' as const }, { signal: late.signal })])
      late.abort()
      return step
    },

    /** The balance page: the figures, or why there are none. A look that cannot be logged does not happen. */
    async balance({ token }: Browser): Promise<{ shows: 'balance'; ore: number | null; parts: readonly (number | null)[]; consentId: string } | { shows: 'nothing'; why: WhyNoReading['why'] | 'audit-unavailable'; until: Date | null; reference: string | null; consentId: string | null } | { shows: 'logged-out'; why: LoggedOut['why'] }> {
      const applicant = await applicantOf({ token })
      if ('to' in applicant) return { shows: 'logged-out', why: applicant.why }
      const look = await lookAtReading(deps, { source, token: applicant.token, correlationId: newCorrelationId() }).catch(() => 'audit-unavailable' as const)
      if (look !== null && look !== 'audit-unavailable') return { shows: 'balance', ore: look.value.total?.ore ?? null, parts: look.value.parts.map(({ amount }) => amount?.ore ?? null), consentId: look.consentId }
      const why = look === null ? await whyNoReading(deps, applicant.session) : null
      return {
        shows: 'nothing', why: why?.why ?? 'audit-unavailable', until: why && 'until' in why ? why.until : null,
        reference: applicant.session.readReference, consentId: why && 'consent' in why ? why.consent.id : null,
      }
    },

    /** Their own log-out. True when there was a session to end. */
    logOut: ({ token }: Browser) => house.sessions.end(tokenHashOf(token), { reason: 'own', actor: 'applicant', at: house.clock.now(), correlationId: newCorrelationId() }),
    /** ID-porten's call when a person logs out anywhere: how many sessions that ended, null for a token used before. */
    backChannel: ({ idpSid, jti = randomUUID() }: { idpSid: string; jti?: string }) =>
      house.sessions.endAllOnce(idpSid, { value: jti, expiresAt: new Date(house.clock.now().getTime() + 600_000) }, { reason: 'back-channel', actor: 'id-porten', at: house.clock.now(), correlationId: newCorrelationId() }),
    /** «Slutt å vise her». */
    async stopHere({ token, consentId }: Browser & { consentId: string }) {
      const applicant = await applicantOf({ token })
      return 'to' in applicant ? applicant : stopHere(house, { consentId, subjectRef: applicant.session.subjectRef, correlationId: newCorrelationId() })
    },

    /** The jobs, when it is their minute. `everySeconds: 0` asks the feed although it was asked a moment ago. */
    followEvents: ({ everySeconds = 0 }: { everySeconds?: number } = {}) =>
      followConsentEvents(house, { provider: house.policy.provider, coveredBy: house.policy.coveredBy, everySeconds, correlationId: newCorrelationId() }),
    expireConsents: () => expireConsents(house, newCorrelationId()),
    endExpiredSessions: () => house.sessions.endExpired(house.sessionLimits, house.clock.now(), newCorrelationId()),

    /** Whether its database answers. */
    health: async () => (await house.db.$queryRaw<unknown[]>`SELECT 1`).length === 1,
    /** Lets this instance alone believe that it is another time. */
    shiftClock: async ({ ms }: { ms: number }) => shiftClock(ms),
    /** Bytes in use, after collecting garbage where Node allows it. `external`: outside the heap, with every buffer among it. */
    async memory() {
      ;(globalThis as { gc?: () => void }).gc?.()
      const { rss, heapUsed, external } = process.memoryUsage()
      return { rss, heapUsed, external }
    },
  }
}
export type Verbs = ReturnType<typeof verbsOf>
