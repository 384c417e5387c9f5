import type { Clock } from '@/lib/clock'
import type { NationalId } from '@/lib/national-id'
import type { SubjectStore } from '@/lib/subject/subject-store'
import type { ProtectedPersonStore } from './protected-person-store'
import { staffEvent, type StaffStore } from './staff-store'

/** The admin who does it, and the reference of the request. */
export type Admin = { readonly staffRef: string; readonly correlationId: string }

/** Ends every log-in of an employee, with what hangs on them; how many there were. The log says who ordered it, also when there was none. */
export function endSessionsOf({ clock, staff: { store } }: { readonly clock: Clock; readonly staff: { readonly store: StaffStore } }, { target, staffRef, correlationId }: Admin & { readonly target: string }): Promise<number> {
  const at = clock.now()
  return store.endAtWord({ staffRef: target }, { reason: 'ended-by-admin', at, correlationId }, staffEvent(staffRef, 'staff-session.end-ordered', { at, correlationId }))
}

type Deps = { readonly clock: Clock; readonly protectedPeople: ProtectedPersonStore; readonly subjects: Pick<SubjectStore, 'findRef'> }

/**
 * Puts somebody on the list of those whose figures no adviser opens, or takes them off it; true when that changed something.
 * The log names them by the reference under which it knows them as a customer, if it does: never by their number.
 */
export async function changeProtection({ clock, protectedPeople, subjects }: Deps, { nationalId, change, staffRef, correlationId }: Admin & { readonly nationalId: NationalId; readonly change: 'add' | 'remove' }): Promise<boolean> {
  const type = change === 'add' ? 'protected-person.added' : 'protected-person.removed'
  const event = { ...staffEvent(staffRef, type, { at: clock.now(), correlationId }), subjectRef: await subjects.findRef(nationalId) }
  return change === 'add' ? protectedPeople.add(nationalId, staffRef, event) : protectedPeople.remove(nationalId, event)
}
