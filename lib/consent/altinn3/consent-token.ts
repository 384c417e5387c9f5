import { jwtVerify, type JWTVerifyGetKey } from 'jose'
import { areKeysAway } from '@/lib/jwks'
import { fail, ok, type Result } from '@/lib/result'
import type { Secret } from '@/lib/secret'
import { consentTokenClaims } from './wire'

/** What the token must say to be used: whose consent, to whom, for what, and that it is this very one. */
export type ExpectedConsent = {
  readonly issuer: string
  readonly id: string
  /** The giver as Altinn writes it (urn). */
  readonly from: string
  /** The receiver as ISO 6523. */
  readonly to: string
  readonly resource: string
  readonly scope: string
  readonly now: Date
}

/** Seconds the clocks may differ. */
const TOLERANCE = 10
const LONGEST = 366 * 86_400_000

/**
 * Checks a consent token before it is used, so that a mix-up of two people cannot leave this process. The reason
 * names the check that failed and holds nothing of the token (its claims: maskinporten_func_samtykke).
 */
export async function checkConsentToken(token: Secret, keys: JWTVerifyGetKey, expected: ExpectedConsent): Promise<Result<void, 'not-our-consent' | 'keys-unavailable'>> {
  const refuse = (check: string) => fail('not-our-consent', check)
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token.reveal())) return refuse('form')
  const verified = await jwtVerify(token.reveal(), keys, {
    issuer: expected.issuer,
    algorithms: ['RS256', 'RS384', 'RS512'],
    requiredClaims: ['exp', 'iat'],
    clockTolerance: TOLERANCE,
    currentDate: expected.now,
  }).catch((error: unknown) => (areKeysAway(error) ? null : (error as Error & { code: string }).code))
  if (verified === null) return fail('keys-unavailable')
  if (typeof verified === 'string') return refuse(verified)

  const latest = expected.now.getTime() + TOLERANCE * 1000
  if ((verified.payload.iat ?? Infinity) * 1000 > latest) return refuse('iat')
  const claims = consentTokenClaims.safeParse(verified.payload)
  const [consent] = claims.data?.authorization_details ?? []
  if (!claims.success || !consent) return refuse(`shape at ${claims.error?.issues[0]?.path.join('.')}`)

  if (claims.data.scope !== expected.scope) return refuse('scope')
  if (claims.data.consumer.ID !== expected.to) return refuse('consumer')
  if (consent.id.toLowerCase() !== expected.id.toLowerCase()) return refuse('id')
  if (consent.from !== expected.from) return refuse('from')
  if (consent.to.ID !== expected.to) return refuse('to')
  if (consent.consented.getTime() > latest) return refuse('consented')
  if (consent.validTo <= expected.now || consent.validTo.getTime() > consent.consented.getTime() + LONGEST) return refuse('validTo')

  const [right, ...otherRights] = consent.consentRights
  const [resource, ...otherResources] = right?.resource ?? []
  if (!right || !resource || otherRights.length > 0 || otherResources.length > 0) return refuse('rights')
  if (right.action.length !== 1 || right.action[0] !== 'consent') return refuse('action')
  if (resource.type !== 'urn:altinn:resource' || resource.value !== expected.resource) return refuse('resource')
  return ok(undefined)
}
