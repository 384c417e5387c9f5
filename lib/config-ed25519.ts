import { createPrivateKey, createPublicKey } from 'node:crypto'
import { z } from 'zod'
import { publicJwkOf, type PublicJwk } from './ed25519-jwk'
import { Secret } from './secret'

const publicKey = z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string().regex(/^[\w-]{43}$/), d: z.undefined().optional(), kid: z.string().regex(/^[\w.~-]{1,100}$/).optional() })
const privateKey = publicKey.extend({ d: z.string().regex(/^[\w-]{43}$/) })

/** A key that we sign with and whose public half we publish (RFC 8037). */
export type SigningJwk = { readonly kid: string; readonly jwk: Secret; readonly publicJwk: PublicJwk }

/** A private Ed25519 key as JWK. Its `kid` is the one it has, or else its thumbprint (RFC 7638). */
export const ed25519Jwk = z.string().transform((value, context): SigningJwk => {
  const jwk = privateKey.safeParse(jsonOf(value)).data
  if (jwk && belongTogether(jwk)) {
    const publicJwk = publicJwkOf(jwk)
    return { kid: publicJwk.kid, jwk: new Secret(JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: jwk.x, d: jwk.d })), publicJwk }
  }
  context.addIssue('must be a private Ed25519 key as JWK')
  return z.NEVER
})

/** Public Ed25519 keys as a JWK Set. A private one is refused: what stands here is published. */
export const ed25519PublicKeys = z.string().transform((value, context): readonly PublicJwk[] => {
  const set = z.object({ keys: z.array(publicKey) }).safeParse(jsonOf(value)).data
  if (set) return set.keys.map(publicJwkOf)
  context.addIssue('must be a JWK Set of public Ed25519 keys, without their private halves')
  return z.NEVER
})

function belongTogether({ x, d }: { readonly x: string; readonly d: string }): boolean {
  try {
    return publicOf(d) === x
  } catch {
    return false
  }
}

/** The public half that belongs to a private one (RFC 8032), whatever the JWK says beside it: through PKCS#8, which has the private half alone. */
function publicOf(d: string): string | undefined {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(d, 'base64url')])
  return createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })).export({ format: 'jwk' }).x
}

function jsonOf(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return null
  }
}
