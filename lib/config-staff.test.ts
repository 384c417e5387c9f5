import { describe, expect, test } from 'vitest'
import { ConfigError, parseConfig } from './config'
import { parseBanks } from './config-banks'
import { aJwk, requiredSettings as required } from './testing/settings'

const staff = { STAFF_ISSUER: 'http://127.0.0.1:4000/staff', STAFF_CLIENT_ID: 'saldosyn', STAFF_CLIENT_SECRET: 'canary-secret' }
function problemsOf(changes: Record<string, string | undefined>): readonly string[] {
  try {
    parseConfig({ ...required, ...changes })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

describe('the staff log-in', () => {
  test('is there with all that it needs, is not there with nothing of it, and prints no secret', () => {
    expect(problemsOf({})).toEqual([])
    const config = parseConfig({ ...required, ...staff, STAFF_OTHER_ORIGINS: 'http://127.0.0.1:4001, http://localhost:4002/' })
    expect(config).toMatchObject({ STAFF_ISSUER: staff.STAFF_ISSUER, STAFF_OTHER_ORIGINS: ['http://127.0.0.1:4001', 'http://localhost:4002'] })
    expect(JSON.stringify(config)).not.toContain('canary')
    expect(config.keys.staff).toBeNull()
  })

  test('may show a signature in place of a secret, and its key is followed as the others are', () => {
    const { keys } = parseConfig({ ...required, ...staff, STAFF_CLIENT_SECRET: undefined, STAFF_JWK: aJwk() })
    expect(keys.staff).toMatchObject({ setting: 'STAFF_JWK', keys: [{ id: 'bank-2026' }] })
  })

  test.each(Object.keys(staff))('is not begun with half of it: %s is missed', (name) => {
    const more = name === 'STAFF_CLIENT_SECRET' ? ', and STAFF_JWK too' : ''
    expect(problemsOf({ ...staff, [name]: undefined })).toEqual([`${name} is missing${more}`])
  })

  test.each<[Record<string, string>, string]>([
    [{ STAFF_JWK: aJwk() }, 'STAFF_CLIENT_SECRET and STAFF_JWK are both given'],
    [{ STAFF_ISSUER: 'http://login.bank.example' }, 'STAFF_ISSUER must be https'],
    [{ STAFF_OTHER_ORIGINS: 'http://login.bank.example' }, 'STAFF_OTHER_ORIGINS must be https'],
    [{ STAFF_OTHER_ORIGINS: 'https://login.bank.example/path' }, 'STAFF_OTHER_ORIGINS'],
    [{ STAFF_ISSUER: 'nonsense' }, 'STAFF_ISSUER is not valid'],
    [{ STAFF_SCOPE: 'profile' }, 'STAFF_SCOPE must hold openid'],
    [{ STAFF_SESSION_MAX_MINUTES: '481' }, 'STAFF_SESSION_MAX_MINUTES'],
    [{ STAFF_SESSION_MAX_MINUTES: '10' }, 'SESSION_IDLE_MINUTES must not exceed STAFF_SESSION_MAX_MINUTES'],
  ])('refuses %o', (changes, problem) => {
    expect(problemsOf({ ...staff, ...changes }).join()).toContain(problem)
  })

  test('of one bank is no other’s when its entry says so', () => {
    const { APP_URL: _url, BANK_NAME: _name, BANK_ORG_NUMBER: _number, ...common } = required
    const entry = (host: string, number: string, more = {}) => ({ APP_URL: `http://${host}:3000`, BANK_NAME: host, BANK_ORG_NUMBER: number, ...more })
    const none = { STAFF_ISSUER: '', STAFF_CLIENT_ID: '', STAFF_CLIENT_SECRET: '' }
    const signs = { STAFF_JWK: aJwk() }
    const { banks } = parseBanks({ ...common, ...staff, BANKS: JSON.stringify([entry('a.localhost', '311111116'), entry('b.localhost', '312222221', none), entry('c.localhost', '313333337', signs)]) })
    expect(banks.map(({ STAFF_ISSUER, STAFF_CLIENT_SECRET, keys }) => [STAFF_ISSUER !== undefined, STAFF_CLIENT_SECRET !== undefined, keys.staff !== null])).toEqual([[true, true, false], [false, false, false], [true, false, true]])
  })
})
