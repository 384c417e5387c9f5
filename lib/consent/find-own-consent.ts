import type { AuditLog } from '@/lib/audit/audit-log'
import type { Clock } from '@/lib/clock'
import type { Consent } from './consent'
import type { ConsentStore } from './consent-store'

type Deps = { readonly clock: Clock; readonly consents: Pick<ConsentStore, 'find'>; readonly audit: Pick<AuditLog, 'append'> }
type Input = {
  /** Null for an address that names none. */
  readonly consentId: string | null
  readonly subjectRef: string
  readonly correlationId: string
  /** What was asked for, as the log calls it when it is another's. */
  readonly what: 'consent-of-another' | 'receipt-of-another'
}

/** The consent, if it is this person's. Another's is the same to them as none at all, but the log has who asked. */
export async function findOwnConsent({ clock, consents, audit }: Deps, { consentId, subjectRef, correlationId, what }: Input): Promise<Consent | null> {
  const consent = consentId === null ? null : await consents.find(consentId)
  if (!consent || consent.subjectRef === subjectRef) return consent
  await audit.append({ type: 'access.refused', at: clock.now(), actor: 'applicant', correlationId, subjectRef, consentId: null, outcome: what })
  return null
}
