'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { correlationId } from '@/app/_server/correlation-id'
import { formOf } from '@/app/_server/form-of'
import { requireSameOrigin } from '@/app/_server/same-origin'
import { services } from '@/app/_server/services'
import { requireApplicant } from '@/app/_server/session'
import { stopHere } from '@/lib/consent/stop-here'
import { goOn } from '../consent/actions'

/** Fetches the balance, once for this log-in, or tries again after trouble. */
export async function fetchBalance(): Promise<void> {
  await goOn(null)
}

/** Ends our use of the consent at once; the page that follows says what still stands in Altinn. */
export async function stopShowing(given: unknown): Promise<void> {
  await requireSameOrigin()
  const { session } = await requireApplicant()
  const id = z.uuid().safeParse(formOf(given).get('consent'))
  if (id.success) await stopHere(await services(), { consentId: id.data, subjectRef: session.subjectRef, correlationId: await correlationId() })
  redirect('/balance')
}
