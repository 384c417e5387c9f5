'use server'

import { getLocale } from 'next-intl/server'
import { redirect } from 'next/navigation'
import { nextAddress } from '@/app/_server/continue'
import { correlationId } from '@/app/_server/correlation-id'
import { formOf } from '@/app/_server/form-of'
import { startLogIn } from '@/app/_server/log-in'
import { requireSameOrigin } from '@/app/_server/same-origin'
import { services } from '@/app/_server/services'
import { findApplicant, requireApplicant } from '@/app/_server/session'
import { isReturnRef } from '@/lib/consent/return-ref'
import { lastNameOf } from '@/lib/consent/last-name'
import { startConsent } from '@/lib/consent/start-consent'

/** Asks for a consent, or takes up the one that is there, and sends the person on to Altinn. */
export async function askForConsent(given: unknown): Promise<void> {
  await askAltinn(false, formOf(given))
}

/** Asks for a new consent although the old one still stands; only when that runs out soon. */
export async function renewConsent(given: unknown): Promise<void> {
  await askAltinn(true, formOf(given))
}

async function askAltinn(renew: boolean, form: FormData): Promise<never> {
  await requireSameOrigin()
  const { session } = await requireApplicant()
  const house = await services()
  const started = await startConsent(house, { subjectRef: session.subjectRef, renew, lastName: lastNameOf(form.get('lastName')), noticeLanguage: await getLocale(), correlationId: await correlationId(), signal: AbortSignal.timeout(9_000) })
  if (!started.ok && (started.reason === 'name-needed' || started.reason === 'name-refused')) {
    // A button elsewhere has no field for it: that is no mistake of the person's.
    const mistake = started.reason === 'name-refused' || form.has('lastName')
    redirect(`/consent?${new URLSearchParams({ ...(mistake && { name: started.reason }), ...(renew && { renew: 'yes' }) }).toString()}`)
  }
  if (!started.ok) {
    house.log.warn('A consent could not be asked for', { correlationId: await correlationId(), reason: started.reason, detail: started.detail ?? '' })
    redirect(`/consent?${new URLSearchParams({ why: started.reason, ref: await correlationId() }).toString()}`)
  }
  redirect(started.value.kind === 'usable' ? '/balance' : started.value.consentUrl)
}

/** Not now: nothing is asked for, and nothing is kept of the question. */
export async function decline(): Promise<void> {
  await requireSameOrigin()
  await requireApplicant()
  redirect('/')
}

/** Takes up where the person is: Altinn's answer, and the balance if it was yes. */
export async function goOn(returnRef: string | null): Promise<void> {
  await requireSameOrigin()
  const ref = isReturnRef(returnRef) ? returnRef : null
  redirect(await nextAddress(await requireApplicant(), ref, await correlationId(), 8_000))
}

/** From Altinn, without a session: the same person logs in again and goes on. */
export async function logInAndGoOn(returnRef: string | null): Promise<void> {
  await requireSameOrigin()
  if ((await findApplicant()).applicant) return goOn(returnRef)
  await startLogIn(returnRef)
}
