import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digits, publishedCustomers, withBrokenControl } from '@/lib/testing/builders'
import { checkClaims as check, type LogInRules } from './claims'

const claims = { sub: 'pairwise-1', acr: 'idporten-loa-high', amr: ['TestID'], sid: 'iZZbp-a_wSUff', pid: digits, auth_time: 1_790_000_000 }
/** A minute after the person identified themselves, unless told otherwise. */
const checkClaims = (payload: unknown, rules: LogInRules, seconds = 60) => check(payload, rules, new Date((claims.auth_time + seconds) * 1000))
const inTest: LogInRules = { acr: 'idporten-loa-high', synthetic: true, testId: true }
const inProduction: LogInRules = { acr: 'idporten-loa-high', synthetic: false, testId: false }

test('a log-in is the person, ID-porten’s session and the level', () => {
  const checked = checkClaims(claims, inTest)
  expect(checked).toMatchObject({ ok: true, value: { sid: 'iZZbp-a_wSUff', acr: 'idporten-loa-high' } })
  expect(checked.ok && checked.value.nationalId.reveal()).toBe(digits)
})

describe('the level', () => {
  test.each([
    ['idporten-loa-high', 'idporten-loa-high', true], ['idporten-loa-high', 'idporten-loa-substantial', false], ['idporten-loa-high', 'idporten-loa-low', false],
    ['idporten-loa-substantial', 'idporten-loa-high', true], ['idporten-loa-substantial', 'idporten-loa-substantial', true], ['idporten-loa-substantial', 'idporten-loa-low', false],
  ] as const)('asked for %s, given %s: let in is %s', (asked, given, letIn) => {
    expect(checkClaims({ ...claims, acr: given }, { ...inTest, acr: asked }).ok).toBe(letIn)
  })

  test.each(['Level3', 'Level4', 'idporten-loa-higher', 'IDPORTEN-LOA-HIGH', ' idporten-loa-high', 'idporten-loa-high ', 'idporten-loa-high idporten-loa-low', '', '4', 'constructor'])('"%s" is no level', (acr) => {
    expect(checkClaims({ ...claims, acr }, { ...inTest, acr: 'idporten-loa-substantial' })).toMatchObject({ reason: 'level-too-low' })
  })

  test.each([undefined, null, 4, ['idporten-loa-high'], { high: true }])('that is %o is no level', (acr) => {
    expect(checkClaims({ ...claims, acr }, inTest)).toMatchObject({ reason: 'id-token-invalid' })
  })
})

describe('the time at which the person identified themselves', () => {
  test.each([0, -10, 1, 1_800, 7_200, 7_210])('may be %d seconds ago: a log-in at another service is taken over for two hours', (seconds) => {
    expect(checkClaims(claims, inTest, seconds).ok).toBe(true)
  })

  test.each([7_211, 86_400, -11, -3_600])('is not %d seconds ago', (seconds) => {
    expect(checkClaims(claims, inTest, seconds)).toMatchObject({ reason: 'id-token-invalid', detail: 'auth_time' })
  })

  test.each([undefined, null, '1790000000', Number.NaN, 1.5, {}])('is known: not %o', (auth_time) => {
    expect(checkClaims({ ...claims, auth_time }, inTest)).toMatchObject({ reason: 'id-token-invalid' })
  })
})

describe('the national id', () => {
  test('may be missing, for a foreign eID: that is told, not guessed', () => {
    const { pid: _pid, ...foreign } = claims
    expect(checkClaims(foreign, inTest)).toMatchObject({ reason: 'no-national-id' })
  })

  test.each(['', '1581901002', '158190100299', withBrokenControl(digits), 'abcdefghijk', ` ${digits}`])('is not "%s"', (pid) => {
    expect(checkClaims({ ...claims, pid }, inTest)).toMatchObject({ reason: 'no-national-id' })
  })

  test.each([null, 15819010029, [digits], { pid: digits }])('is a text: not %o', (pid) => {
    expect(checkClaims({ ...claims, pid }, inTest)).toMatchObject({ reason: 'id-token-invalid' })
  })

  test('in production is never synthetic, nor one of the published customers', () => {
    for (const pid of [digits, ...publishedCustomers]) expect(checkClaims({ ...claims, amr: ['BankID'], pid }, inProduction)).toMatchObject({ reason: 'no-national-id' })
  })

  test('is never taken from sub', () => {
    const { pid: _pid, ...without } = claims
    expect(checkClaims({ ...without, sub: digits }, inTest).ok).toBe(false)
  })
})

describe('the session id', () => {
  test.each([undefined, null, '', 7, 'x'.repeat(201)])('is there: not %o', (sid) => {
    expect(checkClaims({ ...claims, sid }, inTest)).toMatchObject({ reason: 'id-token-invalid' })
  })
})

describe('how the person logged in', () => {
  test.each([undefined, 'BankID', ['BankID', 'Minid-OTP'], [], ['something new']])('gives no right and takes none: %o', (amr) => {
    expect(checkClaims({ ...claims, amr }, inTest).ok).toBe(true)
  })

  test.each(['TestID', 'testid', ['BankID', 'TestID'], ['TESTID']])('is refused in production when it is %o', (amr) => {
    expect(checkClaims({ ...claims, amr }, inProduction)).toMatchObject({ reason: 'id-token-invalid', detail: 'TestID' })
  })
})

test('anything else than claims is refused, and nothing throws', () => {
  fc.assert(fc.property(fc.anything(), (payload) => !checkClaims(payload, inTest).ok))
})

test('no refusal holds a number', () => {
  for (const change of [{ acr: 'Level4' }, { sid: '' }, { pid: withBrokenControl(digits) }]) expect(JSON.stringify(checkClaims({ ...claims, ...change }, inTest))).not.toMatch(/\d{11}/)
})
