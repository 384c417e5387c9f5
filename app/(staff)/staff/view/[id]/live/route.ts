import type { NextRequest } from 'next/server'
import { z } from 'zod'
import { findAdviser, sharingBank } from '@/app/_server/adviser'
import { correlationId } from '@/app/_server/correlation-id'
import { eventStream } from '@/app/_server/event-stream'
import { installation } from '@/app/_server/services'
import { adviserShare } from '@/lib/sharing/adviser-share'
import { followShare } from '@/lib/sharing/follow-share'

/** Tells an adviser's view that it goes on, and at once when it does not: in a word, never what is shown. Keeps no log-in alive. */
export async function GET(request: NextRequest, { params }: RouteContext<'/staff/view/[id]/live'>): Promise<Response> {
  const bank = await sharingBank()
  const here = await findAdviser(false)
  const { data: id } = z.uuid().safeParse((await params).id)
  const look = here && id ? { id, adviser: here.adviser, correlationId: await correlationId() } : null
  // 204 tells the browser not to ask again; the view then asks by itself, and hears that it is over.
  if (!look || !(await adviserShare(bank, look))) return new Response(null, { status: 204 })
  const ask = async () => ((await adviserShare(bank, look))?.end === null ? 'open' : 'ended')
  const share = { bank: bank.config.BANK_ORG_NUMBER, id: look.id }
  return eventStream(request, (signal) => followShare({ news: installation().shareNews, share, ask, every: 700, signal }), (word) => word !== 'open')
}
