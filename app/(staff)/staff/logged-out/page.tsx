import { redirect } from 'next/navigation'
import { z } from 'zod'
import { findStaff } from '@/app/_server/staff-session'
import { StaffFrame } from '@/app/_server/staff-shell'
import { titled } from '@/app/_server/titled'
import { StaffLoggedOutPage, staffLoggedOutReasons } from '@/components/staff/staff-logged-out-page'
import { logInAsStaff } from '../actions'

export const generateMetadata = titled('loggedOut')

const query = z.object({ why: z.enum(staffLoggedOutReasons).catch('own') })

/** What it says is true when it says it: an employee who still has a session goes back to it. */
export default async function StaffLoggedOut({ searchParams }: PageProps<'/staff/logged-out'>) {
  if ((await findStaff('any')).visitor) redirect('/staff')
  const { why } = query.parse(await searchParams)
  return (
    <StaffFrame visitor={null}>
      <StaffLoggedOutPage why={why} logIn={logInAsStaff} />
    </StaffFrame>
  )
}
