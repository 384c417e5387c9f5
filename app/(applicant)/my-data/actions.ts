'use server'

import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { sessionCookie } from '@/app/_server/cookies'
import { correlationId } from '@/app/_server/correlation-id'
import { formOf } from '@/app/_server/form-of'
import { rememberInvitation } from '@/app/_server/invitation'
import { requireSameOrigin } from '@/app/_server/same-origin'
import { services } from '@/app/_server/services'
import { requireApplicant } from '@/app/_server/session'
import { stopHere } from '@/lib/consent/stop-here'

/** Ends our use of one of the person's consents at once, and shows how they stand then. */
export async function stopHereFromMyData(given: unknown): Promise<void> {
  await requireSameOrigin()
  const { session } = await requireApplicant()
  const id = z.uuid().safeParse(formOf(given).get('consent'))
  if (id.success) await stopHere(await services(), { consentId: id.data, subjectRef: session.subjectRef, correlationId: await correlationId() })
  redirect('/my-data')
}

/** Forgets who the person is, and ends their log-ins; refused while a consent is open, and the page then says so. */
export async function eraseMe(): Promise<void> {
  await requireSameOrigin()
  const { session } = await requireApplicant()
  const bank = await services()
  const { subjects, clock } = bank
  const erased = await subjects.erase(session.subjectRef, { at: clock.now(), actor: 'applicant', correlationId: await correlationId() })
  if (!erased.ok) redirect('/my-data/erase')
  const { name, options } = sessionCookie(bank)
  ;(await cookies()).set(name, '', { ...options, maxAge: 0 })
  await rememberInvitation(null)
  redirect('/logged-out?why=erased')
}
