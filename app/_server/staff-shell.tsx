import type { ReactNode } from 'react'
import { StaffShell, type Room } from '@/components/staff/staff-shell'
import { stillHereAsStaff } from '../(staff)/staff/actions'
import { setLocale } from '../actions'
import { logoAddress } from './appearance'
import { timesOf } from './session-times'
import { staffBank, type StaffVisitor } from './staff-session'

/** The frame of a page for the bank's own people, with what the server knows: the bank, and the log-in it was drawn for. */
export async function StaffFrame({ visitor, at, children }: { readonly visitor: StaffVisitor | null; readonly at?: Room; readonly children: ReactNode }) {
  const { config, staff, appearance } = await staffBank()
  const session = visitor && {
    ...timesOf(visitor.session, staff.limits),
    touch: stillHereAsStaff,
    name: await staff.store.nameOf(visitor.session.staffRef),
    unit: visitor.session.unit,
    roles: visitor.session.roles,
  }
  return (
    <StaffShell bankName={config.BANK_NAME} logo={logoAddress(await appearance())} setLocale={setLocale} session={session} at={at}>
      {children}
    </StaffShell>
  )
}
