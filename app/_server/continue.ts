import { setTimeout as pause } from 'node:timers/promises'
import { continueConsent, type NextStep } from '@/lib/consent/continue-consent'
import { safeError } from '@/lib/log'
import { services } from './services'
import type { Applicant } from './session'

/**
 * Takes up where the person is and answers the address of their next page within `most` milliseconds. What is not done
 * by then goes on without them, and the page they get says that it does.
 */
export async function nextAddress({ session, token }: Applicant, returnRef: string | null, correlationId: string, most: number): Promise<string> {
  const { sources, log, ...deps } = await services()
  const work = continueConsent({ ...deps, log }, { source: sources.studentLoan, session, token, returnRef, correlationId }).catch((error: unknown) => {
    log.error('A consent could not be taken up', { ...safeError(error), correlationId })
    return null
  })
  const step = await Promise.race([work, pause(most, 'underway' as const)])
  return step === 'underway' ? `/consent/return${returnRef ? `?s=${returnRef}` : ''}` : addressOf(step, correlationId)
}

function addressOf(step: NextStep | null, correlationId: string): string {
  switch (step?.to) {
    case undefined:
    case 'balance':
      return '/balance'
    case 'invitation':
      return '/consent'
    case 'consent':
      return `/consent/${step.consentId}${step.trouble ? `?${new URLSearchParams({ why: step.trouble, ref: correlationId }).toString()}` : ''}`
    case 'wrong-person':
      return '/consent/return?why=wrong-person'
  }
}
