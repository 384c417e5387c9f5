import { z } from 'zod'
import { NationalId } from '@/lib/national-id'
import { fail, ok, type Result } from '@/lib/result'
import type { StaffClaims } from '@/lib/staff/staff-provider'
import { rolesAmong } from '@/lib/staff/staff-session'

export type ClaimRules = { readonly role: string; readonly unit: string | undefined; readonly nationalId: string | undefined; readonly synthetic: boolean }

type Payload = Readonly<Record<string, unknown>>

/**
 * A claim by its name; where there is none of that name, dots lead inward (`realm_access.roles`). Only what the payload
 * itself has counts.
 */
export function claimAt(payload: Payload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name]
  let at: unknown = payload
  for (const step of name.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    at = (at as Payload)[step]
  }
  return at
}

const texts = z.union([z.string().transform((text) => text.split(/[\s,]+/)), z.array(z.string())])
/** One unit or several, and a name: whatever they say is shown as one short line. */
const line = (value: unknown): string | null => {
  const { data } = z.union([z.string(), z.array(z.string())]).safeParse(value)
  const whole = [data ?? []].flat().map((text) => text.normalize('NFC').replace(/[\p{C}\s]+/gu, ' ').trim()).filter((text) => text !== '').join(', ')
  return whole === '' ? null : whole.slice(0, 100)
}

/**
 * Reads what the provider says of an employee, from an id_token that is already checked or from its userinfo. A role that
 * is none of ours gives nothing. Where a national id is asked for and something else stands there, the whole is refused: an
 * adviser who cannot be told from their customer must not be let in by a slip. One that is missing is no slip.
 */
export function readStaffClaims(payload: Payload, rules: ClaimRules): Result<StaffClaims, 'no-sub' | 'not-a-national-id'> {
  const { data: sub } = z.string().min(1).max(255).safeParse(payload.sub)
  if (sub === undefined) return fail('no-sub')
  const digits = rules.nationalId === undefined ? undefined : (claimAt(payload, rules.nationalId) ?? undefined)
  const nationalId = typeof digits === 'string' ? NationalId.parse(digits, rules) : null
  if (digits !== undefined && !nationalId) return fail('not-a-national-id')
  return ok({
    sub,
    name: line(payload.name) ?? line(payload.preferred_username),
    roles: rolesAmong(texts.safeParse(claimAt(payload, rules.role)).data ?? []),
    unit: rules.unit === undefined ? null : line(claimAt(payload, rules.unit)),
    nationalId,
  })
}
