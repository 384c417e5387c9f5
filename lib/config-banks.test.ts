import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ConfigError } from './config'
import { parseBanks } from './config-banks'
import { aKey32, goodJwk, requiredSettings } from './testing/settings'

const folder = mkdtempSync(path.join(tmpdir(), 'saldosyn-banks-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (content: string) => {
  const at = path.join(folder, aKey32().replace(/\W/g, ''))
  writeFileSync(at, content)
  return at
}

const fjord = { APP_URL: 'http://fjordbanken.localhost:3000', BANK_NAME: 'Fjordbanken AS', BANK_ORG_NUMBER: '313333337' }
const test_ = { APP_URL: 'http://localhost:3000', BANK_NAME: 'Testbanken AS', BANK_ORG_NUMBER: '311111116' }
const { APP_URL: _u, BANK_NAME: _n, BANK_ORG_NUMBER: _o, ...common } = requiredSettings
const read = (banks: unknown, more: Record<string, string | undefined> = {}) => parseBanks({ ...common, BANKS: JSON.stringify(banks), ...more })

function problemsOf(banks: unknown, more: Record<string, string | undefined> = {}): readonly string[] {
  try {
    read(banks, more)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

describe('without BANKS', () => {
  test('there is one bank, of the environment, at whatever address it is reached', () => {
    for (const more of [{}, { BANKS: '', BANKS_FILE: ' ' }]) expect(parseBanks({ ...requiredSettings, ...more })).toMatchObject({ byHost: false, banks: [{ BANK_NAME: 'Testbanken AS' }] })
  })

  test('what is wrong is named without a number of a bank', () => {
    expect(() => parseBanks({ ...requiredSettings, BANK_NAME: undefined })).toThrow('attention: BANK_NAME is missing')
  })
})

describe('with BANKS', () => {
  test('each bank has its own settings, and the environment’s for the rest', () => {
    const { banks, byHost } = read([test_, { ...fjord, SESSION_IDLE_MINUTES: 10, LANEKASSEN_API_KEY: 'fjord-key', SUPPLIER_ORG_NUMBER: '312222221' }], { SESSION_IDLE_MINUTES: '20' })
    expect(byHost).toBe(true)
    expect(banks).toMatchObject([{ ...test_, SESSION_IDLE_MINUTES: 20, DEPLOYMENT: 'sandbox' }, { ...fjord, SESSION_IDLE_MINUTES: 10, SUPPLIER_ORG_NUMBER: '312222221', DEPLOYMENT: 'sandbox' }])
    expect(banks.map(({ LANEKASSEN_API_KEY }) => LANEKASSEN_API_KEY.reveal())).toEqual(['canary-api-key', 'fjord-key'])
    expect(banks[0].SUPPLIER_ORG_NUMBER).toBeUndefined()
  })

  test('one bank may have an entry alone; then it is found at its own address only', () => {
    expect(read([fjord])).toMatchObject({ byHost: true, banks: [fjord] })
  })

  test('the list may be in a file, and an entry’s settings in files of their own', () => {
    const entry = { ...fjord, LANEKASSEN_API_KEY_FILE: file('from-a-file\n'), MASKINPORTEN_JWK_FILE: file(goodJwk) }
    const { banks } = parseBanks({ ...common, BANKS_FILE: file(JSON.stringify([entry, test_])) })
    expect(banks[0].LANEKASSEN_API_KEY.reveal()).toBe('from-a-file')
  })

  test('what an entry gives takes the place of the environment’s, in whichever form either is', () => {
    const [inFile, outright] = [{ ...fjord, LANEKASSEN_API_KEY_FILE: file('mine') }, { ...test_, LANEKASSEN_API_KEY: 'mine-too' }]
    const { banks } = read([inFile, outright], { LANEKASSEN_API_KEY: undefined, LANEKASSEN_API_KEY_FILE: file('ours') })
    expect(banks.map(({ LANEKASSEN_API_KEY }) => LANEKASSEN_API_KEY.reveal())).toEqual(['mine', 'mine-too'])
  })

  test('a key for Maskinporten in an entry, in whichever form, takes the place of every form in the environment', () => {
    const container = { MASKINPORTEN_JWK: undefined, MASKINPORTEN_P12: 'canary', MASKINPORTEN_P12_PASSWORD: 'canary' }
    expect(read([{ ...fjord, MASKINPORTEN_JWK: goodJwk }, { ...test_, MASKINPORTEN_JWK: goodJwk }], container).banks).toHaveLength(2)
    expect(problemsOf([{ ...fjord, MASKINPORTEN_JWK: goodJwk }, test_], container)).toEqual(['bank 2: MASKINPORTEN_P12 is not a PKCS#12 container'])
  })

  test('an empty setting of an entry is none, though the environment gives one', () => {
    expect(read([{ ...fjord, SUPPLIER_ORG_NUMBER: '' }, test_], { SUPPLIER_ORG_NUMBER: '312222221' }).banks.map(({ SUPPLIER_ORG_NUMBER }) => SUPPLIER_ORG_NUMBER)).toEqual([undefined, '312222221'])
  })

  test('a supplier is number and name together: an entry with one takes neither from the environment', () => {
    const common = { SUPPLIER_ORG_NUMBER: '312222221', SUPPLIER_NAME: 'Samdrift AS' }
    const { banks } = read([test_, { ...fjord, SUPPLIER_ORG_NUMBER: '' }, { ...test_, APP_URL: 'http://tredje.localhost:3000', BANK_ORG_NUMBER: '314444442', SUPPLIER_ORG_NUMBER: '312222221' }], common)
    expect(banks.map(({ SUPPLIER_ORG_NUMBER, SUPPLIER_NAME }) => [SUPPLIER_ORG_NUMBER, SUPPLIER_NAME])).toEqual([['312222221', 'Samdrift AS'], [undefined, undefined], ['312222221', undefined]])
  })

  test.each(['APP_URL', 'BANK_NAME', 'BANK_ORG_NUMBER'])('%s is never the environment’s', (name) => {
    expect(problemsOf([test_, { ...fjord, [name]: undefined }], requiredSettings)).toEqual([`bank 2: ${name} is missing`])
  })
})

describe('what is wrong is named with its bank and its setting, and no value', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['a wrong setting of one', [test_, { ...fjord, SESSION_IDLE_MINUTES: 'canary' }], ['bank 2: SESSION_IDLE_MINUTES is not valid']],
    ['a wrong setting of each', [{ ...test_, IDPORTEN_ACR: 'canary' }, { ...fjord, ENCRYPTION_KEYS: 'canary' }], ['bank 1: IDPORTEN_ACR must be idporten-loa-substantial or idporten-loa-high', 'bank 2: ENCRYPTION_KEYS must be kid:base64 of 32 bytes, separated by commas, each kid once']],
    ['a name that is no setting', [{ ...test_, BANK_NMAE: 'canary' }, fjord], ['bank 1: BANK_NMAE is no setting of a bank']],
    ['a value where a name should be', [{ ...test_, 'canary secret': 'x' }, fjord], ['bank 1: something is no setting of a bank']],
    ['what is the installation’s', [test_, { ...fjord, DATABASE_URL: 'postgresql://canary', DEPLOYMENT: 'production', BANKS_FILE: 'canary' }], ['bank 2: DATABASE_URL is no setting of a bank', 'bank 2: DEPLOYMENT is no setting of a bank', 'bank 2: BANKS_FILE is no setting of a bank']],
    ['two banks at one address', [test_, fjord, { ...fjord, BANK_ORG_NUMBER: '314444442' }], ['bank 3: APP_URL is that of bank 2 too: each bank needs a host name of its own']],
    ['two banks at two ports of one host, whose cookies would be the same', [test_, { ...fjord, APP_URL: 'http://localhost:3001' }], ['bank 2: APP_URL is that of bank 1 too: each bank needs a host name of its own']],
    ['two banks with one number', [test_, { ...fjord, BANK_ORG_NUMBER: 311111116 }], ['bank 2: BANK_ORG_NUMBER is that of bank 1 too']],
    ['a bank that is its own supplier', [test_, { ...fjord, SUPPLIER_ORG_NUMBER: fjord.BANK_ORG_NUMBER }], ['bank 2: SUPPLIER_ORG_NUMBER must differ from BANK_ORG_NUMBER']],
    ['a supplier’s name without its number', [test_, { ...fjord, SUPPLIER_NAME: 'canary' }], ['bank 2: SUPPLIER_NAME needs SUPPLIER_ORG_NUMBER']],
    ['an upstream on another machine without https', [{ ...test_, LANEKASSEN_URL: 'http://canary.example/x' }], ['bank 1: LANEKASSEN_URL must be https']],
    ['a file that is not there', [{ ...test_, AUTH_SECRET_FILE: '/canary' }], ['bank 1: AUTH_SECRET_FILE cannot be read', 'bank 1: AUTH_SECRET is missing']],
    ['a setting given twice', [{ ...test_, AUTH_SECRET: requiredSettings.AUTH_SECRET, AUTH_SECRET_FILE: '/canary' }], ['bank 1: AUTH_SECRET is given twice, also as AUTH_SECRET_FILE', 'bank 1: AUTH_SECRET_FILE cannot be read']],
  ])('%s', (_, banks, problems) => {
    expect(problemsOf(banks)).toEqual(problems)
    expect(problemsOf(banks).join()).not.toContain('canary')
  })

  test('and what the installation lacks once, without a bank', () => {
    expect(problemsOf([test_, fjord], { DATABASE_URL: undefined, DEPLOYMENT: 'canary' })).toEqual(['DEPLOYMENT must be sandbox, test or production', 'DATABASE_URL is missing'])
  })

  test.each<[string, Record<string, string>, string]>([
    ['no list', { BANKS: '{"canary":1}' }, 'BANKS must be a JSON list with an object of settings for each bank'],
    ['an empty list', { BANKS: '[]' }, 'BANKS must be a JSON list with an object of settings for each bank'],
    ['a list of something else', { BANKS: '["canary"]' }, 'BANKS must be a JSON list with an object of settings for each bank'],
    ['a setting that is no text', { BANKS: JSON.stringify([{ ...fjord, BANK_NAME: { canary: 1 } }]) }, 'BANKS must be a JSON list with an object of settings for each bank'],
    ['no JSON', { BANKS_FILE: file('canary') }, 'BANKS_FILE must be a JSON list with an object of settings for each bank'],
    ['a file that is not there', { BANKS_FILE: '/run/canary' }, 'BANKS_FILE cannot be read'],
    ['both', { BANKS: '[]', BANKS_FILE: file('[]') }, 'BANKS is given twice, also as BANKS_FILE'],
  ])('%s', (_, given, problem) => {
    expect(() => parseBanks({ ...requiredSettings, ...given })).toThrow(`Settings that need attention: ${problem}`)
  })
})
