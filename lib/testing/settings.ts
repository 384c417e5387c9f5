import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { newAuditJwk } from './audit-keys'
import { anEd25519Jwk } from './key-pairs'

/** 32 bytes as a setting. */
export const aKey32 = (): string => randomBytes(32).toString('base64')
/** A private key as a setting. */
export const aJwk = (bits = 2048, more: object = { kid: 'bank-2026' }): string => JSON.stringify({ ...generateKeyPairSync('rsa', { modulusLength: bits }).privateKey.export({ format: 'jwk' }), alg: 'RS256', ...more })
export const goodJwk = aJwk()

/** All that an operator must set in the sandbox, where nothing has a known address. Secrets hold the word "canary" where they can. */
export const requiredSettings = {
  APP_URL: 'http://localhost:3000',
  DEPLOYMENT: 'sandbox',
  AUTH_SECRET: aKey32(),
  ENCRYPTION_KEYS: `k1:${aKey32()}`,
  FINGERPRINT_KEY: aKey32(),
  AUDIT_SIGNING_KEY: JSON.stringify(newAuditJwk()),
  DATABASE_URL: 'postgresql://app:canary-password@127.0.0.1/saldosyn',
  BANK_NAME: 'Testbanken AS',
  BANK_ORG_NUMBER: '311111116',
  IDPORTEN_ISSUER: 'http://127.0.0.1:4000/idporten',
  IDPORTEN_CLIENT_ID: 'saldosyn-idporten',
  IDPORTEN_JWK: goodJwk,
  MASKINPORTEN_ISSUER: 'http://127.0.0.1:4000/maskinporten/',
  MASKINPORTEN_CLIENT_ID: '11111111-2222-4333-8444-555555555555',
  MASKINPORTEN_JWK: goodJwk,
  ALTINN_PLATFORM_URL: 'http://127.0.0.1:4000/altinn',
  ALTINN_CONSENT_PAGE_ORIGIN: 'http://127.0.0.1:4000',
  LANEKASSEN_URL: 'http://127.0.0.1:4000/lanekassen/saldo/v1/Accounts',
  LANEKASSEN_API_KEY: 'canary-api-key',
  RECEIPT_SIGNING_KEY: anEd25519Jwk(),
}
