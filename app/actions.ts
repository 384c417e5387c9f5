'use server'

import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { isLocale, localeCookie } from '@/messages/locales'
import { isSecure } from './_server/cookies'
import { formOf } from './_server/form-of'
import { startLogIn } from './_server/log-in'
import { requireSameOrigin } from './_server/same-origin'
import { services } from './_server/services'
import { findApplicant, requireApplicant } from './_server/session'

/** Remembers the language for a year. Anybody may; the field is one of three words or nothing happens. */
export async function setLocale(given: unknown): Promise<void> {
  await requireSameOrigin()
  const locale = formOf(given).get('locale')
  if (!isLocale(locale)) return
  const secure = isSecure(await services())
  ;(await cookies()).set(localeCookie, locale, { path: '/', maxAge: 365 * 86_400, sameSite: 'lax', httpOnly: true, secure })
}

/** Somebody who wants to log in; one who already has goes on. */
export async function logIn(): Promise<void> {
  await requireSameOrigin()
  if ((await findApplicant()).applicant) redirect('/balance')
  await startLogIn(null)
}

/** Pressed in the warning before a session runs out: asking for the applicant is what keeps it alive. */
export async function stillHere(): Promise<void> {
  await requireSameOrigin()
  await requireApplicant()
}
