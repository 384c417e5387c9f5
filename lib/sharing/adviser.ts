import type { StaffSession } from '@/lib/staff/staff-session'

/** Somebody of the bank's who is logged in and wants to see what a customer shows. The role that this takes is `adviser`. */
export type Adviser = Pick<StaffSession, 'tokenHash' | 'staffRef' | 'unit' | 'roles'>
