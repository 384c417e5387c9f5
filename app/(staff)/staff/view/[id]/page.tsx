import { notFound } from 'next/navigation'
import { z } from 'zod'
import { requireAdviser, sharingBank, type HereAdviser } from '@/app/_server/adviser'
import { correlationId } from '@/app/_server/correlation-id'
import { StaffFrame } from '@/app/_server/staff-shell'
import { titled } from '@/app/_server/titled'
import { ShareView, ShareViewEnded } from '@/components/sharing/share-view'
import { safeError } from '@/lib/log'
import { adviserShare } from '@/lib/sharing/adviser-share'
import { lookAtShare } from '@/lib/sharing/look-at-share'
import { askAdviserShare, leaveView } from './actions'

export const generateMetadata = titled('view')

/** What a customer shows this adviser. Each drawing of it is a look, and in the audit log before it is drawn. */
export default async function View({ params }: PageProps<'/staff/view/[id]'>) {
  const bank = await sharingBank()
  const here = await requireAdviser()
  const { data: id } = z.uuid().safeParse((await params).id)
  if (!id) notFound()
  const asked = { id, adviser: here.adviser, correlationId: await correlationId() }
  const view = await adviserShare(bank, asked)
  if (!view) notFound()
  const look = view.end ? null : await lookOrRefusal(id, here)
  const { config } = bank
  return (
    <StaffFrame visitor={here.visitor} at="adviser">
      {look && look !== 'audit-unavailable' ? (
        <ShareView share={view.share} balance={look.value} fetchedAt={look.fetchedAt} hasLogo={config.LANEKASSEN_LOGO !== undefined} live={`/staff/view/${id}/live`} ask={askAdviserShare.bind(null, id)} leave={leaveView.bind(null, id)} />
      ) : (
        <ShareViewEnded end={look ?? view.end ?? (await adviserShare(bank, asked))?.end ?? 'lost'} reference={look ? await correlationId() : null} />
      )}
    </StaffFrame>
  )
}

/** A look that cannot be logged does not happen. */
async function lookOrRefusal(shareId: string, { adviser, readerKey }: HereAdviser) {
  const { sources, log, ...deps } = await sharingBank()
  try {
    return await lookAtShare(deps, { source: sources.studentLoan, shareId, adviser, readerKey, correlationId: await correlationId() })
  } catch (error) {
    log.error('A look at a shared balance could not be logged or opened, and was not shown', { ...safeError(error), correlationId: await correlationId() })
    return 'audit-unavailable'
  }
}
