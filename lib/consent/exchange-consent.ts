import { setTimeout as pause } from 'node:timers/promises'
import type { AuditEvent } from '@/lib/audit/audit-event'
import type { Clock } from '@/lib/clock'
import { fail, type Failure, type Ok } from '@/lib/result'
import { isUsable, sourceKnows, type Consent } from './consent'
import type { ConsentStore } from './consent-store'
import { exchangeStanding } from './exchange'
import type { ExchangeStore } from './exchange-store'
import type { ConsentEnded, CredentialsRefusal, SourceCredentials } from './provider'

export type ExchangeDeps = { readonly clock: Clock; readonly consents: ConsentStore; readonly exchanges: ExchangeStore; readonly policy: { readonly transport: string } }
type Input<Shown> = {
  readonly consent: Consent
  readonly correlationId: string
  readonly signal: AbortSignal
  readonly getCredentials: () => Promise<Ok<SourceCredentials> | CredentialsRefusal | ConsentEnded>
  /** Shows the credentials to the source. */
  readonly show: (credentials: SourceCredentials) => Promise<Shown>
}
export type NotExchanged =
  /** An exchange was sent and nobody knows what came of it; or it was made, and no answer of the source has come on it. */
  | Failure<'exchange-unknown' | 'token-spent'>
  /** Another log-in has shown the source this consent meanwhile: it needs no token any more. */
  | Failure<'known-meanwhile'>
  /** Another log-in was at it for as long as we could wait. */
  | Failure<'exchange-underway'>
  | Failure<'consent-closed-meanwhile'>

/**
 * Exchanges a consent for its token and shows that to the source: once in the consent's life, whatever number of log-ins
 * and instances come for it. The attempt is committed before the first byte, and what came of it after each answer; a
 * second one is made only when it is certain that there was no first, or when the source has forgotten what it knew.
 */
export async function exchangeConsent<Shown extends Ok<unknown> | Failure<string>>(deps: ExchangeDeps, input: Input<Shown>): Promise<Shown | CredentialsRefusal | ConsentEnded | NotExchanged> {
  const { clock, exchanges } = deps
  const { correlationId, getCredentials, show } = input
  const turn = await takeTurn(deps, input)
  if (!turn.ok) return turn
  const { id, subjectRef } = input.consent
  const end = (mark: Parameters<ExchangeStore['end']>[2]) =>
    exchanges.end(id, turn.value, mark, { type: 'consent.exchange-ended', at: clock.now(), actor: 'applicant', correlationId, subjectRef, consentId: id, outcome: mark })

  const credentials = await getCredentials().catch(async (error: unknown) => {
    await end('lost')
    throw error
  })
  if (!credentials.ok) {
    const mark = 'exchange' in credentials && credentials.exchange ? credentials.exchange : 'not-made'
    await end(mark)
    return mark === 'lost' ? fail('exchange-unknown', credentials.detail) : credentials
  }
  await end('given')
  const shown = await show(credentials.value)
  // An answer is kept by whoever asked, and `used` is written with it.
  if (!shown.ok) await end('spent')
  return shown
}

/** When the right to exchange was committed; or why it is nobody's, or another's. */
async function takeTurn({ clock, consents, exchanges, policy }: ExchangeDeps, { consent, correlationId, signal }: Pick<Input<never>, 'consent' | 'correlationId' | 'signal'>): Promise<Ok<Date> | NotExchanged> {
  const event = (type: AuditEvent['type'], outcome: string | null): AuditEvent => ({ type, at: clock.now(), actor: 'applicant', correlationId, subjectRef: consent.subjectRef, consentId: consent.id, outcome })
  for (let row = consent; !signal.aborted; row = (await consents.find(consent.id)) ?? row) {
    if (!isUsable(row, clock.now())) return fail('consent-closed-meanwhile')
    if (sourceKnows(row, policy.transport) && hasAnsweredSince(consent, row)) return fail('known-meanwhile')
    const standing = exchangeStanding(row, clock.now())
    if (standing === 'underway') await pause(100, undefined, { signal }).catch(() => undefined)
    else if (standing !== 'open') {
      // Whoever began it has died without a word: then this is the word.
      const mark = standing === 'exchange-unknown' ? 'lost' : 'spent'
      if (row.exchangeAt && row.exchange !== mark) await exchanges.end(row.id, row.exchangeAt, mark, event('consent.exchange-ended', mark))
      return fail(standing)
    } else {
      const started = event('consent.exchange-started', null)
      if (await exchanges.begin(row, started)) return { ok: true, value: started.at }
    }
  }
  return fail('exchange-underway')
}

const hasAnsweredSince = (before: Consent, row: Consent): boolean => row.lastReadAt?.getTime() !== before.lastReadAt?.getTime() || row.sourceKnowsSince?.getTime() !== before.sourceKnowsSince?.getTime()
