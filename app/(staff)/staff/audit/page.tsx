import { z } from 'zod'
import { auditSearchIn } from '@/app/_server/audit-query'
import { correlationId } from '@/app/_server/correlation-id'
import { staffBank, staffVisitor } from '@/app/_server/staff-session'
import { StaffFrame } from '@/app/_server/staff-shell'
import { titled } from '@/app/_server/titled'
import { AuditPage, auditTroubles } from '@/components/staff/audit-page'
import { findings } from '@/components/staff/find-person-form'
import { AuditUnreadablePage } from '@/components/staff/audit-unreadable-page'
import { MOST_EXPORTED, readAudit } from '@/lib/audit/read-audit'
import { MOST_COUNTED, readSealStatus } from '@/lib/audit/seal-status'
import { safeError } from '@/lib/log'
import { placeInAddress } from '@/lib/audit/audit-place'
import { findPersonInAudit } from './actions'

export const generateMetadata = titled('audit')

const told = z.object({ why: z.enum(auditTroubles).nullable().catch(null), found: z.enum(findings).nullable().catch(null) })

/** The log for an auditor. That it is read is logged first; when that cannot be, nothing of it is shown. */
export default async function Audit({ searchParams }: PageProps<'/staff/audit'>) {
  const visitor = await staffVisitor('auditor')
  const bank = await staffBank()
  const given = await searchParams
  const { search, wrong, filter, before } = auditSearchIn(given)
  const { why, found } = told.parse(given)
  const reference = await correlationId()
  const read = wrong.length > 0 ? null : await readAudit(bank, { filter, before, staffRef: visitor.session.staffRef, correlationId: reference }).catch((error: unknown) => {
    bank.log.error('The audit log could not be read', { ...safeError(error), correlationId: reference })
    return 'unreadable' as const
  })
  if (read === 'unreadable')
    return (
      <StaffFrame visitor={visitor} at="auditor">
        <AuditUnreadablePage reference={reference} />
      </StaffFrame>
    )
  const [seal, staff] = await Promise.all([readSealStatus(bank), bank.staff.store.members()])
  const page = read?.ok ? read.value : null
  return (
    <StaffFrame visitor={visitor} at="auditor">
      <AuditPage
        search={search} wrong={wrong} entries={page && page.entries} next={page?.next ? placeInAddress(page.next) : null} older={before !== null} trouble={read && !read.ok ? read.reason : why}
        staff={staff} seal={seal} mostCounted={MOST_COUNTED} mostExported={MOST_EXPORTED} findPerson={findPersonInAudit} finding={found}
      />
    </StaffFrame>
  )
}
