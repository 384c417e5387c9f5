import { signWith, type SigningKey } from '@/lib/keys/signing-key'
import { Secret } from '@/lib/secret'

/** RFC 9396: what the token is for. One consent for each grant. */
export type ConsentDetails = { readonly type: 'urn:altinn:consent'; readonly id: string; readonly from: string }

export type GrantClaims = {
  readonly clientId: string
  /** The issuer from Maskinporten's metadata, verbatim. */
  readonly audience: string
  readonly scope: string
  /** Set when we are the supplier acting for this consumer. */
  readonly consumerOrg?: string | undefined
  readonly consent?: ConsentDetails | undefined
}

/** Seconds a grant lives: Maskinporten refuses more than 120 between iat and exp, and rounding must not reach that. */
const LIFE = 100

/** Builds and signs a JWT grant (RFC 7523). A grant works once: the caller gives each attempt a new `jti`. */
export async function signJwtGrant(key: SigningKey, claims: GrantClaims, now: Date, jti: string): Promise<Secret> {
  const iat = Math.floor(now.getTime() / 1000)
  return new Secret(
    await signWith(key, {
      iss: claims.clientId,
      aud: claims.audience,
      scope: claims.scope,
      ...(claims.consumerOrg && { consumer_org: claims.consumerOrg }),
      ...(claims.consent && { authorization_details: [claims.consent] }),
      iat,
      exp: iat + LIFE,
      jti,
    }),
  )
}
