'use server'

import { redirect } from 'next/navigation'
import { rememberInvitation } from '@/app/_server/invitation'
import { startLogIn } from '@/app/_server/log-in'
import { requireSameOrigin } from '@/app/_server/same-origin'
import { findApplicant } from '@/app/_server/session'
import { parseInvitationToken } from '@/lib/sharing/invite'

/** Remembers who asks, through log-in and consent; the balance page says it. */
export async function followInvitation(given: string): Promise<void> {
  await requireSameOrigin()
  const { applicant } = await findApplicant()
  await rememberInvitation(parseInvitationToken(given), applicant)
  if (applicant) redirect('/balance#share')
  await startLogIn(null)
}

/** Nothing is kept of the question in this browser. */
export async function declineInvitation(): Promise<void> {
  await requireSameOrigin()
  await rememberInvitation(null)
  redirect('/')
}
