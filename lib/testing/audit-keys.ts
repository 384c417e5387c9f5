import { generateKeyPairSync } from 'node:crypto'

/** A new Ed25519 key as the operator gives it: AUDIT_SIGNING_KEY. */
export function newAuditJwk(): { kty: 'OKP'; crv: 'Ed25519'; x: string; d: string } {
  const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  return { kty: 'OKP', crv: 'Ed25519', x, d }
}
