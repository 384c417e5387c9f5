import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ConfigError, parseConfig } from './config'
import { newAuditJwk } from './testing/audit-keys'
import { aJwk as jwk, aKey32 as key32, goodJwk, requiredSettings as required } from './testing/settings'

type Settings = Record<string, string | undefined>

function problemsOf(changes: Settings): readonly string[] {
  try {
    parseConfig({ ...required, ...changes })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}
const isNamed = (problems: readonly string[], name: string) => problems.some((problem) => problem.startsWith(`${name} `))

const twelve = Array.from({ length: 12 }, (_, n) => `${'Formål '.repeat(15)}${n + 10} canary`)

describe('settings that are in order', () => {
  const config = parseConfig(required)

  test('give the defaults of the settings table for what is left out', () => {
    expect(config).toMatchObject({
      IDPORTEN_ACR: 'idporten-loa-high', CONSENT_PROVIDER: 'altinn3', ALTINN_CONSENT_RESOURCE: 'slk_5498_1', ALTINN_CONSENT_METADATA_KEY: 'navn', ADVISER_SHARING: 'off',
      LANEKASSEN_SCOPE: 'lanekassen:lan/v1/saldoopplysninger', LANEKASSEN_CONSENT_TRANSPORT: 'altinn3-single', SESSION_IDLE_MINUTES: 15, SESSION_MAX_MINUTES: 120, CONSENT_DURATION_DAYS: 364,
      STAFF_ROLE_CLAIM: 'roles', STAFF_SCOPE: 'openid profile', STAFF_SESSION_MAX_MINUTES: 480,
      SHARE_PURPOSES: ['Lånesøknad', 'Refinansiering', 'Rådgivning om egen økonomi'], SHARE_ADVISER_NAMES: 'off',
    })
  })

  test('do not print their secrets', () => {
    expect(JSON.stringify(config)).not.toMatch(/canary/)
    expect(config.LANEKASSEN_API_KEY.reveal()).toBe('canary-api-key')
  })

  test('take an address with or without a slash at the end as the same origin', () => {
    expect(parseConfig({ ...required, APP_URL: 'http://localhost:3000/' }).APP_URL).toBe('http://localhost:3000')
  })

  test('take several encryption keys, the first one current', () => {
    const { ENCRYPTION_KEYS } = parseConfig({ ...required, ENCRYPTION_KEYS: `new:${key32()}, old:${randomBytes(32).toString('base64url')}` })
    expect(ENCRYPTION_KEYS.map(({ kid, key }) => [kid, key.length])).toEqual([['new', 32], ['old', 32]])
  })

  test('know the public parties of test and of production by themselves', () => {
    const { IDPORTEN_ISSUER: _i, MASKINPORTEN_ISSUER: _m, ALTINN_PLATFORM_URL: _a, ALTINN_CONSENT_PAGE_ORIGIN: _p, LANEKASSEN_URL: _l, ...own } = required
    const public_ = { ...own, APP_URL: 'https://bank.example', LANEKASSEN_LOGO: 'logo.svg' }
    expect(parseConfig({ ...public_, DEPLOYMENT: 'production' })).toMatchObject({ IDPORTEN_ISSUER: 'https://idporten.no', MASKINPORTEN_ISSUER: 'https://maskinporten.no/', ALTINN_CONSENT_PAGE_ORIGIN: 'https://am.ui.altinn.no' })
    expect(parseConfig({ ...public_, DEPLOYMENT: 'test' })).toMatchObject({ IDPORTEN_ISSUER: 'https://test.idporten.no', MASKINPORTEN_ISSUER: 'https://test.maskinporten.no/' })
  })

  test('tell what advisers may want the figures for, in the order and the words of the bank, and whether they are named', () => {
    expect(parseConfig({ ...required, SHARE_PURPOSES: ' Boliglån 2026 ;; Billån;', SHARE_ADVISER_NAMES: 'on' })).toMatchObject({ SHARE_PURPOSES: ['Boliglån 2026', 'Billån'], SHARE_ADVISER_NAMES: 'on' })
    expect(parseConfig({ ...required, SHARE_PURPOSES: twelve.join(';') }).SHARE_PURPOSES).toEqual(twelve)
    expect(parseConfig({ ...required, SHARE_PURPOSES: '' }).SHARE_PURPOSES).toHaveLength(3)
  })
})

describe('a setting that is missing', () => {
  test.each(Object.keys(required))('%s is named', (name) => {
    const missing = [expect.stringMatching(`^${name} is missing`) as string]
    expect([problemsOf({ [name]: undefined }), problemsOf({ [name]: '  ' })]).toEqual([missing, missing])
  })

  test('does not hide another: without any, every one is named', () => {
    const problems = problemsOf(Object.fromEntries(Object.keys(required).map((name) => [name, undefined])))
    for (const name of Object.keys(required)) expect(isNamed(problems, name), name).toBe(true)
  })
})

const wrong: [string, string][] = [
  ['APP_URL', 'canary nonsense'], ['APP_URL', 'https://canary.example/path'], ['APP_URL', 'ftp://canary.example'], ['APP_URL', 'https://canary:canary@bank.example'],
  ['DEPLOYMENT', 'canary'], ['AUTH_SECRET', 'canary'], ['AUTH_SECRET', randomBytes(31).toString('base64')], ['AUTH_SECRET', randomBytes(64).toString('base64')],
  ['AUDIT_SIGNING_KEY', 'canary'], ['AUDIT_SIGNING_KEY', jwk(2048)], ['AUDIT_SIGNING_KEY', JSON.stringify({ ...newAuditJwk(), d: undefined })], ['AUDIT_SIGNING_KEY', JSON.stringify({ ...newAuditJwk(), x: newAuditJwk().x })],
  ['FINGERPRINT_KEY', 'canary'], ['ENCRYPTION_KEYS', key32()], ['ENCRYPTION_KEYS', `k1:${key32()},k1:${key32()}`], ['ENCRYPTION_KEYS', `k1:${key32()},`], ['ENCRYPTION_KEYS', 'k1:canary'], ['ENCRYPTION_KEYS', `k 1:${key32()}`],
  ['BANK_NAME', 'canary'.repeat(20)], ['BANK_COLOR', 'canary'], ['BANK_COLOR', '#ff'], ['BANK_BORDER_RADIUS', '25'], ['BANK_FONT_FAMILY', "'canary"], ['BANK_FONT_FAMILY', 'canary}:root{color:red'], ['BANK_FONT_FAMILY', 'canary,'], ['BANK_FONT_FAMILY', ', canary'], ['BANK_ORG_NUMBER', '311111117'], ['BANK_ORG_NUMBER', 'canary'], ['SUPPLIER_ORG_NUMBER', '0192:311111116'],
  ['IDPORTEN_ISSUER', 'canary'], ['IDPORTEN_ACR', 'Level4'], ['IDPORTEN_JWK', 'canary'], ['IDPORTEN_JWK', '{"canary":1}'], ['MASKINPORTEN_JWK', jwk(1024)], ['MASKINPORTEN_JWK', jwk(2048, {})],
  ['MASKINPORTEN_JWK', jwk(2048, { kid: 'k', d: undefined })], ['MASKINPORTEN_JWK', jwk(2048, { kid: 'k', alg: 'none' })], ['MASKINPORTEN_JWK', jwk(2048, { kid: 'k', alg: 'HS256' })],
  ['CONSENT_PROVIDER', 'altinn4'], ['ALTINN_CONSENT_PAGE_ORIGIN', 'https://canary.example/accessmanagement'], ['LANEKASSEN_CONSENT_TRANSPORT', 'canary'], ['ADVISER_SHARING', 'on'],
  ['SHARE_PURPOSES', ' ; canary;canary'], ['SHARE_PURPOSES', 'ab'], ['SHARE_PURPOSES', ' ; ; '], ['SHARE_PURPOSES', `canary ${'x'.repeat(120)}`], ['SHARE_PURPOSES', 'canary 12345'], ['SHARE_PURPOSES', [...twelve, 'Thirteenth'].join(';')],
  ['SHARE_ADVISER_NAMES', 'ON'], ['SHARE_ADVISER_NAMES', 'canary'],
  ['SESSION_IDLE_MINUTES', '31'], ['SESSION_IDLE_MINUTES', '0'], ['SESSION_IDLE_MINUTES', '-5'], ['SESSION_IDLE_MINUTES', '1.5'], ['SESSION_IDLE_MINUTES', 'canary'], ['SESSION_MAX_MINUTES', '121'], ['CONSENT_DURATION_DAYS', '365'],
]

describe('a setting that is wrong', () => {
  test.each(wrong)('%s is named, and its value is not', (name, value) => {
    const problems = problemsOf({ [name]: value })
    expect(isNamed(problems, name)).toBe(true)
    expect(problems.join()).not.toContain(value)
    expect(problems.join()).not.toContain('canary')
  })

  test('says what it must be in words an operator understands', () => {
    expect(problemsOf({ SHARE_ADVISER_NAMES: 'true', ADVISER_SHARING: 'yes', SHARE_PURPOSES: 'x' })).toEqual([
      'ADVISER_SHARING must be off or live',
      'SHARE_PURPOSES must be 1 to 12 purposes of 3 to 120 signs, separated by ;, each once, without a number of five digits',
      'SHARE_ADVISER_NAMES must be off or on',
    ])
    expect(problemsOf({ AUTH_SECRET: 'x', BANK_ORG_NUMBER: 'x', APP_URL: 'https://bank.example/path' }).join('; ')).not.toMatch(/invalid input/i)
  })

  test('does not hide another: all that is wrong is named at once, whatever kind of wrong', () => {
    const changes = {
      BANK_NAME: undefined, AUTH_SECRET: 'short', DEPLOYMENT: 'production', APP_URL: 'http://bank.example', LANEKASSEN_URL: 'https://ekstern01.api.test.lanekassen.no/saldo/v1/Accounts',
      IDPORTEN_ISSUER: 'https://oidc.difi.no', SUPPLIER_ORG_NUMBER: '311111116', SESSION_IDLE_MINUTES: '20', SESSION_MAX_MINUTES: '10', FINGERPRINT_KEY_FILE: '/does/not/exist', FINGERPRINT_KEY: undefined,
    }
    const problems = problemsOf(changes)
    for (const name of ['BANK_NAME', 'AUTH_SECRET', 'APP_URL', 'LANEKASSEN_URL', 'IDPORTEN_ISSUER', 'SUPPLIER_ORG_NUMBER', 'SESSION_IDLE_MINUTES', 'LANEKASSEN_LOGO', 'FINGERPRINT_KEY_FILE'])
      expect(isNamed(problems, name), name).toBe(true)
  })

  test('stops the start with an error that names the settings', () => {
    expect(() => parseConfig({ ...required, BANK_NAME: '' })).toThrow('Settings that need attention: BANK_NAME is missing')
  })
})

describe('a setting in a file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'saldosyn-config-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const file = (content: string) => {
    const at = path.join(folder, randomBytes(4).toString('hex'))
    writeFileSync(at, content)
    return at
  }

  test('is its content, without the line break at the end', () => {
    const config = parseConfig({ ...required, LANEKASSEN_API_KEY: undefined, LANEKASSEN_API_KEY_FILE: file('from-a-file\n'), MASKINPORTEN_JWK: undefined, MASKINPORTEN_JWK_FILE: file(goodJwk) })
    expect(config.LANEKASSEN_API_KEY.reveal()).toBe('from-a-file')
    expect(config.keys.maskinporten.keys[0].id).toBe('bank-2026')
  })

  test.each(Object.keys(required))('may be %s', (name) => {
    expect(problemsOf({ [name]: undefined, [`${name}_FILE`]: file(required[name as keyof typeof required]) })).toEqual([])
  })

  test('that is not there is named, and where it should have been is not', () => {
    const problems = problemsOf({ AUTH_SECRET: undefined, AUTH_SECRET_FILE: '/run/secrets/canary' })
    expect(problems).toContainEqual('AUTH_SECRET_FILE cannot be read')
    expect(problems.join()).not.toContain('canary')
  })

  test('and also given outright is refused: nobody can tell which is meant', () => {
    expect(problemsOf({ AUTH_SECRET_FILE: file(key32()) })).toEqual(['AUTH_SECRET is given twice, also as AUTH_SECRET_FILE'])
  })

  test('that is empty is a wrong setting', () => {
    expect(isNamed(problemsOf({ AUTH_SECRET: undefined, AUTH_SECRET_FILE: file('\n') }), 'AUTH_SECRET')).toBe(true)
  })
})
