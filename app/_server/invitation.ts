import { cookies } from 'next/headers'
import type { Invitation } from '@/lib/sharing/invitation-store'
import { findInvitation, parseInvitationToken } from '@/lib/sharing/invite'
import type { Secret } from '@/lib/secret'
import { invitationCookie } from './cookies'
import { services } from './services'
import type { Applicant } from './session'

/** The invitation that this browser has followed, if it is for whoever is logged in. */
export async function invitationOf({ session }: Applicant): Promise<Invitation | null> {
  const bank = await services()
  const token = parseInvitationToken((await cookies()).get(invitationCookie(bank).name)?.value)
  return token && findInvitation(bank, { token, subjectRef: session.subjectRef })
}

/** Remembers the invitation through log-in and consent, or forgets it. Only in an action or a route. */
export async function rememberInvitation(token: Secret | null): Promise<void> {
  const { name, options } = invitationCookie(await services())
  const jar = await cookies()
  if (token || jar.has(name)) jar.set(name, token?.reveal() ?? '', token ? options : { ...options, maxAge: 0 })
}
