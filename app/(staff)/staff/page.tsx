import { correlationId } from '@/app/_server/correlation-id'
import { staffBank, staffVisitor, type StaffVisitor } from '@/app/_server/staff-session'
import { StaffFrame } from '@/app/_server/staff-shell'
import { titled } from '@/app/_server/titled'
import { AdviserRoom } from '@/components/sharing/adviser-room'
import { StaffHomePage } from '@/components/staff/staff-home-page'
import { adviserShare } from '@/lib/sharing/adviser-share'
import { INVITATION_DAYS } from '@/lib/sharing/invite'
import { hasRole } from '@/lib/staff/staff-session'
import { makeInvitation, openByCode, openByInvitation } from './share-actions'

export const generateMetadata = titled('staff')

export default async function StaffHome() {
  const visitor = await staffVisitor('any')
  const { sharing } = await staffBank()
  return (
    <StaffFrame visitor={visitor} at="adviser">
      <StaffHomePage roles={visitor.session.roles}>{sharing && hasRole(visitor.session, 'adviser') ? <Room visitor={visitor} purposes={sharing.purposes} /> : undefined}</StaffHomePage>
    </StaffFrame>
  )
}

/** Hours back that an adviser's own list goes. */
const HOURS = 12

async function Room({ visitor: { session }, purposes }: { readonly visitor: StaffVisitor; readonly purposes: readonly string[] }) {
  const bank = await staffBank()
  const [now, reference] = [bank.clock.now(), await correlationId()]
  const [opened, invitations] = await Promise.all([bank.shares.openedBy(session.staffRef, new Date(now.getTime() - HOURS * 3_600_000)), bank.invitations.waitingFor(session.staffRef, now)])
  const views = (await Promise.all(opened.map(({ id }) => adviserShare(bank, { id, adviser: session, correlationId: reference })))).filter((view) => view !== null)
  return <AdviserRoom purposes={purposes} views={views} invitations={invitations} invitationDays={INVITATION_DAYS} open={openByCode} openInvited={openByInvitation} invite={makeInvitation} />
}
