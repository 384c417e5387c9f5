import { staffVisitor } from '@/app/_server/staff-session'
import { StaffFrame } from '@/app/_server/staff-shell'
import { titled } from '@/app/_server/titled'
import { StaffHomePage } from '@/components/staff/staff-home-page'

export const generateMetadata = titled('staff')

export default async function StaffHome() {
  const visitor = await staffVisitor('any')
  return (
    <StaffFrame visitor={visitor} at="adviser">
      <StaffHomePage roles={visitor.session.roles} />
    </StaffFrame>
  )
}
