import type { Actor, AuditEvent } from '@/lib/audit/audit-event'
import { isUsable, type Consent } from '@/lib/consent/consent'
import type { ProviderFailure } from '@/lib/consent/provider'
import { settleAs, settleConsent } from '@/lib/consent/settle-consent'
import type { Log } from '@/lib/log'
import { GIVEN_UP, READING } from '@/lib/policies'
import { fail, ok, type Failure, type Result } from '@/lib/result'
import type { Secret } from '@/lib/secret'
import { endedBy, keyFromToken, type Session, type SessionLimits } from '@/lib/session/session'
import type { SessionStore } from '@/lib/session/session-store'
import type { UpstreamGate } from '@/lib/upstream-gate'
import { askSource, type AskDeps } from './ask-source'
import { sealReading } from './held-reading'
import type { HeldReadingStore } from './held-reading-store'
import type { DataSource, SourceFailure } from './source'

export type ReadSourceDeps = AskDeps & {
  readonly log: Log
  readonly sessions: SessionStore
  readonly readings: HeldReadingStore
  readonly gates: UpstreamGate
  readonly sessionLimits: SessionLimits
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
export type ReadFailure = SourceFailure | ProviderFailure | 'consent-ended' | 'exchange-unknown' | 'token-spent'
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

  const until = new Date(now.getTime() + GIVEN_UP)
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
    if (kept) reportUse(deps, consent, correlationId)
    return kept ? ok(undefined) : fail('session-over')
  } catch (error) {
    await giveBack(fail('misconfigured', 'unexpected error'))
    throw error
  }
}

/** Nobody waits for this, and nothing hangs on it. */
function reportUse({ providers, clock, log }: ReadSourceDeps, consent: Consent, correlationId: string): void {
  void providers[consent.provider].reportUse?.(consent, clock.now()).then(
    (told) => told.ok || log.warn('The provider could not be told of a use', { correlationId, reason: told.reason, consentId: consent.id }),
    () => log.warn('The provider could not be told of a use', { correlationId, reason: 'unexpected', consentId: consent.id }),
  )
}

/** Credentials and the one call. The answer stays in memory. */
async function read<T>(deps: ReadSourceDeps, source: DataSource<T>, consent: Consent, correlationId: string): Promise<Result<T, ReadFailure>> {
  const signal = AbortSignal.timeout(READING)
  const closed = await deps.gates.closed(source.name, deps.clock.now())
  if (closed) return fail(closed.gate === 'busy' ? 'source-busy' : 'source-unavailable', 'the gate is closed')
  const reading = await askSource(deps, { source, consent, correlationId, signal })
  if (reading.ok) return reading

  // The source's no may be a token's age or a withdrawal: only Altinn's word ends a consent.
  if (reading.reason === 'consent-not-active') {
    const closing = await settleAs(deps, reading.status, { consent, actor: 'system', correlationId })
    return closing.ok || closing.reason === 'changed-meanwhile' ? fail('consent-ended', reading.status) : fail('misconfigured', closing.detail)
  }
  if (reading.reason !== 'consent-refused') return fail(reading.reason, reading.detail)
  const settled = await settleConsent(deps, { consent, actor: 'system', correlationId, signal })
  const ended = settled.ok ? settled.value.status !== 'accepted' : settled.reason === 'changed-meanwhile'
  return fail(ended ? 'consent-ended' : 'consent-refused', reading.detail)
}
