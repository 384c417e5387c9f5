import { z } from 'zod'
import { staffBank, staffVisitor } from '@/app/_server/staff-session'
import { StaffFrame } from '@/app/_server/staff-shell'
import { titled } from '@/app/_server/titled'
import { AccessPage, accessNews } from '@/components/staff/access-page'
import { changeWhoIsProtected, endStaffSessions } from './actions'

export const generateMetadata = titled('access')

const query = z.object({ did: z.enum(accessNews).nullable().catch(null) })

export default async function Access({ searchParams }: PageProps<'/staff/access'>) {
  const visitor = await staffVisitor('admin')
  const { staff, protectedPeople } = await staffBank()
  const { did } = query.parse(await searchParams)
  const [members, entries] = await Promise.all([staff.store.members(), protectedPeople.entries()])
  return (
    <StaffFrame visitor={visitor} at="access">
      <AccessPage members={members} entries={entries} news={did} endSessions={endStaffSessions} changeProtection={changeWhoIsProtected} />
    </StaffFrame>
  )
}
