'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import type { AccessNews } from '@/components/staff/access-page'
import { correlationId } from '@/app/_server/correlation-id'
import { formOf } from '@/app/_server/form-of'
import { requireSameOrigin } from '@/app/_server/same-origin'
import { staffBank, staffVisitor } from '@/app/_server/staff-session'
import { typedNationalId } from '@/app/_server/typed-national-id'
import { changeProtection, endSessionsOf } from '@/lib/staff/manage-access'

const back = (did: AccessNews): string => `/staff/access?did=${did}`

/** Ends every log-in of an employee: an admin's own too. */
export async function endStaffSessions(given: unknown): Promise<void> {
  await requireSameOrigin()
  const { session } = await staffVisitor('admin')
  const target = z.uuid().safeParse(formOf(given).get('staff'))
  if (target.success) await endSessionsOf(await staffBank(), { target: target.data, staffRef: session.staffRef, correlationId: await correlationId() })
  redirect(back('ended'))
}

/** Puts somebody on the list of those whose figures no adviser opens, or takes them off it. */
export async function changeWhoIsProtected(given: unknown): Promise<void> {
  await requireSameOrigin()
  const { session } = await staffVisitor('admin')
  const nationalId = await typedNationalId(given)
  const change = z.enum(['add', 'remove']).safeParse(formOf(given).get('change'))
  if (!nationalId || !change.success) redirect(back('not-an-id'))
  const changed = await changeProtection(await staffBank(), { nationalId, change: change.data, staffRef: session.staffRef, correlationId: await correlationId() })
  redirect(back(change.data === 'add' ? (changed ? 'added' : 'there-already') : changed ? 'removed' : 'not-there'))
}
