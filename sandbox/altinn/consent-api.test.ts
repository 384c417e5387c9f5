import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSandbox, type Sandbox } from '../start.ts'
import { createBank, type Bank, type Json, type Reply } from '../testing/bank.ts'
import { NOT_SYNTHETIC } from '../testing/numbers.ts'
import { BANK, keys, registration, SCOPES, SUPPLIER, supplierClient } from '../testing/registration.ts'

const STEINAR = '01085301957'
const FABIAN = '02075700329'
const personUrn = (pid: string): string => `urn:altinn:person:identifier-no:${pid}`
const orgUrn = (number: string): string => `urn:altinn:organization:identifier-no:${number}`
let sandbox: Sandbox
let bank: Bank

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, registration: registration(), log: () => {} })
  bank = createBank(sandbox.origin)
})
beforeEach(() => bank.control('POST', 'reset'))
afterAll(() => sandbox.close())

const right = (change: Json = {}): Json => ({ action: ['consent'], resource: [{ type: 'urn:altinn:resource', value: 'slk_5498_1' }], metadata: { navn: 'Testbanken AS' }, ...change })
const supplierToken = (scope: string): Promise<string> => bank.token(scope, { iss: supplierClient, consumer_org: BANK }, { key: keys.supplier.sign, header: { kid: keys.supplier.kid } })
const problem = (answer: Reply, status: number, code: string): void => {
  expect([answer.status, answer.json.code], answer.text).toEqual([status, code])
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
}
const validation = (answer: Reply, code: string): void => {
  problem(answer, 400, 'STD-00000')
  expect((answer.json.validationErrors as Json[]).map((error) => error.code)).toEqual([code])
}
const emptyBody = (answer: Reply, status: number): void => { expect([answer.status, answer.text]).toEqual([status, '']) }

describe('creating', () => {
  test('a new request is 201 with Location, status Created and a viewUri without personal data', async () => {
    const body = bank.request(STEINAR)
    const made = await bank.create(body)
    expect(made.status).toBe(201)
    expect(made.headers.get('location')).toBe(made.json.viewUri)
    expect(made.json).toMatchObject({ id: body.id, from: body.from, to: body.to, requiredDelegator: body.from, handledBy: null, status: 'Created', consented: null, redirectUrl: body.redirectUrl, portalViewMode: 'Hide', consentRights: body.consentRights })
    expect(made.json.consentRequestEvents).toMatchObject([{ eventType: 'Created', performedBy: orgUrn(BANK), consentRequestID: body.id }])
    expect(made.json.viewUri).toBe(`${sandbox.origin}/altinn/accessmanagement/ui/consent/request?id=${String(body.id)}`)
    expect(String(made.json.viewUri)).not.toContain(STEINAR)
  })
  test('times are written with an offset and without needless zeros', async () => {
    const made = await bank.create(bank.request(STEINAR, { validTo: '2027-11-20T10:00:00Z' }))
    expect(made.json.validTo).toBe('2027-11-20T10:00:00+00:00')
    expect((await bank.create(bank.request(STEINAR, { validTo: '2027-11-20T11:00:00.540+01:00' }))).json.validTo).toBe('2027-11-20T10:00:00.54+00:00')
  })
  test('the same body again is 200 in the internal shape, and makes no second request', async () => {
    const body = bank.request(STEINAR)
    await bank.create(body)
    const again = await bank.create(body)
    expect(again.status).toBe(200)
    expect(again.json).toMatchObject({ id: body.id, from: body.from, consentRequestStatus: 'Created' })
    expect(again.json).not.toHaveProperty('status')
    expect((await bank.control('GET', 'consents')).json).toHaveLength(1)
  })
  test('the same id between other parties is AM-00016, and changes nothing', async () => {
    const body = bank.request(STEINAR)
    await bank.create(body)
    problem(await bank.create({ ...bank.request(FABIAN), id: body.id }), 400, 'AM-00016')
    expect((await bank.status(String(body.id))).json.from).toBe(personUrn(STEINAR))
  })
  test('a supplier creates for the bank, and is named in handledBy', async () => {
    const body = bank.request(STEINAR, { handledBy: orgUrn('314444443') })
    const made = await bank.create(body, await supplierToken(SCOPES.write))
    expect([made.status, made.json.handledBy]).toEqual([201, orgUrn(SUPPLIER)])
    expect((await bank.status(String(body.id), await supplierToken(SCOPES.read))).status).toBe(200)
  })
  test('field names and metadata keys are matched without regard to case, unknown fields are ignored', async () => {
    const { consentRights, ...rest } = bank.request(STEINAR)
    expect(consentRights).toBeDefined()
    const answer = await bank.create({ ...rest, ConsentRights: [{ action: ['consent'], resource: [{ type: 'urn:altinn:resource', value: 'slk_5498_1' }], metaData: { Navn: 'Testbanken AS' } }], noe: 1 })
    expect(answer.status).toBe(201)
  })
  test('one’s own scheme passes as redirectUrl', async () => { expect((await bank.create(bank.request(STEINAR, { redirectUrl: 'minbank://tilbake' }))).status).toBe(201) })
})

describe('refused with an empty body', () => {
  test('401 without a token, with a foreign one, with the wrong word before it', async () => {
    const token = await bank.token(SCOPES.write)
    const post = async (authorization?: string): Promise<void> => {
      const response = await fetch(bank.platform, { method: 'POST', headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) }, body: JSON.stringify(bank.request(STEINAR)) })
      expect([response.status, await response.text()]).toEqual([401, ''])
    }
    await post()
    await post(token)
    await post(`bearer ${token}x`)
    await bank.control('PUT', 'faults/maskinporten', { fault: 'token-key', times: 1 })
    emptyBody(await bank.create(bank.request(STEINAR), await bank.token(SCOPES.write)), 401)
    await bank.control('PUT', 'faults/maskinporten', { fault: 'token-expired', times: 1 })
    emptyBody(await bank.create(bank.request(STEINAR), await bank.token(SCOPES.write)), 401)
  })
  test('403 when the scope is missing', async () => {
    emptyBody(await bank.create(bank.request(STEINAR), await bank.token(SCOPES.read)), 403)
    emptyBody(await bank.status(randomUUID(), await bank.token(SCOPES.balance)), 403)
    emptyBody(await bank.events('', await bank.token(SCOPES.balance)), 403)
  })
  test('403 when `to` is not the consumer of the token', async () => { emptyBody(await bank.create(bank.request(STEINAR, { to: orgUrn(SUPPLIER) })), 403) })
})

describe('refused with a code', () => {
  test.each([
    ['a person who is not in the register', { from: personUrn('21879522657') }, 'AM-00004'],
    ['a person whose number could not be synthetic', { from: personUrn(NOT_SYNTHETIC) }, 'AM-00004'],
    ['a delegator who is not in the register', { requiredDelegator: personUrn('21879522657') }, 'AM-00004'],
    ['an organisation that is not in the register', { requiredDelegator: orgUrn('999999999') }, 'AM-00003'],
    ['an unknown resource', { consentRights: [right({ resource: [{ type: 'urn:altinn:resource', value: 'slk_0000_1' }] })] }, 'AM-00005'],
    ['a resource that is not for consent', { consentRights: [right({ resource: [{ type: 'urn:altinn:resource', value: 'app_ttd_skjema' }] })] }, 'AM-00005'],
    ['several resources in one right', { consentRights: [right({ resource: [{ type: 'urn:altinn:resource', value: 'slk_5498_1' }, { type: 'urn:altinn:resource', value: 'slk_5498_1' }] })] }, 'AM-00005'],
    ['unknown metadata', { consentRights: [right({ metadata: { navn: 'Testbanken AS', alder: '3' } })] }, 'AM-00006'],
    ['empty metadata', { consentRights: [right({ metadata: { navn: '' } })] }, 'AM-00007'],
    ['missing metadata', { consentRights: [right({ metadata: {} })] }, 'AM-00008'],
    ['resources of different templates', { consentRights: [right(), right({ resource: [{ type: 'urn:altinn:resource', value: 'ske-samtykke-sbl-summert-skattegrunnlag' }], metadata: { inntektsaar: '2025' } })] }, 'AM-00009'],
  ])('%s', async (_what, change, code) => { problem(await bank.create(bank.request(STEINAR, change)), 400, code) })

  test.each([
    ['a time that has passed', { validTo: '2020-01-01T00:00:00Z' }, 'AM.VLD-00022'],
    ['no rights', { consentRights: [] }, 'AM.VLD-00023'],
    ['an address that is not absolute', { redirectUrl: '/samtykke/retur' }, 'AM.VLD-00027'],
    ['no action', { consentRights: [right({ action: [] })] }, 'STD.VLD-00000'],
  ])('%s', async (_what, change, code) => { validation(await bank.create(bank.request(STEINAR, change)), code) })

  test('several problems at once are HTTP 500 STD-00001', async () => {
    const answer = await bank.create(bank.request(STEINAR, { validTo: '2020-01-01T00:00:00Z', consentRights: [right({ metadata: { alder: '3' } })] }))
    problem(answer, 500, 'STD-00001')
    expect((answer.json.problems as Json[]).map(({ code }) => code)).toEqual(['AM-00006', 'AM-00008', 'STD-00000'])
  })
  test('but several validation errors are one list', async () => {
    const answer = await bank.create(bank.request(STEINAR, { validTo: '2020-01-01T00:00:00Z', redirectUrl: 'x' }))
    problem(answer, 400, 'STD-00000')
    expect(answer.json.validationErrors).toHaveLength(2)
  })
  test('a body that cannot be read is a plain 400', async () => {
    for (const change of [{ id: 'abc' }, { from: STEINAR }, { validTo: '2027-11-20T10:00:00' }, { validTo: 'i morgen' }, { portalViewMode: 'nei' }, { redirectUrl: null }, { consentRights: 'x' }]) {
      const answer = await bank.create(bank.request(STEINAR, change))
      expect([answer.status, 'errors' in answer.json], JSON.stringify(change)).toEqual([400, true])
    }
    expect((await bank.create('{')).status).toBe(400)
  })
})

describe('status', () => {
  test('follows the person’s answer', async () => {
    const id = await bank.accepted(STEINAR)
    const accepted = (await bank.status(id)).json
    expect([accepted.status, typeof accepted.consented]).toEqual(['Accepted', 'string'])
    expect((accepted.consentRequestEvents as Json[]).map(({ eventType }) => eventType)).toEqual(['Created', 'Accepted'])
    await bank.control('POST', `consents/${id}/revoke`)
    expect((await bank.status(id)).json.status).toBe('Revoked')
  })
  test('past validTo gains an Expired event, but is neither stored nor put into `status`', async () => {
    const id = await bank.accepted(STEINAR)
    await bank.control('POST', `consents/${id}/expire`)
    const { status, consentRequestEvents } = (await bank.status(id)).json
    expect([status, (consentRequestEvents as Json[]).at(-1)?.eventType]).toEqual(['Accepted', 'Expired'])
    await bank.control('PUT', 'settings', { eventsDelaySeconds: 0 })
    expect(JSON.stringify((await bank.events()).json)).not.toContain('Expired')
  })
  test('is AM-00001 for an unknown id, AM-00000 for another consumer', async () => {
    problem(await bank.status(randomUUID()), 404, 'AM-00001')
    const id = await bank.accepted(STEINAR)
    await bank.control('PUT', 'faults/maskinporten', { fault: 'token-consumer', times: 1 })
    problem(await bank.status(id, await bank.token(SCOPES.read)), 403, 'AM-00000')
  })
  test('the write scope will do for reading', async () => { expect((await bank.status(await bank.accepted(STEINAR), await bank.token(SCOPES.write))).status).toBe(200) })
  test('an id that is no UUID is 400', async () => { expect((await bank.status('abc')).status).toBe(400) })
  test('there is no way to withdraw for the consumer', async () => {
    const id = await bank.accepted(STEINAR)
    expect((await fetch(`${bank.platform}/${id}`, { method: 'DELETE', headers: { authorization: `Bearer ${await bank.token(SCOPES.write)}` } })).status).toBe(405)
    expect((await bank.status('latestchanges')).status).toBe(404)
  })
})

describe('resource registry', () => {
  test('is open, and tells which metadata a consent must carry', async () => {
    const entry = (await (await fetch(`${sandbox.origin}/altinn/resourceregistry/api/v1/resource/slk_5498_1`)).json()) as Json
    expect(entry).toMatchObject({ identifier: 'slk_5498_1', resourceType: 'Consent', consentMetadata: { navn: { optional: false } } })
    expect((await fetch(`${sandbox.origin}/altinn/resourceregistry/api/v1/resource/finnes_ikke`)).status).toBe(404)
    expect(await (await fetch(`${sandbox.origin}/altinn/resourceregistry/api/v1/resource/search?id=5498`)).json()).toHaveLength(1)
  })
})
