import { afterEach, describe, expect, test } from 'vitest'
import { parseConfig } from './config'
import { stopHere } from './consent/stop-here'
import { newCorrelationId } from './correlation-id'
import { createServices } from './services'
import { whyNoReading } from './sources/why-no-reading'
import { freshDatabase } from './testing/database'
import { newAuditJwk } from './testing/audit-keys'
import { anEd25519Jwk } from './testing/key-pairs'
import { peopleAt } from './testing/people-at'
import { aSandbox } from './testing/sandbox'
import { aKey32 as key } from './testing/settings'

/** The whole core against the whole street and a real database: only pages and browsers are missing. */
const [database, sandbox] = await Promise.all([freshDatabase({ timeZone: 'Europe/Oslo' }), aSandbox()])
afterEach(async () => {
  await sandbox.reset()
  await database.asOwner('DELETE FROM "Session"; DELETE FROM "Consent"; DELETE FROM "UpstreamGate"')
})
const config = parseConfig({ ...sandbox.settings(), DATABASE_URL: database.appUrl })
const instances = [createServices(config, database.db), createServices(config, database.another())] as const
const [house] = instances

const { logIn, consented } = peopleAt(house, sandbox)
const told = async (subjectRef: string) => (await database.events()).filter((event) => event.subjectRef === subjectRef).map(({ type, outcome }) => (outcome ? `${type}: ${outcome}` : type))
const calls = async () => (await sandbox.requests('lanekassen', 'accounts')).length

describe('from log-in to log-out', () => {
  test('every look-up is explainable, and every krone is gone at log-out', async () => {
    const nora = await consented('24907524708')
    expect(await nora.goOn(nora.returnRef)).toEqual({ to: 'balance' })
    const seen = await nora.look(instances[1])
    expect(seen).toMatchObject({ value: { total: { ore: 39821462 + 154418 + 28000 + 46500 }, reconciled: true }, consentId: nora.id })
    expect(seen?.value.parts.map(({ kind, amount }) => [kind, amount?.ore])).toEqual([['loan', 39821462], ['interest', 154418], ['fee', 28000], ['cost', 46500]])
    await nora.logOut()
    expect(await nora.look()).toBeNull()
    expect([await database.count('Session'), await database.count('HeldReading'), await database.count('ReadingSeal')]).toEqual([0, 0, 0])
    expect(await told(nora.subjectRef)).toEqual(['session.started', 'consent.requested', 'consent.settled: accepted', 'source.read-started', 'source.read: ok', 'reading.shown', 'session.ended: own'])
  })

  test('nothing in the database shows an amount, a number or a token, while it is held', async () => {
    const nora = await consented('24907524708')
    await nora.goOn(nora.returnRef)
    const tables = await database.asOwner(`SELECT schemaname || '."' || tablename || '"' AS name FROM pg_tables WHERE schemaname IN ('public', 'audit_parts')`)
    const dump = (await Promise.all(tables.map(({ name }) => database.asOwner(`SELECT t::text AS row FROM ${String(name)} t`)))).flat().map(({ row }) => String(row)).join('\n')
    const hex = (text: string) => Buffer.from(text).toString('hex')
    for (const canary of ['24907524708', '39821462', '398214.62', '40050380', 'eyJhbGciOi', 'the-right-api-key']) for (const form of [canary, hex(canary), Buffer.from(canary).toString('base64').replace(/=+$/, '')]) expect(dump.includes(form), form).toBe(false)
    expect(await database.count('HeldReading')).toBeGreaterThan(0)
  })

  test('the source is called once in a log-in, however many tabs and instances go on at once', async () => {
    const nora = await consented('24907524708')
    const steps = await Promise.all(Array.from({ length: 10 }, (_, n) => nora.goOn(nora.returnRef, instances[n % 2])))
    expect(steps).toContainEqual({ to: 'balance' })
    await nora.goOn()
    expect(await calls()).toBe(1)
  })

  test('a second log-in reads again on the same consent, and asks nobody for another', async () => {
    const first = await consented('04125300311')
    await first.goOn(first.returnRef)
    await first.logOut()
    const second = await logIn('04125300311')
    expect(second.subjectRef).toBe(first.subjectRef)
    expect(await second.goOn()).toEqual({ to: 'balance' })
    expect((await second.look())?.value.total).toMatchObject({ ore: 52399045 + 231099 + 84000 + 234450 })
    expect([await calls(), (await sandbox.requests('altinn', 'create')).length]).toEqual([2, 1])
  })

  test('a consent withdrawn in Altinn ends at the next log-in: what is told is that, and nothing is fetched', async () => {
    const person = await consented('01085301957')
    await person.goOn(person.returnRef)
    await person.logOut()
    await sandbox.answer(person.id, 'revoke')
    const again = await logIn('01085301957')
    expect(await again.goOn()).toEqual({ to: 'consent', consentId: person.id, trouble: null })
    expect(await again.look()).toBeNull()
    expect(await whyNoReading(house, await again.session())).toMatchObject({ why: 'consent-closed', consent: { status: 'revoked' } })
    expect([await calls(), (await told(person.subjectRef)).slice(-3)]).toEqual([1, ['source.read-started', 'consent.closed: revoked', 'source.read: consent-ended']])
  })

  test('somebody else who comes back to the same browser gets nothing of it', async () => {
    const first = await logIn('02095302184')
    const asked = await first.ask()
    const id = asked.ok && asked.value.kind === 'asked' ? (new URL(asked.value.consentUrl).searchParams.get('id') ?? '') : ''
    await sandbox.answer(id, 'accept')
    const other = await logIn('02104802179')
    expect(await other.goOn(house.returnRefs.of(id))).toEqual({ to: 'wrong-person' })
    expect((await house.consents.find(id))?.status).toBe('requested')
    expect([await calls(), await other.look()]).toEqual([0, null])
  })

  test('a Maskinporten that is too busy to tell its keys is left alone, on every instance', async () => {
    const nora = await consented('24907524708')
    await sandbox.fault('maskinporten', '429', { step: 'jwks', seconds: 60 })
    const newcomer = createServices(config, database.another())
    expect(await nora.goOn(nora.returnRef, newcomer)).toEqual({ to: 'balance' })
    expect(await whyNoReading(house, await nora.session())).toMatchObject({ why: 'credentials-unavailable' })
    const before = (await sandbox.requests('maskinporten', 'consent-token')).length
    for (const at of [newcomer, house]) await nora.goOn(null, at)
    expect([(await sandbox.requests('maskinporten', 'consent-token')).length, (await sandbox.requests('maskinporten', 'jwks')).length]).toEqual([before, 1])
  })

  test('a busy Lånekassen is left alone by everybody, on every instance', async () => {
    const [busy, other] = [await consented('09878814247'), await consented('24907524708')]
    await busy.goOn(busy.returnRef)
    expect(await whyNoReading(house, await busy.session())).toMatchObject({ why: 'source-busy', until: expect.any(Date) as Date })
    await other.goOn(other.returnRef, instances[1])
    expect(await whyNoReading(house, await other.session())).toMatchObject({ why: 'source-busy' })
    expect(await calls()).toBe(1)
    await database.asOwner('DELETE FROM "UpstreamGate"')
    await other.goOn()
    expect((await other.look())?.value.reconciled).toBe(true)
  })
})

describe('when somebody on the street does not do their part', () => {
  test('a request that never reached Altinn is no trouble at the next log-in: it is asked for again, the same one', async () => {
    const first = await logIn('24907524708')
    await sandbox.fault('altinn', '500', { step: 'create', times: 3 })
    expect(await first.ask()).toMatchObject({ ok: false, reason: 'provider-unavailable' })
    await first.logOut()
    await database.asOwner('DELETE FROM "UpstreamGate"')
    const again = await logIn('24907524708')
    expect(await again.goOn()).toMatchObject({ to: 'consent', trouble: null })
    expect(await again.ask()).toMatchObject({ ok: true, value: { kind: 'asked' } })
    expect(await database.count('Consent')).toBe(1)
  })

  test('a Maskinporten that takes calls and never answers is left alone after five of them', async () => {
    const people = await Promise.all(['24907524708', '04125300311', '01085301957', '02095302184', '02104802179'].map(consented))
    const late = await consented('04024701293')
    const asked = async () => (await sandbox.requests('maskinporten', 'consent-token')).length
    await sandbox.fault('maskinporten', 'black-hole', { step: 'consent-token', times: 99 })
    await Promise.all(people.map((person) => person.goOn(person.returnRef)))
    await expect.poll(asked).toBe(5)
    await late.goOn(late.returnRef, instances[1])
    expect(await whyNoReading(house, await late.session())).toEqual({ why: 'credentials-unavailable', until: null })
    expect(await asked()).toBe(5)
  })

  test('a consent that was renewed and then stopped here is read no more, and nor is the old one', async () => {
    const person = await consented('24907524708')
    await person.goOn(person.returnRef)
    await database.asOwner(`UPDATE "Consent" SET "validTo" = now() + interval '20 days'`)
    const renewed = await person.ask(true)
    const id = renewed.ok && renewed.value.kind === 'asked' ? (new URL(renewed.value.consentUrl).searchParams.get('id') ?? '') : ''
    expect(id).not.toBe(person.id)
    await sandbox.answer(id, 'accept')
    await person.goOn(house.returnRefs.of(id))
    expect(await stopHere(house, { consentId: id, subjectRef: person.subjectRef, correlationId: newCorrelationId() })).toMatchObject({ ok: true })
    expect(await person.look()).toBeNull()
    await person.logOut()
    const again = await logIn('24907524708')
    expect(await again.goOn()).toMatchObject({ to: 'consent' })
    expect(await calls()).toBe(1)
  })
})

describe('the house', () => {
  test('lets synthetic people in everywhere but in production, and there nobody by TestID', () => {
    expect(house.logInRules).toEqual({ acr: 'idporten-loa-high', synthetic: true, testId: true })
    const jwk = JSON.stringify({ ...sandbox.key.privateJwk })
    const production = parseConfig({ APP_URL: 'https://bank.example', DEPLOYMENT: 'production', AUTH_SECRET: key(), ENCRYPTION_KEYS: `k1:${key()}`, FINGERPRINT_KEY: key(), AUDIT_SIGNING_KEY: JSON.stringify(newAuditJwk()), DATABASE_URL: database.appUrl, BANK_NAME: 'B', BANK_ORG_NUMBER: '311111116', IDPORTEN_CLIENT_ID: 'i', IDPORTEN_JWK: jwk, MASKINPORTEN_CLIENT_ID: 'm', MASKINPORTEN_JWK: jwk, LANEKASSEN_API_KEY: 'k', RECEIPT_SIGNING_KEY: anEd25519Jwk(), LANEKASSEN_LOGO: 'l.svg' })
    expect(createServices(production, database.db).logInRules).toEqual({ acr: 'idporten-loa-high', synthetic: false, testId: false })
  })

  test('sends people back to its own address', () => {
    expect(house.policy).toMatchObject({ returnUrl: 'http://localhost:3000/consent/return', coveredBy: '311111116', handledBy: null, days: 364 })
  })
})
