import { getLocale } from 'next-intl/server'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { decrypt, deriveKey, encrypt } from '@/lib/sealed'
import { Secret } from '@/lib/secret'
import { logInStaff, type StaffLogInRefusal } from '@/lib/staff/log-in-staff'
import type { StaffTransaction } from '@/lib/staff/staff-provider'
import { staffLogInCookie, staffSessionCookie } from './cookies'
import { correlationId } from './correlation-id'
import { findStaff, staffBank, type StaffBank } from './staff-session'

/** Why an employee stands at the log-in again; goes in the address, with the reference. */
export const staffLogInProblems = ['cancelled', 'no-role', 'log-in-failed', 'provider-unavailable'] as const
export type StaffLogInProblem = (typeof staffLogInProblems)[number]

const startWith = (why: StaffLogInProblem, reference: string): string => `/staff/login?${new URLSearchParams({ why, ref: reference }).toString()}`

/** Sends the browser to the bank's provider, with a cookie of ours that its answer will be held to. */
export async function startStaffLogIn(): Promise<never> {
  const bank = await staffBank()
  const begun = await bank.staff.provider.begin(await getLocale())
  if (!begun.ok) redirect(startWith('provider-unavailable', await correlationId()))
  const { name, options } = staffLogInCookie(bank)
  ;(await cookies()).set(name, sealed(bank, begun.value.transaction), options)
  redirect(begun.value.address)
}

/** Takes the answer that the browser brings; gives the address of the next page. The log-in that was underway is used up. */
export async function takeStaffAnswer(parameters: URLSearchParams): Promise<string> {
  const bank = await staffBank()
  const jar = await cookies()
  const [underway, session] = [staffLogInCookie(bank), staffSessionCookie(bank)]
  const transaction = opened(bank, jar.get(underway.name)?.value)
  jar.set(underway.name, '', { ...underway.options, maxAge: 0 })
  const before = jar.get(session.name)?.value
  // Back, or a reload: the log-in was used, and the employee is where it led.
  if (!transaction && (await findStaff('any')).visitor) return '/staff'
  const reference = await correlationId()
  const taken = await logInStaff(bank, { parameters, transaction, before: before ? new Secret(before) : null, correlationId: reference })
  if (!taken.ok) {
    bank.log.warn('A staff log-in did not succeed', { upstream: 'staff', step: 'callback', reason: taken.reason, detail: taken.detail ?? '', correlationId: reference })
    return startWith(problemOf(taken.reason), reference)
  }
  jar.set(session.name, taken.value.token.reveal(), { ...session.options, expires: taken.value.expiresAt })
  return '/staff'
}

function problemOf(reason: StaffLogInRefusal): StaffLogInProblem {
  return reason === 'not-valid' || reason === 'no-transaction' ? 'log-in-failed' : reason
}

const transactionShape = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), begun: z.number() })
const CONTEXT = 'staff-log-in'
const keyOf = ({ config }: StaffBank) => deriveKey(config.AUTH_SECRET, 'staff-log-in')

/** The cookie says nothing to anybody: it is sealed by us, for us. */
const sealed = (bank: StaffBank, transaction: StaffTransaction): string => Buffer.from(encrypt(keyOf(bank), Buffer.from(JSON.stringify(transaction)), CONTEXT)).toString('base64url')

/** Null unless we sealed it, for this bank. */
function opened(bank: StaffBank, cookie: string | undefined): StaffTransaction | null {
  try {
    return transactionShape.parse(JSON.parse(decrypt(keyOf(bank), Buffer.from(cookie ?? '', 'base64url'), CONTEXT).toString('utf8')))
  } catch {
    return null
  }
}
