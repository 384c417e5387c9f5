import { describe, expect, test } from 'vitest'
import { claimAt, readStaffClaims, type ClaimRules } from './staff-claims'

const rules: ClaimRules = { role: 'roles', unit: 'department', nationalId: 'pid', synthetic: true }
const read = (payload: Record<string, unknown>, but: Partial<ClaimRules> = {}) => readStaffClaims({ sub: 'a', ...payload }, { ...rules, ...but })
const rolesOf = (payload: Record<string, unknown>, but: Partial<ClaimRules> = {}) => {
  const claims = read(payload, but)
  return claims.ok && claims.value.roles
}

describe('roles', () => {
  test.each<[unknown, readonly string[]]>([
    [['adviser'], ['adviser']],
    [['admin', 'adviser', 'admin'], ['adviser', 'admin']],
    ['auditor', ['auditor']],
    ['adviser auditor', ['adviser', 'auditor']],
    ['adviser,auditor', ['adviser', 'auditor']],
    [['Adviser', 'root', 'adviser ', ''], []],
    [[], []], [undefined, []], [null, []], [{ adviser: true }, []], [['adviser', 1], []], [7, []],
  ])('%o gives %o', (claim, roles) => {
    expect(rolesOf({ roles: claim })).toEqual(roles)
  })

  test('stand where the bank says: under a name with dots in it, or inward', () => {
    expect(rolesOf({ 'https://bank.example/roles': ['admin'] }, { role: 'https://bank.example/roles' })).toEqual(['admin'])
    expect(rolesOf({ realm_access: { roles: ['auditor'] } }, { role: 'realm_access.roles' })).toEqual(['auditor'])
    expect(rolesOf({ 'realm_access.roles': [], realm_access: { roles: ['admin'] } }, { role: 'realm_access.roles' })).toEqual([])
  })

  test('are never found in what every object has', () => {
    for (const name of ['constructor', 'constructor.name', '__proto__', 'roles.length', 'toString.name']) expect(claimAt({ roles: [] }, name) === undefined || name === 'roles.length', name).toBe(true)
    expect(rolesOf({}, { role: '__proto__.roles' })).toEqual([])
  })
})

test('a name and a unit are one short line, whatever they hold; several units are one line too', () => {
  expect(read({ name: ' Dagny\n\u202eDrift\u0000 ', department: ['IT-drift', '', 'Internrevisjonen'] })).toMatchObject({ ok: true, value: { name: 'Dagny Drift', unit: 'IT-drift, Internrevisjonen' } })
  expect(read({ preferred_username: 'dagny@bank.example', department: 'x'.repeat(500) })).toMatchObject({ value: { name: 'dagny@bank.example', unit: 'x'.repeat(100) } })
  expect(read({ name: { first: 'Dagny' }, department: 7 })).toMatchObject({ value: { name: null, unit: null } })
  expect(read({ department: 'IT-drift' }, { unit: undefined })).toMatchObject({ value: { unit: null } })
})

test('a national id is one, or there is none: anything else is refused whole', () => {
  const claims = read({ pid: '22847500038' })
  expect(claims.ok && claims.value.nationalId?.reveal()).toBe('22847500038')
  expect(read({})).toMatchObject({ ok: true, value: { nationalId: null } })
  expect(read({ pid: null })).toMatchObject({ ok: true, value: { nationalId: null } })
  for (const pid of ['22847500039', '2284750003', '', 22847500038, ['22847500038']]) expect(read({ pid })).toMatchObject({ ok: false, reason: 'not-a-national-id' })
  expect(read({ pid: '22847500038' }, { synthetic: false })).toMatchObject({ ok: false })
  expect(read({ pid: 'anything' }, { nationalId: undefined })).toMatchObject({ ok: true, value: { nationalId: null } })
})

test('without a name of the employee at the provider there is nobody', () => {
  for (const sub of [undefined, '', 7, 'x'.repeat(256)]) expect(read({ sub })).toMatchObject({ ok: false, reason: 'no-sub' })
})
