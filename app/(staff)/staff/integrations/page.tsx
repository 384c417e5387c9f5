import { getLocale } from 'next-intl/server'
import { staffBank, staffVisitor } from '@/app/_server/staff-session'
import { StaffFrame } from '@/app/_server/staff-shell'
import { titled } from '@/app/_server/titled'
import { IntegrationsPage } from '@/components/staff/integrations-page'
import { readIntegrations } from '@/lib/integrations/read-integrations'

export const generateMetadata = titled('integrations')

export default async function IntegrationsRoom() {
  const visitor = await staffVisitor('admin')
  return (
    <StaffFrame visitor={visitor} at="admin">
      <IntegrationsPage state={await readIntegrations(await staffBank())} locale={await getLocale()} />
    </StaffFrame>
  )
}
