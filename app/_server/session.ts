import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { Secret } from '@/lib/secret'
import { admitApplicant, type ApplicantRefusal } from '@/lib/session/admit-applicant'
import type { Session } from '@/lib/session/session'
import { sessionCookie } from './cookies'
import { correlationId } from './correlation-id'
import { services } from './services'

export type Applicant = { readonly session: Session; readonly token: Secret }
type Found = { readonly applicant: Applicant } | { readonly applicant: null; readonly why: 'nobody' | ApplicantRefusal }

/** The applicant of this request by their cookie, or why there is none. Once for each request. */
export const findApplicant = cache(async (touch = true): Promise<Found> => {
  const bank = await services()
  const token = (await cookies()).get(sessionCookie(bank).name)?.value
  if (!token) return { applicant: null, why: 'nobody' }
  const admitted = await admitApplicant(bank, token, { touch, correlationId: await correlationId() })
  return admitted.ok ? { applicant: { session: admitted.value, token: new Secret(token) } } : { applicant: null, why: admitted.reason }
})

/** A page that is drawn anew in its place, since something else has changed: nobody is at the keys. A person's action goes by its name. */
const drawsItselfAnew = (given: Headers): boolean => given.get('sec-fetch-dest') === 'empty' && !given.has('next-action')

/** The applicant, or a way out: the start for somebody who never logged in, the reason for somebody who was logged out. */
export async function requireApplicant(): Promise<Applicant> {
  const found = drawsItselfAnew(await headers()) ? await findApplicant(false) : await findApplicant()
  if (found.applicant) return found.applicant
  redirect(found.why === 'nobody' ? '/' : `/logged-out?why=${found.why === 'over' ? 'own' : found.why}`)
}
