import { cookies } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { cache } from 'react'
import { Secret } from '@/lib/secret'
import type { Services } from '@/lib/services'
import { admitStaff, type StaffRefusal } from '@/lib/staff/admit-staff'
import { keyFromStaffToken, type StaffRole, type StaffSession } from '@/lib/staff/staff-session'
import { staffSessionCookie } from './cookies'
import { correlationId } from './correlation-id'
import { services } from './services'

export type StaffVisitor = {
  readonly session: StaffSession
  readonly token: Secret
  /** Opens what has been sealed for this employee's log-in. It exists only while they show up with their cookie. */
  readonly readerKey: Buffer
}
export type StaffBank = Services & { readonly staff: NonNullable<Services['staff']> }
type Found = { readonly visitor: StaffVisitor } | { readonly visitor: null; readonly why: StaffRefusal | 'nobody' }

/** The bank of this request, with its staff log-in; without one there are no such pages, and the answer is 404. */
export async function staffBank(): Promise<StaffBank> {
  const bank = await services()
  const { staff } = bank
  if (!staff) notFound()
  return { ...bank, staff }
}

/**
 * The employee of this request by their cookie, if they may go on with this role now; else why not. Asks the bank's provider
 * when its last word is old. Once for each request and role.
 */
export const findStaff = cache(async (role: StaffRole | 'any', touch = true): Promise<Found> => {
  const bank = await staffBank()
  const value = (await cookies()).get(staffSessionCookie(bank).name)?.value
  if (!value) return { visitor: null, why: 'nobody' }
  const token = new Secret(value)
  const admitted = await admitStaff(bank, { token, role, correlationId: await correlationId(), touch })
  return admitted.ok ? { visitor: { session: admitted.value, token, readerKey: keyFromStaffToken(token, 'reading') } } : { visitor: null, why: admitted.reason }
})

/**
 * The employee of this request, or a way out: the log-in for somebody who has none, the reason for somebody who was logged
 * out, and words for somebody without the role. For pages and actions; a route asks findStaff.
 */
export async function staffVisitor(role: StaffRole | 'any'): Promise<StaffVisitor> {
  const found = await findStaff(role)
  if (found.visitor) return found.visitor
  redirect(await wayOut(found.why))
}

/** Where somebody is sent who may not go on here. */
export async function wayOut(why: Exclude<Found, { visitor: StaffVisitor }>['why']): Promise<string> {
  switch (why) {
    case 'nobody':
      return '/staff/login'
    case 'wrong-role':
    case 'unchecked':
      return `/staff/no-access?${new URLSearchParams({ why, ref: await correlationId() }).toString()}`
    case 'unknown':
      return '/staff/logged-out?why=own'
    case 'elsewhere':
    case 'idle':
    case 'absolute':
    case 'role-lost':
    case 'refused-by-provider':
      return `/staff/logged-out?why=${why}`
  }
}
