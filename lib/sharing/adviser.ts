import type { StaffSession } from '@/lib/staff/staff-session'

/** Somebody of the bank's who is logged in and wants to see what a customer shows. The role that this takes is `adviser`. */
export type Adviser = Pick<StaffSession, 'tokenHash' | 'staffRef' | 'unit' | 'roles'>

/** What a customer may be told of those who looked, by their references: the names that are known. Who is not in it is told of by role and unit alone. */
export type AdviserNames = (staffRefs: readonly string[]) => Promise<ReadonlyMap<string, string>>
/** Of a bank that tells no names. */
export const noNames: AdviserNames = async () => new Map()
