import { redirect } from 'next/navigation'
import { z } from 'zod'
import { isCorrelationId } from '@/lib/correlation-id'
import { staffLogInProblems } from '@/app/_server/staff-log-in'
import { findStaff, staffBank } from '@/app/_server/staff-session'
import { StaffFrame } from '@/app/_server/staff-shell'
import { titled } from '@/app/_server/titled'
import { StaffLogInPage } from '@/components/staff/staff-log-in-page'
import { logInAsStaff } from '../actions'

export const generateMetadata = titled('staffLogIn')

const query = z.object({ why: z.enum(staffLogInProblems), ref: z.string().refine(isCorrelationId) })

export default async function StaffLogIn({ searchParams }: PageProps<'/staff/login'>) {
  const { config } = await staffBank()
  if ((await findStaff('any')).visitor) redirect('/staff')
  const { data } = query.safeParse(await searchParams)
  return (
    <StaffFrame visitor={null}>
      <StaffLogInPage bankName={config.BANK_NAME} logIn={logInAsStaff} problem={data ? { why: data.why, reference: data.ref } : null} />
    </StaffFrame>
  )
}
