import { notFound } from 'next/navigation'
import { z } from 'zod'
import { correlationId } from '@/app/_server/correlation-id'
import { services } from '@/app/_server/services'
import { requireApplicant } from '@/app/_server/session'
import { Shell } from '@/app/_server/shell'
import { titled } from '@/app/_server/titled'
import { ConsentOutcomePage, outcomeTroubles, type ConsentOutcome } from '@/components/consent/consent-outcome'
import { isCorrelationId } from '@/lib/correlation-id'
import { consentState, type ConsentState } from '@/lib/consent/consent-state'
import { findOwnConsent } from '@/lib/consent/find-own-consent'
import { outcomeActions } from '../outcome-actions'

export const generateMetadata = titled('outcome')

const query = z.object({ why: z.enum(outcomeTroubles).or(z.literal('provider-refused').transform(() => 'misconfigured' as const)).optional().catch(undefined), ref: z.string().refine(isCorrelationId).optional().catch(undefined) })

export default async function Outcome({ params, searchParams }: PageProps<'/consent/[id]'>) {
  const applicant = await requireApplicant()
  const { clock, ...deps } = await services()
  const id = z.uuid().safeParse((await params).id)
  const consent = await findOwnConsent({ ...deps, clock }, { consentId: id.success ? id.data : null, subjectRef: applicant.session.subjectRef, correlationId: await correlationId(), what: 'consent-of-another' })
  if (!consent) notFound()
  const { why: trouble, ref } = query.parse(await searchParams)
  const state = consentState(consent, clock.now())
  const isOpen = state === 'unanswered' || state === 'not-checked'
  return (
    <Shell applicant={applicant}>
      <ConsentOutcomePage outcome={(isOpen && trouble) || outcomes[state]} actions={outcomeActions} reference={ref ?? (await correlationId())} />
    </Shell>
  )
}

/** What is told of each. An imported consent that still waits is one about which Altinn could not be asked. */
const outcomes: Record<ConsentState, ConsentOutcome> = {
  active: 'accepted', unanswered: 'unanswered', 'not-checked': 'provider-unavailable', 'request-expired': 'request-expired',
  refused: 'rejected', expired: 'expired', withdrawn: 'revoked', 'stopped-here': 'stopped-here',
}
