import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Secret } from '@/lib/secret'
import { after, day } from '@/lib/testing/builders'
import { clockAt, logKept } from '@/lib/testing/fakes'
import type { KeyMaterial, KeySet } from './key-material'
import type { KeyRing } from './key-ring'
import { keyStatus } from './key-status'
import { stateOfKeys, tellOfKeys, tellOfKeysAtStart } from './tell-of-keys'

const secret = JSON.stringify(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }))
const aKey = (but: Partial<KeyMaterial> = {}): KeyMaterial => ({ id: 'one', alg: 'RS256', header: { kid: 'one' }, bits: 2048, since: null, expiresAt: null, jwk: new Secret(secret), ...but })
const aRing = (keys: KeySet, trouble: string | null = null): KeyRing => ({ setting: 'THE_SETTING', keys: () => keys, trouble: () => trouble, signingKey: () => Promise.reject(new Error('nobody signs')), refresh: async () => undefined })

describe('what may be told of a key', () => {
  test('is its name, kind, length and age, and whether it signs', () => {
    const certificate = aKey({ id: 'AB:CD', header: { x5c: ['MII'] }, bits: 3072, since: day(-1), expiresAt: day(59) })
    expect(keyStatus('THE_SETTING', [certificate, aKey()], day(0))).toEqual([
      { setting: 'THE_SETTING', id: 'AB:CD', kind: 'business-certificate', signs: true, bits: 3072, lasting: true, since: day(-1), expiresAt: day(59), daysLeft: 59 },
      { setting: 'THE_SETTING', id: 'one', kind: 'registered-key', signs: false, bits: 2048, lasting: false, since: null, expiresAt: null, daysLeft: null },
    ])
  })

  test('is never anything of the key itself', () => {
    const told = JSON.stringify(keyStatus('THE_SETTING', [aKey()], day(0)))
    for (const part of Object.values(JSON.parse(secret) as Record<string, string>).filter((value) => value.length > 10)) expect(told).not.toContain(part)
  })

  test.each([[after(day(0), { ms: 1 }), 0], [day(0), 0], [after(day(0), { ms: -1 }), -1], [after(day(1), { ms: -1 }), 0], [day(365), 365]])('counts whole days: until %o there are %d', (expiresAt, days) => {
    expect(keyStatus('S', [aKey({ expiresAt })], day(0))[0]?.daysLeft).toBe(days)
  })
})

test('for a health check, what counts is the key that signs, and files that could not be taken up', () => {
  const [old, fresh] = [aKey({ expiresAt: day(-1) }), aKey({ expiresAt: day(1) })]
  expect(stateOfKeys([aRing([fresh, old]), aRing([aKey()])], day(0))).toBe('ok')
  expect(stateOfKeys([aRing([fresh]), aRing([fresh], 'not readable')], day(0))).toBe('file-refused')
  expect(stateOfKeys([aRing([fresh], 'not readable'), aRing([old, fresh])], day(0))).toBe('too-old')
})

describe('every day', () => {
  const toldOn = async (daysLeft: number | null) => {
    const log = logKept()
    await tellOfKeys({ clock: clockAt(day(0)), log, keyRings: [aRing([aKey({ expiresAt: daysLeft === null ? null : day(daysLeft) })])] })
    return log.lines
  }

  test.each([60, 30, 14, 7, 6, 1, 0])('a key with %d days left is told of', async (days) => {
    expect(await toldOn(days)).toEqual([{ level: 'warn', event: 'A key nears its end: have the next one ready', fields: { settings: 'THE_SETTING', kid: 'one', bits: 2048, days } }])
  })

  test.each([365, 61, 59, 31, 29, 15, 13, 8, null])('one with %s is not', async (days) => {
    expect(await toldOn(days)).toEqual([])
  })

  test.each([-1, -400])('one that ended is an alarm (%d)', async (days) => {
    expect(await toldOn(days)).toMatchObject([{ level: 'error', fields: { days } }])
  })

  test('the one that waits is told of too', async () => {
    const log = logKept()
    await tellOfKeys({ clock: clockAt(day(0)), log, keyRings: [aRing([aKey({ expiresAt: day(200) }), aKey({ id: 'two', expiresAt: day(14) })])] })
    expect(log.lines.map(({ fields }) => fields.kid)).toEqual(['two'])
  })

  test('a file that cannot be used is told of again', async () => {
    const log = logKept()
    await tellOfKeys({ clock: clockAt(day(0)), log, keyRings: [aRing([aKey()], 'THE_SETTING_FILE cannot be read')] })
    expect(log.lines).toMatchObject([{ level: 'error', fields: { settings: 'THE_SETTING', detail: 'THE_SETTING_FILE cannot be read' } }])
  })
})

describe('at start', () => {
  const said = (keys: KeySet, lasting = false) => {
    const log = logKept()
    tellOfKeysAtStart({ clock: clockAt(day(0)), log, keyRings: [aRing(keys)] }, { lasting })
    return log.lines.map(({ level, event, fields }) => `${level} ${String(fields.kid)}: ${event.split(/[,:]/)[0] ?? ''}`)
  }

  test('tells which key signs and which waits', () => {
    expect(said([aKey(), aKey({ id: 'two' })])).toEqual(['info one: This key signs for us', 'info two: This key is at hand'])
  })

  test('tells of every key within sixty days of its end: nobody knows which days were missed', () => {
    expect(said([aKey({ expiresAt: day(43) })])).toContain('warn one: A key nears its end')
    expect(said([aKey({ expiresAt: day(61) })])).toEqual(['info one: This key signs for us'])
  })

  test('calls 2048 bits short where it matters', () => {
    expect(said([aKey()], true)).toContain('warn one: This key is short for production')
    expect(said([aKey({ bits: 3072 })], true)).toEqual(['info one: This key signs for us'])
  })
})
