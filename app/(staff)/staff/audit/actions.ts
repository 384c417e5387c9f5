'use server'

import { redirect } from 'next/navigation'
import { correlationId } from '@/app/_server/correlation-id'
import { typedNationalId } from '@/app/_server/typed-national-id'
import { requireSameOrigin } from '@/app/_server/same-origin'
import { staffBank, staffVisitor } from '@/app/_server/staff-session'
import { seekPerson } from '@/lib/audit/read-audit'

/** From a national id to the random name under which the log knows the person: posted, and only the name goes into an address. */
export async function findPersonInAudit(given: unknown): Promise<void> {
  await requireSameOrigin()
  const { session } = await staffVisitor('auditor')
  const nationalId = await typedNationalId(given)
  if (!nationalId) redirect('/staff/audit?found=not-an-id#search')
  const person = await seekPerson(await staffBank(), { nationalId, staffRef: session.staffRef, correlationId: await correlationId() })
  redirect(person === null ? '/staff/audit?found=not-found#search' : `/staff/audit?person=${person}#entries`)
}
