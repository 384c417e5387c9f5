import { importJWK, SignJWT, type CryptoKey, type JWK } from 'jose'
import { Secret } from '@/lib/secret'

/** The key a client has registered at Maskinporten, imported once: parsing it for each grant triples the cost. */
export type SigningKey = { readonly kid: string; readonly alg: string; readonly key: CryptoKey }

export async function importSigningKey({ kid, alg, jwk }: { kid: string; alg: string; jwk: Secret }): Promise<SigningKey> {
  const key = await importJWK(JSON.parse(jwk.reveal()) as JWK, alg)
  if (key instanceof Uint8Array) throw new Error('an RSA key was expected')
  return { kid, alg, key }
}

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
export async function signJwtGrant({ kid, alg, key }: SigningKey, claims: GrantClaims, now: Date, jti: string): Promise<Secret> {
  const issuedAt = Math.floor(now.getTime() / 1000)
  const payload = {
    scope: claims.scope,
    ...(claims.consumerOrg && { consumer_org: claims.consumerOrg }),
    ...(claims.consent && { authorization_details: [claims.consent] }),
  }
  const jwt = await new SignJWT(payload)
    .setProtectedHeader({ alg, kid })
    .setIssuer(claims.clientId)
    .setAudience(claims.audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFE)
    .setJti(jti)
    .sign(key)
  return new Secret(jwt)
}
