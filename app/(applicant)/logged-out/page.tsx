import { redirect } from 'next/navigation'
import { z } from 'zod'
import { logIn } from '@/app/actions'
import { findApplicant } from '@/app/_server/session'
import { Shell } from '@/app/_server/shell'
import { titled } from '@/app/_server/titled'
import { LoggedOutPage, loggedOutReasons } from '@/components/ui/logged-out-page'

export const generateMetadata = titled('loggedOut')

const query = z.object({ why: z.enum(loggedOutReasons).catch('own') })

/** What it says is true when it says it: somebody who still has a session goes back to it. */
export default async function LoggedOut({ searchParams }: PageProps<'/logged-out'>) {
  if ((await findApplicant()).applicant) redirect('/balance')
  const { why } = query.parse(await searchParams)
  return (
    <Shell applicant={null}>
      <LoggedOutPage why={why} logIn={logIn} />
    </Shell>
  )
}
