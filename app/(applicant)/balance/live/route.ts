import type { NextRequest } from 'next/server'
import { eventStream } from '@/app/_server/event-stream'
import { installation, services } from '@/app/_server/services'
import { findApplicant } from '@/app/_server/session'
import { followShare } from '@/lib/sharing/follow-share'
import { ownShare, wordOf } from '@/lib/sharing/own-share'

/** Tells the customer's page when their share changes: in a word, never what it holds. Keeps no log-in alive. */
export async function GET(request: NextRequest): Promise<Response> {
  const bank = await services()
  const { applicant } = await findApplicant(false)
  const share = bank.sharing && applicant && (await ownShare(bank, applicant.token))
  // 204 tells the browser not to ask again.
  if (!applicant || !share) return new Response(null, { status: 204 })
  const ask = async () => wordOf(await ownShare(bank, applicant.token))
  const of = { bank: bank.config.BANK_ORG_NUMBER, id: share.id }
  return eventStream(request, (signal) => followShare({ news: installation().shareNews, share: of, ask, every: 1_000, signal }), (word) => word.startsWith('ended'))
}
