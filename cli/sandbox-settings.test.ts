/** What the launcher says fits those who read it: the app's own settings, and the sandbox's registration. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../lib/config'
import { parseBanks } from '../lib/config-banks'
import { checkRegistration } from '../sandbox/registration'
import { sandboxKeys } from './sandbox-keys.mjs'
import { appSettings, registration, withoutSettings } from './sandbox-settings.mjs'
import { banksSetting, withFjordbanken } from './two-banks.mjs'

const folder = mkdtempSync(join(tmpdir(), 'saldosyn-keys-'))
const file = join(folder, 'keys.json')
let keys: Awaited<ReturnType<typeof sandboxKeys>>
beforeAll(async () => { keys = await sandboxKeys(file) })
afterAll(() => { rmSync(folder, { recursive: true }) })

const settings = () => appSettings({ appUrl: 'http://localhost:3000', sandboxUrl: 'http://127.0.0.1:4000', databaseUrl: 'postgresql://app:x@127.0.0.1/saldosyn', ownerUrl: 'postgresql://owner:x@127.0.0.1/saldosyn', keys })

test("the app takes the sandbox's settings", () => {
  expect(parseConfig(settings())).toMatchObject({ DEPLOYMENT: 'sandbox', CONSENT_PROVIDER: 'altinn3', BANK_NAME: 'Testbanken AS' })
})

test('and would take none of them for the real thing', () => {
  expect(() => parseConfig({ ...settings(), DEPLOYMENT: 'production' })).toThrow(/IDPORTEN_ISSUER/)
})

test('the sandbox takes the registration, and no private key is in it', () => {
  const told = registration({ appUrl: 'http://localhost:3000', keys })
  expect(checkRegistration(told).maskinporten[0]).toMatchObject({ clientId: keys.maskinportenClientId, orgNumber: '311111116' })
  expect(JSON.stringify(told)).not.toContain(keys.maskinporten.private.d)
  expect(JSON.stringify(told)).not.toContain(keys.idporten.private.d)
})

test('with a second bank, each is registered under the address, the number and the key that the app has for it', async () => {
  const theirs = await sandboxKeys()
  const told = checkRegistration(withFjordbanken(registration({ appUrl: 'http://localhost:3000', keys }), theirs))
  const { banks } = parseBanks({ ...settings(), BANKS: banksSetting(settings(), theirs) })
  expect(banks.map((bank) => [bank.APP_URL, bank.BANK_NAME, bank.BANK_ORG_NUMBER, bank.LANEKASSEN_API_KEY.reveal()])).toEqual(told.banks.map((bank) => [bank.appUrl, bank.name, bank.orgNumber, bank.apiKey]))
  expect(told.delegations).toMatchObject([{ consumer: banks[1]?.BANK_ORG_NUMBER, supplier: banks[1]?.SUPPLIER_ORG_NUMBER }])
  expect(JSON.stringify(told)).not.toContain(theirs.maskinporten.private.d)
})

test('with Altinn 2, both sides mean the same key, transport and scopes, also beside a second bank', async () => {
  const theirs = await sandboxKeys()
  const own = registration({ appUrl: 'http://localhost:3000', keys, altinn2: true })
  const told = checkRegistration(withFjordbanken(own, theirs))
  const given = { ...settings(), ...appSettings({ appUrl: 'http://localhost:3000', sandboxUrl: 'http://127.0.0.1:4000', databaseUrl: 'postgresql://app:x@127.0.0.1/saldosyn', ownerUrl: 'postgresql://owner:x@127.0.0.1/saldosyn', keys, altinn2: true }) }
  expect(parseConfig(given)).toMatchObject({ CONSENT_PROVIDER: 'altinn2', ALTINN2_URL: 'http://127.0.0.1:4000/altinn2', LANEKASSEN_CONSENT_TRANSPORT: told.lanekassen.transport, ALTINN_CONSENT_METADATA_KEY: 'Navn' })
  const { banks } = parseBanks({ ...given, BANKS: banksSetting(given, theirs) })
  expect(banks.map((bank) => [bank.ALTINN_API_KEY?.reveal(), bank.SUPPLIER_ORG_NUMBER ?? bank.BANK_ORG_NUMBER])).toEqual(told.altinn2.apiKeys.map(({ apiKey, orgNumber }) => [apiKey, orgNumber]))
  expect(told.maskinporten.every(({ scopes }) => ['altinn:consenttokens.read', 'altinn:consenttokens.write'].every((scope) => scopes.includes(scope)))).toBe(true)
  expect(told.delegations[0]?.scopes).toContain('altinn:consenttokens.read')
})

test('keys are made once, with 3072 bits, and nobody else may read them', async () => {
  expect(await sandboxKeys(file)).toEqual(keys)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(Buffer.from(keys.idporten.public.n ?? '', 'base64url')).toHaveLength(384)
  expect(keys.idporten.public.kid).not.toBe(keys.maskinporten.public.kid)
})

test("no setting of the operator's own seeps into a try-out, nor into a build", () => {
  const own = Object.fromEntries(Object.keys(settings()).flatMap((name) => [[name, 'own'], [`${name}_FILE`, '/own']]))
  expect(Object.keys(withoutSettings({ ...own, PATH: '/bin', HOME: '/', HOSTNAME: 'h', PORT: '1' })).sort()).toEqual(Object.keys(own).sort())
})
