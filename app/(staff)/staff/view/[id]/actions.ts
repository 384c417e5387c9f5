'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { findAdviser, requireAdviser, sharingBank } from '@/app/_server/adviser'
import { correlationId } from '@/app/_server/correlation-id'
import { requireSameOrigin } from '@/app/_server/same-origin'
import { adviserShare } from '@/lib/sharing/adviser-share'
import { leaveShare } from '@/lib/sharing/end-share'

const uuid = z.uuid()

/** The adviser is done: the key is gone, the customer sees it, and the view says that it is over. */
export async function leaveView(id: string): Promise<void> {
  await requireSameOrigin()
  const bank = await sharingBank()
  const { adviser } = await requireAdviser()
  const asked = { id, adviser, correlationId: await correlationId() }
  if (uuid.safeParse(id).success && (await adviserShare(bank, asked))) await leaveShare(bank, { ...asked, shareId: id })
  redirect(`/staff/view/${uuid.safeParse(id).data ?? ''}`)
}

/** Whether the view goes on, asked by it while its stream is silent. Keeps no log-in alive. */
export async function askAdviserShare(id: string): Promise<string> {
  await requireSameOrigin()
  const bank = await sharingBank()
  const here = await findAdviser(false)
  const view = here && uuid.safeParse(id).success ? await adviserShare(bank, { id, adviser: here.adviser, correlationId: await correlationId() }) : null
  return view && view.end === null ? 'open' : 'ended'
}
