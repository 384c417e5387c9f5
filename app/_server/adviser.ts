import { headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { fingerprint } from '@/lib/sealed'
import type { Adviser } from '@/lib/sharing/adviser'
import { findStaff, staffBank, wayOut, type StaffBank, type StaffVisitor } from './staff-session'

export type SharingBank = StaffBank & { readonly sharing: NonNullable<StaffBank['sharing']> }
/** An adviser who is here, as the verbs know them. */
export type HereAdviser = { readonly visitor: StaffVisitor; readonly adviser: Adviser; readonly readerKey: Uint8Array }

/** The bank of this request where customers share with advisers; elsewhere the answer is 404. */
export async function sharingBank(): Promise<SharingBank> {
  const bank = await staffBank()
  const { sharing } = bank
  if (!sharing) notFound()
  return { ...bank, sharing }
}

/** The adviser of this request, if they may go on; null else. `touch`: somebody has pressed something. */
export async function findAdviser(touch: boolean): Promise<HereAdviser | null> {
  const { visitor } = await findStaff('adviser', touch)
  return visitor && { visitor, adviser: visitor.session, readerKey: visitor.readerKey }
}

/** The same for a page or an action, with a way out. A page that loads itself anew does not keep its log-in alive. */
export async function requireAdviser(): Promise<HereAdviser> {
  const given = await headers()
  const byHand = given.get('sec-fetch-mode') !== 'navigate' || given.get('sec-fetch-user') === '?1'
  const found = await findStaff('adviser', byHand)
  if (!found.visitor) redirect(await wayOut(found.why))
  return { visitor: found.visitor, adviser: found.visitor.session, readerKey: found.visitor.readerKey }
}

/**
 * Where an adviser calls from, as a keyed hash: tries are counted by it. The last address that a proxy has added is the one that
 * the proxy has seen; what stands before it anybody can write.
 */
export async function addressOfCaller({ config }: Pick<SharingBank, 'config'>): Promise<string> {
  const last = (await headers()).get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? ''
  return Buffer.from(fingerprint(config.FINGERPRINT_KEY, 'address', last)).toString('base64url')
}
