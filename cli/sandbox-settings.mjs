/** What the sandbox is told about us, and what the app is told about the sandbox. */

const BANK = { name: 'Testbanken AS', orgNumber: '311111116' }
const SCOPE = 'lanekassen:lan/v1/saldoopplysninger'
const IDPORTEN_CLIENT = 'saldosyn-idporten'
const STAFF_CLIENT = 'saldosyn-staff'
/** Altinn 2 gives consent tokens of its own; Altinn 3 wants only the first two. */
const ALTINN_SCOPES = ['altinn:consentrequests.write', 'altinn:consentrequests.read', 'altinn:consenttokens.read', 'altinn:consenttokens.write']
const transportOf = (altinn2) => (altinn2 ? 'altinn2' : 'altinn3-single')

/**
 * The registrations that a real bank makes with the portals (public keys only), for SANDBOX_REGISTRATION.
 * @param {{ appUrl: string, keys: Awaited<ReturnType<typeof import('./sandbox-keys.mjs').sandboxKeys>>, altinn2?: boolean }} about
 */
export const registration = ({ appUrl, keys, altinn2 = false }) => ({
  appUrl,
  bank: BANK,
  idporten: { clientId: IDPORTEN_CLIENT, jwks: { keys: [keys.idporten.public] } },
  staff: { clientId: STAFF_CLIENT, clientSecret: keys.staffClientSecret },
  maskinporten: [{
    clientId: keys.maskinportenClientId, orgNumber: BANK.orgNumber, jwks: { keys: [keys.maskinporten.public] },
    scopes: [...ALTINN_SCOPES, SCOPE],
  }],
  delegations: [],
  lanekassen: { apiKey: keys.lanekassenApiKey, transport: transportOf(altinn2) },
  resource: { id: 'slk_5498_1', metadataKey: 'navn' },
  altinn2: { apiKeys: [{ apiKey: keys.altinnApiKey, orgNumber: BANK.orgNumber }] },
})

/**
 * Every setting of the app, pointed at the sandbox.
 * @param {{ appUrl: string, sandboxUrl: string, databaseUrl: string, ownerUrl: string, keys: Awaited<ReturnType<typeof import('./sandbox-keys.mjs').sandboxKeys>>, altinn2?: boolean }} about
 * @returns {Record<string, string>}
 */
export const appSettings = ({ appUrl, sandboxUrl, databaseUrl, ownerUrl, keys, altinn2 = false }) => ({
  APP_URL: appUrl,
  DEPLOYMENT: 'sandbox',
  DATABASE_URL: databaseUrl,
  DATABASE_OWNER_URL: ownerUrl,
  AUTH_SECRET: keys.authSecret,
  ENCRYPTION_KEYS: `k1:${keys.encryptionKey}`,
  FINGERPRINT_KEY: keys.fingerprintKey,
  AUDIT_SIGNING_KEY: JSON.stringify(keys.audit),
  RECEIPT_SIGNING_KEY: JSON.stringify(keys.receipt),
  BANK_NAME: BANK.name,
  BANK_ORG_NUMBER: BANK.orgNumber,
  IDPORTEN_ISSUER: `${sandboxUrl}/idporten`,
  IDPORTEN_CLIENT_ID: IDPORTEN_CLIENT,
  IDPORTEN_JWK: JSON.stringify(keys.idporten.private),
  STAFF_ISSUER: `${sandboxUrl}/staff`,
  STAFF_CLIENT_ID: STAFF_CLIENT,
  STAFF_CLIENT_SECRET: keys.staffClientSecret,
  STAFF_UNIT_CLAIM: 'department',
  STAFF_NATIONAL_ID_CLAIM: 'pid',
  MASKINPORTEN_ISSUER: `${sandboxUrl}/maskinporten/`,
  MASKINPORTEN_CLIENT_ID: keys.maskinportenClientId,
  MASKINPORTEN_JWK: JSON.stringify(keys.maskinporten.private),
  CONSENT_PROVIDER: altinn2 ? 'altinn2' : 'altinn3',
  ...(altinn2 ? { ALTINN2_URL: `${sandboxUrl}/altinn2`, ALTINN_API_KEY: keys.altinnApiKey } : { ALTINN_PLATFORM_URL: `${sandboxUrl}/altinn` }),
  ALTINN_CONSENT_PAGE_ORIGIN: sandboxUrl,
  LANEKASSEN_URL: `${sandboxUrl}/lanekassen/saldo/v1/Accounts`,
  LANEKASSEN_API_KEY: keys.lanekassenApiKey,
  LANEKASSEN_SCOPE: SCOPE,
  LANEKASSEN_CONSENT_TRANSPORT: transportOf(altinn2),
  ADVISER_SHARING: 'live',
})

const SETTING = /^(APP_URL|BANKS|DEPLOYMENT|AUTH_(SECRET|URL)|ENCRYPTION_KEYS|FINGERPRINT_KEY|AUDIT_(SIGNING_KEY|CHECKPOINT_FILE)|DATABASE_((OWNER|RETENTION)_)?URL|(BANK|SUPPLIER|IDPORTEN|STAFF|MASKINPORTEN|ALTINN|ALTINN2|LANEKASSEN|SESSION|RECEIPT)_[A-Z0-9_]+|CONSENT_(PROVIDER|DURATION_DAYS)|ADVISER_SHARING|METRICS_TOKEN|BACKGROUND_JOBS|OTEL_EXPORTER_OTLP_ENDPOINT|SHARE_(PURPOSES|ADVISER_NAMES))(_FILE)?$/

/**
 * Takes every setting of the app out of a child's environment, so that none of the operator's own seeps in.
 * @param {Record<string, string | undefined>} [env]
 * @returns {Record<string, undefined>}
 */
export const withoutSettings = (env = process.env) => Object.fromEntries(Object.keys(env).filter((name) => SETTING.test(name)).map((name) => [name, undefined]))
