/** A second bank beside the first, for which a supplier asks: what the sandbox is told of them, and what the app. */
import path from 'node:path'

const FJORDBANKEN = { name: 'Fjordbanken AS', orgNumber: '313333337' }
const SUPPLIER = { name: 'Samdrift AS', orgNumber: '312222221' }
const IDPORTEN_CLIENT = 'fjordbanken-idporten'

/** Browsers take every name that ends so for this machine (RFC 6761 §6.3). */
export const secondOrigin = (appUrl) => appUrl.replace('//localhost', '//fjordbanken.localhost')

/**
 * The registration of one bank, and beside it the second: with log-in and key of its own, and the supplier's client.
 * @param {ReturnType<typeof import('./sandbox-settings.mjs').registration>} first
 * @param {Awaited<ReturnType<typeof import('./sandbox-keys.mjs').sandboxKeys>>} keys those of the second bank and its supplier
 */
export function withFjordbanken(first, keys) {
  const { scopes } = first.maskinporten[0]
  return {
    ...first,
    maskinporten: [...first.maskinporten, { clientId: keys.maskinportenClientId, orgNumber: SUPPLIER.orgNumber, jwks: { keys: [keys.maskinporten.public] }, scopes }],
    delegations: [{ consumer: FJORDBANKEN.orgNumber, supplier: SUPPLIER.orgNumber, scopes }],
    altinn2: { apiKeys: [...first.altinn2.apiKeys, { apiKey: keys.altinnApiKey, orgNumber: SUPPLIER.orgNumber }] },
    organisations: { [SUPPLIER.orgNumber]: SUPPLIER.name },
    moreBanks: [{ appUrl: secondOrigin(first.appUrl), bank: FJORDBANKEN, idporten: { clientId: IDPORTEN_CLIENT, jwks: { keys: [keys.idporten.public] } }, lanekassen: { apiKey: keys.lanekassenApiKey } }],
  }
}

/**
 * The setting BANKS: an entry for each bank, with what is its own. The rest is in the environment.
 * @param {Record<string, string>} settings
 * @param {Awaited<ReturnType<typeof import('./sandbox-keys.mjs').sandboxKeys>>} keys those of the second bank and its supplier
 */
export function banksSetting({ APP_URL, BANK_NAME, BANK_ORG_NUMBER, CONSENT_PROVIDER }, keys) {
  return JSON.stringify([
    { APP_URL, BANK_NAME, BANK_ORG_NUMBER },
    {
      APP_URL: secondOrigin(APP_URL),
      BANK_NAME: FJORDBANKEN.name,
      BANK_ORG_NUMBER: FJORDBANKEN.orgNumber,
      SUPPLIER_ORG_NUMBER: SUPPLIER.orgNumber,
      SUPPLIER_NAME: SUPPLIER.name,
      BANK_COLOR: '#0b4f8a',
      BANK_BORDER_RADIUS: '2',
      BANK_LOGO: path.join(import.meta.dirname, 'fjordbanken.svg'),
      AUTH_SECRET: keys.authSecret,
      ENCRYPTION_KEYS: `k1:${keys.encryptionKey}`,
      FINGERPRINT_KEY: keys.fingerprintKey,
      RECEIPT_SIGNING_KEY: JSON.stringify(keys.receipt),
      IDPORTEN_CLIENT_ID: IDPORTEN_CLIENT,
      IDPORTEN_JWK: JSON.stringify(keys.idporten.private),
      MASKINPORTEN_CLIENT_ID: keys.maskinportenClientId,
      MASKINPORTEN_JWK: JSON.stringify(keys.maskinporten.private),
      LANEKASSEN_API_KEY: keys.lanekassenApiKey,
      ...(CONSENT_PROVIDER === 'altinn2' && { ALTINN_API_KEY: keys.altinnApiKey }),
    },
  ])
}
