import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { parseBanks } from './config-banks'
import { bankMark, createInstallation } from './installation'
import { whyNoReading } from './sources/why-no-reading'
import { lookAtReading } from './sources/look-at-reading'
import { freshDatabase } from './testing/database'
import { peopleAt } from './testing/people-at'
import { aSandbox, clients, FJORD, SUPPLIER } from './testing/sandbox'
import { aKey32 } from './testing/settings'

/** Two banks in one process, on one database and one street: the first asks for itself, for the other a supplier does. */
const [database, sandbox] = await Promise.all([freshDatabase(), aSandbox()])
const { APP_URL, BANK_NAME, BANK_ORG_NUMBER, ...common } = sandbox.settings()
const fjordEntry = {
  APP_URL: 'http://fjordbanken.localhost:3000', BANK_NAME: 'Fjordbanken AS', BANK_ORG_NUMBER: FJORD, SUPPLIER_ORG_NUMBER: SUPPLIER, IDPORTEN_CLIENT_ID: 'fjordbanken-idporten', MASKINPORTEN_CLIENT_ID: clients.supplier,
  LANEKASSEN_API_KEY: 'the-other-api-key', AUTH_SECRET: aKey32(), ENCRYPTION_KEYS: `f1:${aKey32()}`,
}
const settings = { ...common, DATABASE_URL: database.appUrl, BANKS: JSON.stringify([{ APP_URL, BANK_NAME, BANK_ORG_NUMBER }, fjordEntry]) }
const installation = createInstallation(parseBanks(settings))
const [testbanken, fjordbanken] = installation.banks
if (!testbanken || !fjordbanken) throw new Error('two banks were asked for')
const [atTestbanken, atFjordbanken] = [peopleAt(testbanken, sandbox), peopleAt(fjordbanken, sandbox)]

afterEach(async () => {
  await sandbox.reset()
  await database.asOwner('DELETE FROM "Session"; DELETE FROM "Consent"; DELETE FROM "UpstreamGate"')
})
afterAll(() => Promise.all(installation.banks.map(({ db }) => db.$disconnect())))
const NORA = '24907524708'
const told = async (subjectRef: string) => database.asOwner('SELECT DISTINCT "bank" FROM "AuditEvent" WHERE "subjectRef" = $1', [subjectRef])

describe('one person at two banks', () => {
  test('gives each a consent of its own, and sees at each what they have let that bank fetch', async () => {
    const [here, there] = [await atTestbanken.consented(NORA), await atFjordbanken.logIn(NORA)]
    expect(here.subjectRef).not.toBe(there.subjectRef)
    expect(await here.goOn(here.returnRef)).toEqual({ to: 'balance' })
    expect(await there.goOn()).toEqual({ to: 'invitation' })
    expect([(await here.look())?.consentId, await there.look()]).toEqual([here.id, null])

    const also = await atFjordbanken.consented(NORA)
    expect(await also.goOn(also.returnRef)).toEqual({ to: 'balance' })
    expect((await also.look())?.value.total).toEqual((await here.look())?.value.total)
    expect(also.id).not.toBe(here.id)
    expect([await told(here.subjectRef), await told(also.subjectRef)]).toEqual([[{ bank: '311111116' }], [{ bank: FJORD }]])
  })

  test('is nobody at one with the cookie, the consent or the return reference of the other', async () => {
    const [here, there] = [await atTestbanken.consented(NORA), await atFjordbanken.logIn(NORA)]
    await here.goOn(here.returnRef)
    expect(await lookAtReading(fjordbanken, { source: fjordbanken.sources.studentLoan, token: here.token, correlationId: '0000-0000-0000' })).toBeNull()
    expect(await fjordbanken.sessions.find((await here.session()).tokenHash)).toBeNull()
    expect(await fjordbanken.consents.find(here.id)).toBeNull()
    expect(await there.goOn(here.returnRef)).toEqual({ to: 'invitation' })
    expect(await there.goOn(fjordbanken.returnRefs.of(here.id))).toEqual({ to: 'invitation' })
    expect((await sandbox.requests('lanekassen', 'accounts')).length).toBe(1)
  })

  test('is logged out at one and stays logged in at the other; a consent withdrawn from one stands for the other', async () => {
    const [here, there] = [await atTestbanken.consented(NORA), await atFjordbanken.consented(NORA)]
    await here.goOn(here.returnRef)
    await there.goOn(there.returnRef)
    await here.logOut()
    expect([await here.look(), (await there.look())?.consentId]).toEqual([null, there.id])
    await sandbox.answer(here.id, 'revoke')
    const again = await atTestbanken.logIn(NORA)
    expect(await again.goOn()).toEqual({ to: 'consent', consentId: here.id, trouble: null })
    expect((await there.look())?.consentId).toBe(there.id)
  })
})

describe('each bank', () => {
  test('is found by its own address, and no address is both’s', () => {
    const found = (host: string | null, more = {}) => installation.bankOf(new Headers({ ...(host !== null && { host }), ...more }))?.config.BANK_ORG_NUMBER
    expect([found('localhost:3000'), found('fjordbanken.localhost:3000'), found('127.0.0.1:3000'), found('bank.localhost:3000'), found(null)]).toEqual(['311111116', FJORD, undefined, undefined, undefined])
    for (const lie of [{ 'x-forwarded-host': 'fjordbanken.localhost:3000' }, { forwarded: 'host=fjordbanken.localhost:3000' }, { origin: 'http://fjordbanken.localhost:3000' }, { [bankMark]: FJORD }, { [bankMark]: '' }]) expect([found('localhost:3000', lie), found('evil.example', lie)]).toEqual(['311111116', undefined])
  })

  test('knows the requests that this process has sent to itself, wherever it sent them, and nobody else can make one', async () => {
    const mark = installation.markOf(fjordbanken)
    for (const host of ['localhost:3000', '127.0.0.1:3000']) expect(installation.bankOf(new Headers({ host, [bankMark]: mark }))).toBe(fjordbanken)
    expect(Buffer.from(mark, 'base64url')).toHaveLength(32)
    expect(installation.markOf(testbanken)).not.toBe(mark)
    expect(createInstallation(parseBanks(settings)).bankOf(new Headers({ [bankMark]: mark }))).toBeNull()
  })

  test('asks in its own name: for itself, or as the bank that the supplier handles it for', async () => {
    await (await atTestbanken.logIn(NORA)).ask()
    await (await atFjordbanken.logIn(NORA)).ask()
    expect(await database.asOwner('SELECT "bank", "coveredBy", "handledBy" FROM "Consent" ORDER BY 1')).toEqual([
      { bank: '311111116', coveredBy: '311111116', handledBy: null }, { bank: FJORD, coveredBy: FJORD, handledBy: SUPPLIER },
    ])
    expect([testbanken.policy.returnUrl, fjordbanken.policy.returnUrl]).toEqual(['http://localhost:3000/consent/return', 'http://fjordbanken.localhost:3000/consent/return'])
  })

  test('seals persons under its own key: neither can open what the other has sealed, even given the row', async () => {
    const { subjectRef } = await atTestbanken.logIn(NORA)
    await atFjordbanken.logIn(NORA)
    expect((await database.asOwner(`SELECT "bank", split_part("nationalIdSealed", '.', 2) AS kid FROM "Subject" ORDER BY 1`))).toEqual([{ bank: '311111116', kid: 'k1' }, { bank: FJORD, kid: 'f1' }])
    await expect(fjordbanken.subjects.nationalIdOf(subjectRef)).rejects.toThrow('not known')
  })

  test('has gates of its own: Lånekassen being too busy for one keeps nobody waiting at the other', async () => {
    const [here, there] = [await atTestbanken.consented('09878814247'), await atFjordbanken.consented(NORA)]
    await here.goOn(here.returnRef)
    expect(await whyNoReading(testbanken, await here.session())).toMatchObject({ why: 'source-busy' })
    expect(await there.goOn(there.returnRef)).toEqual({ to: 'balance' })
    expect((await there.look())?.value.reconciled).toBe(true)
  })

  test('has its own time and its own log-ins to end', async () => {
    const [here, there] = [await atTestbanken.logIn(NORA), await atFjordbanken.logIn(NORA)]
    await database.asOwner(`UPDATE "Session" SET "lastSeenAt" = now() - interval '1 hour'`)
    expect(await testbanken.sessions.endExpired(testbanken.sessionLimits, testbanken.clock.now(), '0000-0000-0000')).toBe(1)
    await expect(here.session()).rejects.toThrow()
    expect(await there.session()).toBeDefined()
  })
})

test('one bank alone is found at any address, as before', async () => {
  const alone = createInstallation(parseBanks({ ...sandbox.settings(), DATABASE_URL: database.appUrl }))
  for (const host of ['localhost:3000', '10.0.0.7:3000', '']) expect(alone.bankOf(new Headers({ host }))?.config.BANK_ORG_NUMBER).toBe('311111116')
  await alone.db.$disconnect()
})
