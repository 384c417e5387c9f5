import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from './journey.ts'
import type { House } from './steps/house.ts'
import { startsWith } from './steps/starting.ts'

/** Nothing secret that was given as a setting is in what was said. Names of hosts and keys are no secret, and neither are short words. */
function tellsNoValue(house: House, said: string): void {
  for (const [name, value] of Object.entries(house.settings)) {
    if (!/SECRET|KEY|JWK|DATABASE|PASSWORD/.test(name)) continue
    const parts = name.endsWith('_JWK') ? secretMembers(value) : value.split(/[:,@/]/)
    for (const part of [value, ...parts].filter((it) => it.length > 11)) expect(said, name).not.toContain(part)
  }
}

/** What is private in a key; a log may name its `kid` (RFC 7517 §9.3, RFC 7518 §6.3.2). */
function secretMembers(value: string): string[] {
  const jwk = JSON.parse(value) as Record<string, string>
  const secrets = ['d', 'p', 'q', 'dp', 'dq', 'qi'].flatMap((member) => jwk[member] ?? [])
  expect(secrets).toHaveLength(6)
  return secrets
}

test('without its settings it does not start, and names every one that is missing', async ({ house }) => {
  const required = ['APP_URL', 'DEPLOYMENT', 'AUTH_SECRET', 'ENCRYPTION_KEYS', 'FINGERPRINT_KEY', 'AUDIT_SIGNING_KEY', 'DATABASE_URL', 'BANK_NAME', 'BANK_ORG_NUMBER', 'IDPORTEN_ISSUER', 'IDPORTEN_CLIENT_ID', 'IDPORTEN_JWK', 'MASKINPORTEN_ISSUER', 'MASKINPORTEN_CLIENT_ID', 'MASKINPORTEN_JWK', 'ALTINN_PLATFORM_URL', 'ALTINN_CONSENT_PAGE_ORIGIN', 'LANEKASSEN_URL', 'LANEKASSEN_API_KEY', 'RECEIPT_SIGNING_KEY']
  const { code, said } = await startsWith(house, Object.fromEntries(Object.keys(house.settings).map((name) => [name, undefined])))
  expect(code).toBe(1)
  for (const name of required) expect(said).toContain(`${name} is missing`)
})

for (const [what, changes, names] of [
  ['a key too short', { AUTH_SECRET: Buffer.alloc(16, 7).toString('base64') }, ['AUTH_SECRET must be 32 bytes in base64']],
  ['encryption keys without a name', { ENCRYPTION_KEYS: Buffer.alloc(32, 7).toString('base64') }, ['ENCRYPTION_KEYS must be kid:base64']],
  ['a key that is no key', { IDPORTEN_JWK: '{"kty":"RSA","d":"hemmelig-hemmelig"}', MASKINPORTEN_JWK: 'hemmelig-hemmelig' }, ['IDPORTEN_JWK', 'MASKINPORTEN_JWK']],
  ['addresses that are none', { APP_URL: 'hemmelig-hemmelig', LANEKASSEN_URL: 'ftp://hemmelig-hemmelig' }, ['APP_URL', 'LANEKASSEN_URL']],
  ['an organisation number that is none', { BANK_ORG_NUMBER: '123456789' }, ['BANK_ORG_NUMBER']],
  ['a colour that nobody could read on', { BANK_COLOR: '#ffff00' }, ['BANK_COLOR has too little contrast']],
  ['a logo that is none', { BANK_LOGO: '/dev/null' }, ['BANK_LOGO cannot be used']],
  ['a supplier that is the bank itself', { SUPPLIER_ORG_NUMBER: '311111116' }, ['SUPPLIER_ORG_NUMBER must differ from BANK_ORG_NUMBER']],
  ['sessions longer than ID-porten’s', { SESSION_IDLE_MINUTES: '31', SESSION_MAX_MINUTES: '121' }, ['SESSION_IDLE_MINUTES', 'SESSION_MAX_MINUTES']],
  ['a consent longer than a year', { CONSENT_DURATION_DAYS: '366' }, ['CONSENT_DURATION_DAYS']],
  ['a level nobody knows', { IDPORTEN_ACR: 'Level4' }, ['IDPORTEN_ACR']],
  ['a secret given twice', { LANEKASSEN_API_KEY_FILE: '/dev/null' }, ['LANEKASSEN_API_KEY']],
  ['a file that is not there', { AUTH_SECRET: undefined, AUTH_SECRET_FILE: '/no/such/hemmelig-hemmelig' }, ['AUTH_SECRET_FILE cannot be read']],
  ['the sandbox in production', { DEPLOYMENT: 'production' }, ['APP_URL', 'IDPORTEN_ISSUER', 'MASKINPORTEN_ISSUER', 'ALTINN_PLATFORM_URL', 'LANEKASSEN_URL', 'LANEKASSEN_LOGO']],
  ['plain http that leaves the machine', { LANEKASSEN_URL: 'http://lanekassen.example/saldo/v1/Accounts' }, ['LANEKASSEN_URL must be https']],
] as const satisfies readonly (readonly [string, Record<string, string | undefined>, readonly string[]])[]) {
  test(`with ${what} it does not start, names the setting and prints no value`, async ({ house }) => {
    const { code, said } = await startsWith(house, changes)
    expect(code).toBe(1)
    for (const name of names) expect(said).toContain(name)
    expect(said).not.toContain('hemmelig')
    tellsNoValue(house, said)
  })
}

test('a file named without its folder is looked for where the server was started', async ({ house }) => {
  const folder = mkdtempSync(join(tmpdir(), 'saldosyn-started-in-'))
  try {
    writeFileSync(join(folder, 'secret'), 'too short')
    const { said } = await startsWith(house, { AUTH_SECRET: undefined, AUTH_SECRET_FILE: './secret' }, folder)
    expect(said).toContain('AUTH_SECRET must be 32 bytes in base64')
    expect(said).not.toContain('cannot be read')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('with settings that are in order it starts, and still prints no value', async ({ house }) => {
  expect(house.log.app()).toContain('Saldosyn starts')
  expect(house.log.app()).toContain('This key signs for us')
  tellsNoValue(house, house.log.app())
  tellsNoValue(house, house.log.sandbox())
})
