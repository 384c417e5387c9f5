import { cookies } from 'next/headers'
import { keptFor, keptToken, readKept } from '@/lib/sharing/followed-invitation'
import type { Invitation } from '@/lib/sharing/invitation-store'
import { findInvitation } from '@/lib/sharing/invite'
import type { Secret } from '@/lib/secret'
import { invitationCookie } from './cookies'
import { services } from './services'
import type { Applicant } from './session'

/** The invitation that this person has followed on this browser, if it is for them. */
export async function invitationOf({ session: { subjectRef } }: Applicant): Promise<Invitation | null> {
  const bank = await services()
  const token = keptToken((await cookies()).get(invitationCookie(bank).name)?.value, subjectRef)
  return token && findInvitation(bank, { token, subjectRef })
}

/** Remembers the invitation through log-in and consent, or forgets it. Only in an action or a route, as what follows. */
export async function rememberInvitation(token: Secret | null, applicant: Applicant | null = null): Promise<void> {
  const { name, options } = invitationCookie(await services())
  const jar = await cookies()
  if (token) jar.set(name, applicant ? keptFor(token, applicant.session.subjectRef) : token.reveal(), options)
  else if (jar.has(name)) jar.set(name, '', { ...options, maxAge: 0 })
}

/** At a log-in: an invitation that was followed before it becomes this person's, and another's is forgotten. */
export async function takeOverInvitation(applicant: Applicant): Promise<void> {
  const text = (await cookies()).get(invitationCookie(await services()).name)?.value
  const kept = readKept(text)
  if (text === undefined || keptToken(text, applicant.session.subjectRef)) return
  await rememberInvitation(kept?.owned ? null : (kept?.token ?? null), applicant)
}
