'use server'

import { refresh } from 'next/cache'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { correlationId } from '@/app/_server/correlation-id'
import { invitationOf } from '@/app/_server/invitation'
import { requireSameOrigin } from '@/app/_server/same-origin'
import { services } from '@/app/_server/services'
import { findApplicant, requireApplicant } from '@/app/_server/session'
import { stopShare } from '@/lib/sharing/end-share'
import { ownShare, wordOf } from '@/lib/sharing/own-share'
import { startShare } from '@/lib/sharing/start-share'

/** Begins to show the figures to whoever gets the code, which the page that follows draws. */
export async function startSharing(): Promise<void> {
  await requireSameOrigin()
  const applicant = await requireApplicant()
  const { sharing, ...deps } = await services()
  if (!sharing) redirect('/balance')
  const invitation = await invitationOf(applicant)
  const started = await startShare({ ...deps, shareCodeKey: sharing.codeKey }, { ...applicant, invitationId: invitation?.id ?? null, correlationId: await correlationId() })
  if (!started.ok) redirect(`/balance?share=${started.reason}`)
  await drawAnew()
}

/** The adviser sees nothing any more, wherever they are. */
export async function stopSharing(): Promise<void> {
  await requireSameOrigin()
  const { token } = await requireApplicant()
  await stopShare(await services(), { token, correlationId: await correlationId() })
  await drawAnew()
}

/** Where there is JavaScript the page changes in its place; elsewhere it is fetched anew, so that loading it again sends nothing twice. */
async function drawAnew(): Promise<void> {
  if ((await headers()).has('next-action')) refresh()
  else redirect('/balance#share')
}

/** How the customer's own share stands, asked by their page while its stream is silent. Keeps no log-in alive. */
export async function askOwnShare(): Promise<string> {
  await requireSameOrigin()
  const { applicant } = await findApplicant(false)
  return applicant ? wordOf(await ownShare(await services(), applicant.token)) : 'none'
}
