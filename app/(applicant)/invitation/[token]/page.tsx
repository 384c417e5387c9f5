import { findApplicant } from '@/app/_server/session'
import { services } from '@/app/_server/services'
import { Shell } from '@/app/_server/shell'
import { titled } from '@/app/_server/titled'
import { AskedPage, InvitationGone } from '@/components/sharing/asked-page'
import { findInvitation, parseInvitationToken } from '@/lib/sharing/invite'
import { declineInvitation, followInvitation } from './actions'

export const generateMetadata = titled('asked')

/** Where an invitation leads. Opening it changes nothing, and says nothing of who asks: a link may go astray. */
export default async function Asked({ params }: PageProps<'/invitation/[token]'>) {
  const { applicant } = await findApplicant()
  const { token: given } = await params
  const bank = await services()
  const token = bank.sharing ? parseInvitationToken(given) : null
  const invitation = token && (await findInvitation(bank, { token, subjectRef: applicant?.session.subjectRef ?? null }))
  return <Shell applicant={applicant}>{invitation ? <AskedPage bankName={bank.config.BANK_NAME} loggedIn={applicant !== null} goOn={followInvitation.bind(null, given)} decline={declineInvitation} /> : <InvitationGone />}</Shell>
}
