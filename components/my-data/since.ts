import type { Consent } from '@/lib/consent/consent'
import type { ConsentState } from '@/lib/consent/consent-state'

/** The instant that is told beside a consent's state: the end of one that was given, and else when it came to be as it is. */
export const since = ({ validTo, settledAt, requestedAt }: Consent, state: ConsentState): Date =>
  state === 'active' || state === 'expired' ? validTo : (settledAt ?? requestedAt)
