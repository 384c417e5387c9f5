import { afterEach, describe, expect, test } from 'vitest'
import { Secret } from './secret'
import { freshDatabase } from './testing/database'
import { aHouse } from './testing/house'
import { aSandbox } from './testing/sandbox'

/** The whole core with Altinn 2, on four instances and one database. */
const [database, sandbox] = await Promise.all([freshDatabase({ timeZone: 'Europe/Oslo' }), aSandbox({ transport: 'altinn2' })])
const { instances, logIn, told, calls, reset } = aHouse(database, sandbox, { CONSENT_PROVIDER: 'altinn2', ALTINN2_URL: `${sandbox.origin}/altinn2`, ALTINN_API_KEY: 'the-altinn-key' })
afterEach(reset)
const NORA = '24907524708'
const lastName = new Secret('Nordmann')
const asks = async () => (await sandbox.requests('altinn2', 'create')).length
const tokens = async () => (await sandbox.requests('altinn2', 'consent-token')).length
const seen = async () => ({ create: await asks(), token: await tokens(), status: (await sandbox.requests('altinn2', 'status')).length })
async function consented() {
  const nora = await logIn(NORA)
  const asked = await nora.ask({ lastName })
  if (!asked.ok || asked.value.kind !== 'asked') throw new Error(`nobody was asked: ${JSON.stringify(asked)}`)
  const code = new URL(asked.value.consentUrl).searchParams.get('id') ?? ''
  await sandbox.answer(code, 'accept')
  return { ...nora, code }
}

describe('with Altinn 2', () => {
  test('a person gives their last name, consents, sees their balance, and at a later log-in Altinn is asked one thing and Lånekassen shown no token', async () => {
    const nora = await consented()
    expect(await nora.goOn()).toEqual({ to: 'balance' })
    expect((await nora.look())?.value.reconciled).toBe(true)
    const before = await seen()
    const again = await logIn(NORA)
    await again.goOn(instances[1])
    expect(await again.look()).not.toBeNull()
    await expect.poll(async () => (await sandbox.requests('altinn2', 'loguse')).length).toBe(2)
    const after = await seen()
    expect([await asks(), await tokens(), await calls()]).toEqual([1, 2, 2])
    // Beside the line about the use, for which nobody waits.
    expect([after.token - before.token, after.status - before.status, after.create - before.create]).toEqual([1, 0, 0])
    expect((await told(nora.subjectRef)).filter((line) => line.startsWith('consent.'))).toEqual(['consent.requested', 'consent.named', 'consent.settled: accepted', 'consent.exchange-started', 'consent.exchange-ended: given'])
  })

  test('nobody is asked without the name, and nothing is written down', async () => {
    const nora = await logIn(NORA)
    expect(await nora.ask()).toMatchObject({ ok: false, reason: 'name-needed' })
    expect([await nora.consents(), await asks()]).toEqual([[], 0])
  })

  test('a wrong name is told, gives the row up, and stands nowhere in the database; the right one leads on', async () => {
    const nora = await logIn(NORA)
    expect(await nora.ask({ lastName: new Secret('Canarysen') })).toMatchObject({ ok: false, reason: 'name-refused' })
    expect((await nora.consents()).map(({ status }) => status)).toEqual(['expired'])
    expect(await nora.ask({ lastName })).toMatchObject({ ok: true, value: { kind: 'asked' } })
    const tables = await database.asOwner(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`)
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['Consent', 'AuditEvent', 'Session']))
    for (const { name } of tables)
      expect(JSON.stringify(await database.asOwner(`SELECT t::text FROM "${String(name)}" t`))).not.toMatch(/Canarysen|Nordmann/)
  })

  test('clicks at the same moment, on four instances, ask once and lead to one page', async () => {
    const nora = await logIn(NORA)
    const clicks = await Promise.all(Array.from({ length: 12 }, (_, n) => nora.ask({ lastName, signal: AbortSignal.timeout(9_000) }, instances[n % 4])))
    expect(new Set(clicks.map((click) => click.ok && click.value.kind === 'asked' && click.value.consentUrl)).size).toBe(1)
    expect([clicks.every(({ ok }) => ok), await asks()]).toEqual([true, 1])
  })

  test('a request that is unanswered is taken up under its name, without asking for the person’s again', async () => {
    const nora = await logIn(NORA)
    const first = await nora.ask({ lastName })
    expect(await nora.ask()).toEqual(first)
    expect(await asks()).toBe(1)
  })

  test('a request whose answer was lost is given up: two answers never come for one row', async () => {
    const nora = await logIn(NORA)
    await sandbox.fault('altinn2', 'lost-answer', { step: 'create' })
    expect(await nora.ask({ lastName })).toMatchObject({ ok: false, reason: 'provider-unavailable' })
    expect(await nora.ask({ lastName })).toMatchObject({ ok: true, value: { kind: 'asked' } })
    expect((await nora.consents()).map(({ status }) => status)).toEqual(['requested', 'expired'])
    expect(await asks()).toBe(2)
  })

  test('a request whose maker died is given up when nobody can be at it any more', async () => {
    const nora = await logIn(NORA)
    await nora.ask({ lastName })
    await database.asOwner(`UPDATE "Consent" SET "reference" = "id"::text, "requestedAt" = now() - interval '13 seconds'`)
    expect(await nora.ask({ lastName })).toMatchObject({ ok: true, value: { kind: 'asked' } })
    expect((await nora.consents()).map(({ status }) => status)).toEqual(['requested', 'expired'])
  })

  test('a withdrawal before the first reading ends the consent by Altinn’s word', async () => {
    const nora = await consented()
    await sandbox.answer(nora.code, 'revoke')
    expect(await nora.goOn()).toMatchObject({ to: 'consent' })
    expect(((await nora.consents())[0])?.status).toBe('revoked')
    expect(await calls()).toBe(0)
  })

  test('a withdrawal is found at the next log-in, though Lånekassen remembers the consent: nothing is fetched or shown', async () => {
    const nora = await consented()
    await nora.goOn()
    await sandbox.answer(nora.code, 'revoke')
    const again = await logIn(NORA)
    expect(await again.goOn()).toMatchObject({ to: 'consent' })
    expect([await again.look(), await calls()]).toEqual([null, 1])
    expect([((await again.consents())[0])?.status, await nora.look()]).toEqual(['revoked', null])
  })

  test('while Altinn cannot be asked at a later log-in, nothing is fetched, and the consent is as it was', async () => {
    const nora = await consented()
    await nora.goOn()
    await sandbox.fault('altinn2', '403', { step: 'consent-token', times: 9 })
    await sandbox.fault('altinn2', '500', { step: 'status', times: 9 })
    const again = await logIn(NORA)
    await again.goOn()
    expect(await again.why()).toMatchObject({ why: 'provider-unavailable' })
    expect([((await again.consents())[0])?.status, await calls()]).toEqual(['accepted', 1])
  })

  test('Lånekassen, when it has forgotten the consent, is shown a token once more', async () => {
    const nora = await consented()
    await nora.goOn()
    await sandbox.control('POST', 'lanekassen/forget')
    const again = await logIn(NORA)
    await again.goOn()
    expect(await again.look()).not.toBeNull()
    // The first, the one that told that the consent stands, and the one that was shown.
    expect([await tokens(), await calls()]).toEqual([3, 3])
  })

  test('an exchange whose answer was lost is told, and a new consent leads on', async () => {
    const nora = await consented()
    await sandbox.fault('altinn2', 'lost-answer', { step: 'consent-token' })
    await nora.goOn()
    expect(await nora.why()).toEqual({ why: 'exchange-unknown', until: null })
    const asked = await nora.ask({ lastName })
    await sandbox.answer((asked.ok && asked.value.kind === 'asked' && new URL(asked.value.consentUrl).searchParams.get('id')) || '', 'accept')
    await nora.goOn()
    expect(await nora.look()).not.toBeNull()
    expect(await tokens()).toBe(2)
  })
})
