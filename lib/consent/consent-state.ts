import { isMigrated, isUnanswered, type Consent } from './consent'

/** How a consent stands, as a person would say it: the row's status, and what time has done to it since. */
export const consentStates = ['active', 'unanswered', 'not-checked', 'request-expired', 'refused', 'expired', 'withdrawn', 'stopped-here'] as const
export type ConsentState = (typeof consentStates)[number]

/** What the row says, at `now`: a yes past its end is over, and so is a request that waited too long, whether or not the job has closed them. */
export function consentState(consent: Consent, now: Date): ConsentState {
  switch (consent.status) {
    case 'requested':
      if (isMigrated(consent) && now < consent.validTo) return 'not-checked'
      return isUnanswered(consent, now) ? 'unanswered' : 'request-expired'
    case 'accepted':
      return now < consent.validTo ? 'active' : 'expired'
    case 'expired':
      return wasAnswered(consent) ? 'expired' : 'request-expired'
    case 'revoked':
      return consent.stoppedHereAt ? 'stopped-here' : 'withdrawn'
    case 'rejected':
      return 'refused'
  }
}

/** Of an expired one: there was a yes. A request that nobody answers is closed within days; a consent that was given, at its end or later. */
export const wasAnswered = ({ settledAt, validTo }: Consent): boolean => settledAt !== null && settledAt >= validTo

/** There is something to have a receipt for: a yes, whatever became of it, or a no. */
export const isAnswered = (consent: Consent, now: Date): boolean => !['unanswered', 'not-checked', 'request-expired'].includes(consentState(consent, now))

/** Still at work, or may yet be: what must end before a person can be erased. */
export const isOpen = (consent: Consent, now: Date): boolean => ['active', 'unanswered', 'not-checked'].includes(consentState(consent, now))
