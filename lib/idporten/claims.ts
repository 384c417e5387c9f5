import { z } from 'zod'
import { NationalId } from '@/lib/national-id'
import { fail, ok, type Result } from '@/lib/result'

export type LogInRefusal =
  /** The log-in was weaker than the bank asks for. */
  | 'level-too-low'
  /** A foreign eID without a Norwegian national id, or a number that is not one here. */
  | 'no-national-id'
  /** Anything else that an id_token must have and this one has not. */
  | 'id-token-invalid'

export type VerifiedLogIn = { readonly nationalId: NationalId; readonly sid: string; readonly acr: string }
export type LogInRules = { readonly acr: Level; readonly nonce?: string; readonly synthetic: boolean; readonly testId: boolean }

/** ID-porten's levels from low to high; the names from before 2023 (Level3, Level4) are refused like any unknown one. */
export const levels = ['idporten-loa-low', 'idporten-loa-substantial', 'idporten-loa-high'] as const
export type Level = (typeof levels)[number]

const claims = z.object({
  acr: z.string(),
  sid: z.string().min(1).max(200),
  pid: z.string().optional(),
  /** A string or an array, and no ground for any right. */
  amr: z.union([z.string(), z.array(z.string())]).optional(),
  /** When the person identified themselves: earlier than the token, when another service's log-in was taken over (SSO). */
  auth_time: z.number().int(),
})

/** Seconds that ID-porten lets one log-in serve all services, and by which clocks may differ (oidc_func_sso). */
const LONGEST = 120 * 60
const TOLERANCE = 10

/** Reads an id_token whose signature, issuer, audience, times and nonce are already checked (oidc_protocol_id_token). */
export function checkClaims(payload: unknown, rules: LogInRules, now: Date): Result<VerifiedLogIn, LogInRefusal> {
  const { data } = claims.safeParse(payload)
  if (!data) return fail('id-token-invalid')
  const { acr, sid, pid, amr, auth_time: identifiedAt } = data
  const given = levels.findIndex((level) => level === acr)
  if (given === -1 || given < levels.indexOf(rules.acr)) return fail('level-too-low')
  if (!rules.testId && [amr ?? []].flat().some((method) => method.toLowerCase() === 'testid')) return fail('id-token-invalid', 'TestID')
  const ago = now.getTime() / 1000 - identifiedAt
  if (ago < -TOLERANCE || ago > LONGEST + TOLERANCE) return fail('id-token-invalid', 'auth_time')
  const nationalId = pid === undefined ? null : NationalId.parse(pid, { synthetic: rules.synthetic })
  return nationalId ? ok({ nationalId, sid, acr }) : fail('no-national-id')
}
