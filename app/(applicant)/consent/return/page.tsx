import { z } from 'zod'
import { correlationId } from '@/app/_server/correlation-id'
import { findApplicant } from '@/app/_server/session'
import { Shell } from '@/app/_server/shell'
import { titled } from '@/app/_server/titled'
import { ConsentOutcomePage } from '@/components/consent/consent-outcome'
import { ReturnAsking, ReturnLoggedOut } from '@/components/consent/return-page'
import { isReturnRef } from '@/lib/consent/return-ref'
import { goOn, logInAndGoOn } from '../actions'
import { outcomeActions } from '../outcome-actions'

export const generateMetadata = titled('return')

const query = z.object({ s: z.string().refine(isReturnRef).nullable().catch(null), why: z.literal('wrong-person').optional().catch(undefined) })

/** Altinn sends the person here, usually logged out. Nothing in the address is believed, and looking changes nothing. */
export default async function Return({ searchParams }: PageProps<'/consent/return'>) {
  const { s = null, why } = query.parse(await searchParams)
  const { applicant } = await findApplicant()
  return (
    <Shell applicant={applicant}>
      {!applicant && <ReturnLoggedOut logIn={logInAndGoOn.bind(null, s)} />}
      {applicant && why && <ConsentOutcomePage outcome={why} actions={outcomeActions} reference={await correlationId()} />}
      {applicant && !why && <ReturnAsking continueConsent={goOn.bind(null, s)} />}
    </Shell>
  )
}
