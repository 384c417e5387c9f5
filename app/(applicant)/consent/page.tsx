import { redirect } from 'next/navigation'
import { z } from 'zod'
import { requireApplicant } from '@/app/_server/session'
import { services } from '@/app/_server/services'
import { Shell } from '@/app/_server/shell'
import { titled } from '@/app/_server/titled'
import { ConsentInvitation, invitationFailures } from '@/components/consent/consent-invitation'
import { lastNameProblems } from '@/components/consent/last-name-field'
import { consentValidTo, isRunningOut } from '@/lib/consent/consent'
import { isStuck } from '@/lib/consent/exchange'
import { findUsableConsent } from '@/lib/consent/find-usable-consent'
import { isCorrelationId } from '@/lib/correlation-id'
import { askForConsent, decline, renewConsent } from './actions'

export const generateMetadata = titled('consent')

const query = z.object({ why: z.enum(invitationFailures), ref: z.string().refine(isCorrelationId) })
const about = z.object({ name: z.enum(lastNameProblems).nullable().catch(null), renew: z.literal('yes').optional().catch(undefined) })

export default async function Consent({ searchParams }: PageProps<'/consent'>) {
  const applicant = await requireApplicant()
  const { config, clock, policy, providers, ...deps } = await services()
  const { usable } = await findUsableConsent({ ...deps, clock, policy }, applicant.session.subjectRef)
  const asked = await searchParams
  const { name: problem, renew } = about.parse({ name: null, ...asked })
  if (usable && !isStuck(usable, clock.now()) && !(renew && isRunningOut(usable, clock.now()))) redirect('/balance')
  const { data } = query.safeParse(asked)
  return (
    <Shell applicant={applicant}>
      <ConsentInvitation
        bankName={config.BANK_NAME}
        supplierName={policy.handledByName}
        validTo={consentValidTo(clock.now(), policy.days)}
        adviserSharing={config.ADVISER_SHARING === 'live'}
        startConsent={renew ? renewConsent : askForConsent}
        lastName={providers[policy.provider].traits.asksLastName ? { problem } : null}
        decline={decline}
        failure={data ? { why: data.why, reference: data.ref } : null}
      />
    </Shell>
  )
}
