import { generateKeyPairSync } from 'node:crypto'
import { importJWK, type CryptoKey, type JWK } from 'jose'
import type { RegistrationFile } from '../registration.ts'

export const BANK = '311111116'
export const SUPPLIER = '312222221'
export const bankClient = '11111111-2222-4333-8444-555555555555'
export const supplierClient = '66666666-7777-4888-9999-000000000000'
export const API_KEY = 'nokkel-fra-lanekassen'
export const ALTINN_KEY = 'nokkel-fra-altinn'
export const SUPPLIERS_ALTINN_KEY = 'leverandorens-nokkel-fra-altinn'
export const SCOPES = { write: 'altinn:consentrequests.write', read: 'altinn:consentrequests.read', tokens: 'altinn:consenttokens.read', usage: 'altinn:consenttokens.write', balance: 'lanekassen:lan/v1/saldoopplysninger' } as const

export type OwnKey = { kid: string; publicJwk: JWK & { kid: string; kty: 'RSA'; n: string; e: string }; sign: CryptoKey }

async function newKey(kid: string): Promise<OwnKey> {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const publicJwk = { ...pair.publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' } as OwnKey['publicJwk']
  return { kid, publicJwk, sign: (await importJWK(pair.privateKey.export({ format: 'jwk' }) as JWK, 'RS256')) as CryptoKey }
}

/** The bank's, the supplier's and a stranger's keys; made once for each test file. */
export const keys = { login: await newKey('bank-login-test'), bank: await newKey('bank-saldo-test'), supplier: await newKey('supplier-test'), stranger: await newKey('stranger') }

/** A complete registration: the bank as a direct customer, and a supplier to whom it has delegated. */
export const registration = (appUrl = 'http://localhost:3999'): RegistrationFile => ({
  appUrl,
  bank: { name: 'Testbanken AS', orgNumber: BANK },
  idporten: { clientId: 'bank-web', jwks: { keys: [keys.login.publicJwk] } },
  staff: { clientId: 'bank-staff', clientSecret: 'hemmelig-for-ansatte' },
  maskinporten: [
    { clientId: bankClient, orgNumber: BANK, jwks: { keys: [keys.bank.publicJwk] }, scopes: Object.values(SCOPES) },
    { clientId: supplierClient, orgNumber: SUPPLIER, jwks: { keys: [keys.supplier.publicJwk] }, scopes: Object.values(SCOPES) },
  ],
  delegations: [{ consumer: BANK, supplier: SUPPLIER, scopes: Object.values(SCOPES) }],
  lanekassen: { apiKey: API_KEY, transport: 'altinn3-single' },
  resource: { id: 'slk_5498_1', metadataKey: 'navn' },
  altinn2: { apiKeys: [{ apiKey: ALTINN_KEY, orgNumber: BANK }, { apiKey: SUPPLIERS_ALTINN_KEY, orgNumber: SUPPLIER }] },
})
