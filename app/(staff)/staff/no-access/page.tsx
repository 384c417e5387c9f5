import { redirect } from 'next/navigation'
import { z } from 'zod'
import { isCorrelationId } from '@/lib/correlation-id'
import { findStaff, wayOut } from '@/app/_server/staff-session'
import { StaffFrame } from '@/app/_server/staff-shell'
import { titled } from '@/app/_server/titled'
import { NoAccessPage, noAccessReasons } from '@/components/staff/no-access-page'

export const generateMetadata = titled('noAccess')

const query = z.object({ why: z.enum(noAccessReasons).catch('wrong-role'), ref: z.string().refine(isCorrelationId).nullable().catch(null) })

/** What it says is true when it says it: while nobody is logged in nothing is refused, and doubt that is over is not told of. */
export default async function NoAccess({ searchParams }: PageProps<'/staff/no-access'>) {
  const { why, ref } = query.parse(await searchParams)
  const found = await findStaff('any')
  if (!found.visitor && found.why !== 'unchecked') redirect(await wayOut(found.why))
  if (found.visitor && why === 'unchecked') redirect('/staff')
  return (
    <StaffFrame visitor={found.visitor}>
      <NoAccessPage why={found.visitor ? why : 'unchecked'} reference={ref} />
    </StaffFrame>
  )
}
