import { jwtVerify, type JWTVerifyGetKey } from 'jose'
import { areKeysAway } from '@/lib/jwks'
import { fail, ok, type Result } from '@/lib/result'
import type { Secret } from '@/lib/secret'
import { consentTokenClaims, type Service } from './wire'

/** What the token must say to be used: whose consent, to whom, for what, and that it is this very one. */
export type ExpectedConsent = {
  /** The authorization code. */
  readonly code: string
  /** The giver's national id, and the receiver's and its supplier's organisation number. */
  readonly offeredBy: string
  readonly coveredBy: string
  readonly handledBy: string | null
  readonly service: Service
  readonly now: Date
}

/** Seconds the clocks may differ, and a token of this kind may live at most (it lives 30). */
const TOLERANCE = 10
const LONGEST_LIFE = 120
const LONGEST = 366 * 86_400_000

/**
 * Checks Altinn 2's consent token before it is used, so that a mix-up of two people cannot leave this process. The reason
 * names the check that failed and holds nothing of the token. There is no audience in it: the parties stand for that.
 */
export async function checkConsentToken(token: Secret, keys: JWTVerifyGetKey, expected: ExpectedConsent): Promise<Result<void, 'not-our-consent' | 'keys-unavailable'>> {
  const refuse = (check: string) => fail('not-our-consent', check)
  const verified = await jwtVerify(token.reveal(), keys, {
    issuer: 'altinn.no',
    algorithms: ['RS256'],
    requiredClaims: ['exp', 'nbf'],
    clockTolerance: TOLERANCE,
    currentDate: expected.now,
  }).catch((error: unknown) => (areKeysAway(error) ? null : (error as Error & { code: string }).code))
  if (verified === null) return fail('keys-unavailable')
  if (typeof verified === 'string') return refuse(verified)

  const { exp = 0, nbf = 0 } = verified.payload
  if (exp - nbf > LONGEST_LIFE || exp <= nbf) return refuse('life')
  const claims = consentTokenClaims.safeParse(verified.payload)
  if (!claims.success) return refuse(`shape at ${claims.error.issues[0]?.path.join('.')}`)
  const { AuthorizationCode, OfferedBy, RequiredDelegator, CoveredBy, HandledBy, DelegatedDate, ValidToDate, Services } = claims.data
  if (AuthorizationCode.toLowerCase() !== expected.code.toLowerCase()) return refuse('code')
  if (OfferedBy !== expected.offeredBy) return refuse('offeredBy')
  if (RequiredDelegator !== undefined && RequiredDelegator !== expected.offeredBy) return refuse('requiredDelegator')
  if (CoveredBy !== expected.coveredBy) return refuse('coveredBy')
  if ((HandledBy ?? null) !== expected.handledBy) return refuse('handledBy')
  if (DelegatedDate.getTime() > expected.now.getTime() + TOLERANCE * 1000) return refuse('delegatedDate')
  if (ValidToDate <= expected.now || ValidToDate.getTime() > DelegatedDate.getTime() + LONGEST) return refuse('validTo')

  const { code, edition } = expected.service
  const names = Services.map((service) => /^(\d{1,5})[_,](\d{1,4})(?:[_,][^=]+=.*)?$/s.exec(service))
  if (!names.every((name) => name?.[1] === code && Number(name[2]) === edition)) return refuse('service')
  return ok(undefined)
}
