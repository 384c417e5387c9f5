'use server'

import { redirect } from 'next/navigation'
import { requireSameOrigin } from '@/app/_server/same-origin'
import { startStaffLogIn } from '@/app/_server/staff-log-in'
import { findStaff, staffVisitor } from '@/app/_server/staff-session'

/** An employee who wants to log in; one who already has goes on. */
export async function logInAsStaff(): Promise<void> {
  await requireSameOrigin()
  if ((await findStaff('any')).visitor) redirect('/staff')
  await startStaffLogIn()
}

/** Pressed in the warning before a session runs out: asking for the employee is what keeps it alive. */
export async function stillHereAsStaff(): Promise<void> {
  await requireSameOrigin()
  await staffVisitor('any')
}
