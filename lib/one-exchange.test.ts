import { afterEach, describe, expect, test } from 'vitest'
import { freshDatabase } from './testing/database'
import { aHouse } from './testing/house'
import { aSandbox } from './testing/sandbox'

/** A consent that is exchanged once, against the whole street, on four instances and one database. */
const [database, sandbox] = await Promise.all([freshDatabase({ timeZone: 'Europe/Oslo' }), aSandbox({ transport: 'altinn3-both' })])
const { house, instances, logIn, told, calls, reset } = aHouse(database, sandbox, { LANEKASSEN_CONSENT_TRANSPORT: 'altinn3-both' })
afterEach(reset)
const exchanges = async () => (await sandbox.requests('maskinporten', 'consent-token')).length
async function consented(pid: string) {
  const person = await logIn(pid)
  const asked = await person.ask()
  if (!asked.ok || asked.value.kind !== 'asked') throw new Error('nobody was asked')
  await sandbox.answer(new URL(asked.value.consentUrl).searchParams.get('id') ?? '', 'accept')
  return person
}
const newest = async (person: Awaited<ReturnType<typeof logIn>>) => (await person.consents())[0]

describe('a consent is exchanged once', () => {
  test('in its life: later log-ins show no token', async () => {
    const first = await consented('24907524708')
    await first.goOn()
    for (let n = 0; n < 3; n++) {
      const again = await logIn('24907524708')
      expect(await again.goOn(instances[n])).toEqual({ to: 'balance' })
      expect(await again.look()).not.toBeNull()
    }
    expect([await exchanges(), await calls(), (await newest(first))?.exchange]).toEqual([1, 4, 'used'])
  })

  test('by log-ins that come at the same moment, on four instances: all of them see their balance', async () => {
    const one = await consented('04125300311')
    const others = await Promise.all(Array.from({ length: 7 }, () => logIn('04125300311')))
    const everybody = [one, ...others]
    await Promise.all(everybody.map((person, n) => person.goOn(instances[n % 4])))
    for (const person of everybody) expect((await person.look())?.value.total?.ore, JSON.stringify(await person.why())).toBeGreaterThan(0)
    expect(await exchanges()).toBe(1)
    expect((await told(one.subjectRef)).filter((line) => line.startsWith('consent.exchange'))).toEqual(['consent.exchange-started', 'consent.exchange-ended: given'])
  })

  test('and once more when Lånekassen has forgotten it', async () => {
    await (await consented('24907524708')).goOn()
    await sandbox.control('POST', 'lanekassen/forget')
    const again = await Promise.all([logIn('24907524708'), logIn('24907524708'), logIn('24907524708')])
    await Promise.all(again.map((person, n) => person.goOn(instances[n])))
    for (const person of again) expect(await person.look()).not.toBeNull()
    expect(await exchanges()).toBe(2)
  })
})

describe('an answer that was lost', () => {
  test.each(['lost-answer', 'cut-off', '503'])('(%s) is told, costs one call however often it is tried, and a new consent leads on', async (fault) => {
    const person = await consented('24907524708')
    await sandbox.fault('maskinporten', fault, { step: 'consent-token' })
    await person.goOn()
    expect(await person.why()).toEqual({ why: 'exchange-unknown', until: null })
    for (const at of instances) await person.goOn(at)
    const later = await logIn('24907524708')
    await later.goOn()
    expect(await later.why()).toMatchObject({ why: 'exchange-unknown' })
    expect([await exchanges(), await calls()]).toEqual([1, 0])

    const asked = await later.ask()
    expect(asked).toMatchObject({ ok: true, value: { kind: 'asked' } })
    await sandbox.answer((await newest(later))?.id ?? '', 'accept')
    expect(await later.goOn()).toEqual({ to: 'balance' })
    expect(await later.look()).not.toBeNull()
    expect([await exchanges(), (await later.ask()).ok && (await later.ask())]).toMatchObject([2, { value: { kind: 'usable' } }])
  })

  test('because the process died is told as soon as nobody can be at it any more', async () => {
    const person = await consented('24907524708')
    await sandbox.fault('maskinporten', '400', { step: 'consent-token' })
    await person.goOn()
    await database.asOwner(`UPDATE "Consent" SET "exchange" = 'begun', "exchangeAt" = now() - interval '13 seconds'`)
    await database.asOwner(`UPDATE "Session" SET "readFailure" = NULL`)
    expect(await person.why()).toEqual({ why: 'exchange-unknown', until: null })
    await person.goOn()
    expect([await person.why(), await exchanges(), (await newest(person))?.exchange]).toEqual([{ why: 'exchange-unknown', until: null }, 1, 'lost'])
  })
})

describe('what certainly was not exchanged', () => {
  test.each(['400', '429', 'down'])('(%s) may be tried again, and is then exchanged once', async (fault) => {
    const person = await consented('24907524708')
    const step = fault === 'down' ? 'token' : 'consent-token'
    await sandbox.fault('maskinporten', fault, { step, times: 3 })
    if (fault === 'down') await database.asOwner('DELETE FROM "TokenLease"')
    await person.goOn()
    expect(await person.look()).toBeNull()
    await sandbox.control('DELETE', 'faults')
    await database.asOwner('DELETE FROM "UpstreamGate"')
    await person.goOn()
    expect(await person.look()).not.toBeNull()
    expect((await told(person.subjectRef)).filter((line) => line.startsWith('consent.exchange-ended')).at(-1)).toBe('consent.exchange-ended: given')
  })
})

describe('a token on which Lånekassen gave nothing', () => {
  test('is used up: what was the matter is told first, then that a new consent is needed', async () => {
    const person = await consented('24907524708')
    await sandbox.fault('lanekassen', '500')
    await person.goOn()
    expect(await person.why()).toMatchObject({ why: 'source-unavailable' })
    await person.goOn()
    expect(await person.why()).toEqual({ why: 'token-spent', until: null })
    expect([await exchanges(), await calls()]).toEqual([1, 2])
  })

  test('but which it had got, though its answer was lost, costs no new consent', async () => {
    const person = await consented('24907524708')
    await sandbox.fault('lanekassen', 'lost-answer')
    await person.goOn()
    expect(await person.look()).toBeNull()
    await person.goOn()
    expect(await person.look()).not.toBeNull()
    expect([await exchanges(), (await newest(person))?.exchange]).toEqual([1, 'used'])
  })
})

test('an access token that Lånekassen refuses is replaced for all, and the reading goes on', async () => {
  const person = await consented('24907524708')
  await sandbox.fault('lanekassen', '401')
  await person.goOn()
  expect(await person.look()).not.toBeNull()
  expect([await exchanges(), await calls(), (await sandbox.requests('maskinporten', 'token')).length]).toEqual([1, 2, 4])
  expect(house.policy.transport).toBe('altinn3-both')
})
