import type { Actor, AuditEvent } from '@/lib/audit/audit-event'
import type { Clock } from '@/lib/clock'
import { isUsable, sourceKnows, type Consent, type ProviderId } from '@/lib/consent/consent'
import type { ConsentStore } from '@/lib/consent/consent-store'
import type { ConsentProvider, ProviderFailure } from '@/lib/consent/provider'
import { settleConsent } from '@/lib/consent/settle-consent'
import type { Log } from '@/lib/log'
import { READING } from '@/lib/policies'
import { fail, ok, type Failure, type Ok, type Result } from '@/lib/result'
import type { Secret } from '@/lib/secret'
import { endedBy, keyFromToken, type Session, type SessionLimits } from '@/lib/session/session'
import type { SessionStore } from '@/lib/session/session-store'
import type { SubjectStore } from '@/lib/subject/subject-store'
import type { UpstreamGate } from '@/lib/upstream-gate'
import { sealReading } from './held-reading'
import type { HeldReadingStore } from './held-reading-store'
import type { DataSource, SourceFailure, SourceRefusal } from './source'

export type ReadSourceDeps = {
  readonly log: Log
  readonly clock: Clock
  readonly newId: () => string
  readonly consents: ConsentStore
  readonly subjects: SubjectStore
  readonly sessions: SessionStore
  readonly readings: HeldReadingStore
  readonly gates: UpstreamGate
  readonly providers: Record<ProviderId, ConsentProvider>
  readonly sessionLimits: SessionLimits
  /** How a consent reaches the source: a source knows it by one transport at a time. */
  readonly policy: { readonly transport: string }
}
type Input<T> = {
  readonly source: DataSource<T>
  readonly consent: Consent
  readonly session: Session
  /** The session's cookie: only under a key from it are the figures kept. */
  readonly token: Secret
  readonly correlationId: string
}

/** Why a reading gave nothing. Kept with the session, so that the page can say it after a reload too. */
export type ReadFailure = SourceFailure | ProviderFailure | 'consent-ended'
/** Why there was no reading at all: over, used up, or somebody else's turn. */
export type NoReading = 'session-over' | 'consent-not-usable' | 'not-this-persons' | 'read-already-or-underway'

/**
 * The only way to a source's data: this person's usable consent, the log-in's one right to read, and lines in the audit
 * log before the first byte and after the last. What was read is kept, sealed, for the session alone; it is not
 * returned: whoever wants to see it looks, and that look is logged.
 */
export async function readSource<T>(deps: ReadSourceDeps, { source, consent, session, token, correlationId }: Input<T>): Promise<Result<void, ReadFailure | NoReading>> {
  const now = deps.clock.now()
  if (endedBy(session, deps.sessionLimits, now)) return fail('session-over')
  if (consent.subjectRef !== session.subjectRef) return fail('not-this-persons')
  if (!isUsable(consent, now)) return fail('consent-not-usable')
  const about = { actor: 'applicant' as Actor, correlationId, subjectRef: session.subjectRef, consentId: consent.id }

  const until = new Date(now.getTime() + READING + 3_000)
  const mine = await deps.sessions.claimReading(session.tokenHash, until, { ...about, type: 'source.read-started', at: now, outcome: null })
  if (!mine) return fail('read-already-or-underway')

  const event = (outcome: string): AuditEvent => ({ ...about, type: 'source.read', at: deps.clock.now(), outcome })
  const giveBack = async (refusal: Failure<ReadFailure>) => {
    deps.log.warn('A reading gave nothing', { correlationId, reason: refusal.reason, detail: refusal.detail ?? '', consentId: consent.id })
    await deps.sessions.releaseReading(session.tokenHash, until, refusal.reason, event(refusal.reason))
    return refusal
  }
  try {
    const reading = await read(deps, source, consent, correlationId)
    if (!reading.ok) return await giveBack(reading)
    const id = deps.newId()
    const sealed = sealReading(reading.value, id, keyFromToken(token, 'reading'))
    const kept = await deps.readings.keep({ id, consentId: consent.id, fetchedAt: deps.clock.now(), ...sealed }, session.tokenHash, deps.policy.transport, event('ok'))
    return kept ? ok(undefined) : fail('session-over')
  } catch (error) {
    await giveBack(fail('misconfigured', 'unexpected error'))
    throw error
  }
}

/** Credentials and the one call. The answer stays in memory. */
async function read<T>(deps: ReadSourceDeps, source: DataSource<T>, consent: Consent, correlationId: string): Promise<Result<T, ReadFailure>> {
  const signal = AbortSignal.timeout(READING)
  const closed = await deps.gates.closed(source.name, deps.clock.now())
  if (closed) return fail(closed.gate === 'busy' ? 'source-busy' : 'source-unavailable', 'the gate is closed')
  const known = sourceKnows(consent, deps.policy.transport)
  const first = await ask(deps, source, consent, known, signal)
  // A source that has forgotten the consent is shown it once more.
  const reading = known && !first.ok && first.reason === 'consent-refused' ? await ask(deps, source, consent, false, signal) : first
  if (reading.ok) return reading
  if (reading.reason !== 'consent-not-active' && reading.reason !== 'consent-refused') return fail(reading.reason, reading.detail)

  // The source's no may be a token's age or a withdrawal.
  if (await hasEnded(deps, consent, correlationId, signal)) return fail('consent-ended', reading.detail)
  return reading.reason === 'consent-refused' ? fail(reading.reason, reading.detail) : fail('provider-unavailable', 'Altinn does not say twice that the consent has ended')
}

async function ask<T>(deps: ReadSourceDeps, source: DataSource<T>, consent: Consent, known: boolean, signal: AbortSignal): Promise<Ok<T> | SourceRefusal | Failure<ProviderFailure | 'consent-not-active'>> {
  const offeredBy = await deps.subjects.nationalIdOf(consent.subjectRef)
  const credentials = await deps.providers[consent.provider].getCredentials(consent, offeredBy, { scope: source.scope, sourceKnows: known }, signal)
  return credentials.ok ? source.read(credentials.value, offeredBy, deps.newId(), signal) : credentials
}

/** Asks Altinn, and closes our record when it says so: only its word ends a consent. */
async function hasEnded(deps: ReadSourceDeps, consent: Consent, correlationId: string, signal: AbortSignal): Promise<boolean> {
  const settled = await settleConsent(deps, { consent, actor: 'system', correlationId, signal })
  return settled.ok ? settled.value.status !== 'accepted' : settled.reason === 'changed-meanwhile'
}
