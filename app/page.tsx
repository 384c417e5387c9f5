import { z } from 'zod'
import { StartPage } from '@/components/ui/start-page'
import { isCorrelationId } from '@/lib/correlation-id'
import { logIn } from './actions'
import { startProblems } from './_server/log-in'
import { services } from './_server/services'
import { findApplicant } from './_server/session'
import { Shell } from './_server/shell'
import { titled } from './_server/titled'

export const generateMetadata = titled('start')

const query = z.object({ why: z.enum(startProblems), ref: z.string().refine(isCorrelationId) })

export default async function Start({ searchParams }: PageProps<'/'>) {
  const { applicant } = await findApplicant()
  const { data } = query.safeParse(await searchParams)
  return (
    <Shell applicant={applicant}>
      <StartPage bankName={(await services()).config.BANK_NAME} startLogIn={logIn} loggedIn={applicant !== null} problem={data ? { why: data.why, reference: data.ref } : null} />
    </Shell>
  )
}
