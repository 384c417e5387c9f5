import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { expireConsents } from './consent/expire-consents'
import { importConsents } from './consent/import-consents'
import { after } from './testing/builders'
import { freshDatabase } from './testing/database'
import { aHouse } from './testing/house'
import { aSandbox, BANK, FJORD } from './testing/sandbox'

/** Consents given in Altinn 2, imported into the whole core: real database, the whole street. */
const [database, sandbox] = await Promise.all([freshDatabase({ timeZone: 'Europe/Oslo' }), aSandbox()])
const { house, instances, logIn, told, calls, reset } = aHouse(database, sandbox)
afterEach(reset)
const [NORA, STEINAR] = ['24907524708', '01085301957']
const later = after(house.clock.now(), { hours: 24 * 200 })
const header = 'nationalId,authorizationCode,validTo'
const line = (pid: string, code: string, validTo = later) => `${pid},${code},${validTo.toISOString()}`
const take = (lines: readonly string[], more: { dryRun?: boolean } = {}) => importConsents(house, { lines: [header, ...lines], dryRun: false, synthetic: true, correlationId: 'K7QM-9XTB-2RWH', ...more })
/** Altinn 3 has taken it over from Altinn 2. */
async function migrated(but: Record<string, unknown> = {}): Promise<string> {
  const { id } = await sandbox.control<{ id: string }>('POST', 'consents', { pid: NORA, to: BANK, resource: 'slk_5498_1', metadata: { Navn: 'Testbanken AS' }, validTo: later, ...but })
  return id
}
const asked = async (step: string) => (await sandbox.requests('altinn', step)).length
const rows = () => database.asOwner('SELECT "status", "noticeVersion", "id"::text = "reference" AS "same" FROM "Consent" ORDER BY "requestedAt"')
const imports = async () => (await database.events()).filter(({ type }) => type === 'consent.imported').length

describe('an imported consent', () => {
  test('waits, with its audit event, and leads to the balance once Altinn has been asked; the person is not sent there', async () => {
    const code = await migrated()
    expect(await take([line(NORA, code)])).toEqual({ ok: true, value: { imported: 1, known: 0, refused: [] } })
    expect(await rows()).toEqual([{ status: 'requested', noticeVersion: 'migrated', same: true }])
    expect([await asked('status'), await calls()]).toEqual([0, 0])

    const nora = await logIn(NORA)
    expect(await nora.goOn()).toEqual({ to: 'balance' })
    expect((await nora.look())?.value.reconciled).toBe(true)
    expect([await asked('status'), await asked('create'), await calls()]).toEqual([1, 0, 1])
    expect((await told(nora.subjectRef)).slice(0, 5)).toEqual(['consent.imported', 'session.started', 'consent.settled: accepted', 'source.read-started', 'source.read: ok'])
    const again = await logIn(NORA)
    await again.goOn(instances[1])
    expect(await again.look()).not.toBeNull()
    expect(await asked('status'), 'from then on as any other').toBe(1)
  })

  test('is not asked about before its person comes, however long that takes', async () => {
    await take([line(NORA, await migrated())])
    await database.asOwner(`UPDATE "Consent" SET "requestedAt" = now() - interval '40 days'`)
    expect(await expireConsents(house, 'K7QM-9XTB-2RWH')).toBe(0)
    expect([await asked('status'), (await rows())[0]?.status]).toEqual([0, 'requested'])
    expect(await (await logIn(NORA)).goOn()).toEqual({ to: 'balance' })
  })

  test('that runs out meanwhile is closed without asking', async () => {
    await take([line(NORA, await migrated())])
    await database.asOwner(`UPDATE "Consent" SET "validTo" = now() - interval '1 second'`)
    expect(await expireConsents(house, 'K7QM-9XTB-2RWH')).toBe(1)
    expect([await asked('status'), (await rows())[0]?.status]).toEqual([0, 'expired'])
  })

  test('that was withdrawn says so, and a new one leads on', async () => {
    const code = await migrated()
    await take([line(NORA, code)])
    await sandbox.answer(code, 'revoke')
    const nora = await logIn(NORA)
    expect(await nora.goOn()).toEqual({ to: 'consent', consentId: code, trouble: null })
    expect([(await rows())[0]?.status, await calls()]).toEqual(['revoked', 0])
    expect(await nora.ask()).toMatchObject({ ok: true, value: { kind: 'asked' } })
  })

  test.each([
    ['another person’s', 'other-person', { pid: STEINAR }],
    ['for another bank', 'other-bank', { to: FJORD }],
    ['for another resource', 'other-resource', { resource: 'slk_4629_2' }],
    ['with another end', 'other-end', { validTo: after(later, { hours: 48 }) }],
  ])('that is %s at Altinn is not used: the log says so, and the person is asked as anybody', async (_, word, but) => {
    const code = await migrated(but)
    await take([line(NORA, code)])
    const nora = await logIn(NORA)
    const before = (await told(nora.subjectRef)).length
    expect(await nora.goOn()).toEqual({ to: 'invitation' })
    expect((await told(nora.subjectRef)).slice(before)).toEqual([`consent.settled: ${word}`])
    expect([(await rows())[0]?.status, await calls()]).toEqual(['expired', 0])
    expect(await nora.ask()).toMatchObject({ ok: true, value: { kind: 'asked' } })
  })

  test('of which Altinn knows nothing is not used', async () => {
    await take([line(NORA, randomUUID())])
    const nora = await logIn(NORA)
    expect(await nora.goOn()).toEqual({ to: 'invitation' })
    expect((await told(nora.subjectRef)).at(-1)).toBe('consent.settled: unknown-to-altinn')
  })

  test('waits on while Altinn cannot be asked, or does not know us: nothing is used, nothing ends, nobody is asked anew', async () => {
    const code = await migrated()
    await take([line(NORA, code)])
    for (const [fault, trouble] of [['500', 'provider-unavailable'], ['403', 'misconfigured']] as const) {
      await sandbox.fault('altinn', fault, { step: 'status', times: 9 })
      const nora = await logIn(NORA)
      expect(await nora.goOn()).toEqual({ to: 'consent', consentId: code, trouble })
      expect(await nora.ask()).toMatchObject({ ok: false, reason: trouble })
      await sandbox.control('DELETE', 'faults/altinn')
      await database.asOwner('DELETE FROM "UpstreamGate"')
    }
    expect([(await rows())[0]?.status, await calls(), await asked('create')]).toEqual(['requested', 0, 0])
    expect(await (await logIn(NORA)).goOn()).toEqual({ to: 'balance' })
  })
})

describe('the file', () => {
  test('may be read again, and names by number what it cannot take', async () => {
    const [one, two] = [await migrated(), await migrated({ pid: STEINAR })]
    const file = [line(NORA, one), '', `${NORA.slice(0, 10)}0,${two},x`, line(STEINAR, one), line(STEINAR, two), 'nonsense']
    const refused = [{ line: 4, why: 'no-national-id' }, { line: 5, why: 'twice' }, { line: 7, why: 'unreadable' }]
    const before = await imports()
    expect(await take(file, { dryRun: true })).toEqual({ ok: true, value: { imported: 2, known: 0, refused } })
    expect([await rows(), await imports() - before]).toEqual([[], 0])
    expect(await take(file)).toEqual({ ok: true, value: { imported: 2, known: 0, refused } })
    expect(await take(file)).toEqual({ ok: true, value: { imported: 0, known: 2, refused } })
    expect(await take([line(STEINAR, one), line(NORA, randomUUID())])).toEqual({ ok: true, value: { imported: 0, known: 0, refused: [{ line: 2, why: 'other-person' }, { line: 3, why: 'has-another' }] } })
    expect([(await rows()).length, await imports() - before]).toEqual([2, 2])
  })

  test('with two consents of one person: one is taken in, and a trial says so beforehand', async () => {
    const file = [line(NORA, await migrated()), line(STEINAR, await migrated({ pid: STEINAR })), line(NORA, randomUUID())]
    const report = { ok: true, value: { imported: 2, known: 0, refused: [{ line: 4, why: 'has-another' }] } }
    expect(await take(file, { dryRun: true })).toEqual(report)
    expect(await take(file)).toEqual(report)
    expect(await take(file, { dryRun: true })).toEqual({ ok: true, value: { imported: 0, known: 2, refused: [{ line: 4, why: 'has-another' }] } })
  })

  test('read twice at the same moment takes each in once', async () => {
    const codes = await Promise.all(Array.from({ length: 3 }, () => migrated()))
    const done = await Promise.all(Array.from({ length: 8 }, () => take([line(NORA, codes[0] ?? '')])))
    expect(done.reduce((sum, report) => sum + (report.ok ? report.value.imported : 0), 0)).toBe(1)
    expect(await rows()).toHaveLength(1)
  })

  test('with none of its forms, or where Altinn 3 is not in use, is not read', async () => {
    const input = { lines: ['x'], dryRun: false, synthetic: true, correlationId: 'c' }
    expect(await importConsents(house, input)).toMatchObject({ ok: false, reason: 'no-form' })
    expect(await importConsents({ ...house, policy: { ...house.policy, provider: 'altinn2' } }, input)).toMatchObject({ ok: false, reason: 'not-altinn3' })
  })
})
