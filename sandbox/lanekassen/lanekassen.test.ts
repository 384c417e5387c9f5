import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { people } from '../people.ts'
import { startSandbox, type Sandbox } from '../start.ts'
import { createBank, type Bank, type Reply } from '../testing/bank.ts'
import { withWrongDigits } from '../testing/numbers.ts'
import { API_KEY, BANK, keys, registration, SCOPES, supplierClient } from '../testing/registration.ts'
import { amountText, expectedBalance } from './customers.ts'

const STEINAR = '01085301957'
const FABIAN = '02075700329'
let sandbox: Sandbox
let bank: Bank
const lines: string[] = []

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, registration: registration(), log: (line) => lines.push(line) })
  bank = createBank(sandbox.origin)
})
beforeEach(() => bank.control('POST', 'reset'))
afterAll(() => sandbox.close())

const says = (answer: Reply, status: number, words: string): void => { expect([answer.status, answer.text]).toEqual([status, words]) }
const headers = 'One or more headers are invalid'
const unauthorized = 'Authorization token is invalid'
const noConsent = 'Consent token is invalid'
const consentTokenFor = async (pid: string): Promise<string> => bank.consentToken(await bank.accepted(pid), pid)

describe('headers', () => {
  test.each([
    ['ApiKey is missing', { ApiKey: null }], ['Authorization is missing', { Authorization: null }], ['PSU_ID is missing', { PSU_ID: null }],
    ['PSU_ID is not eleven digits', { PSU_ID: '0108530195' }], ['PSU_ID has wrong control digits', { PSU_ID: withWrongDigits('01085301957') }],
    ['X-Request-Id is missing', { 'X-Request-Id': null }], ['X-Request-Id is no UUID', { 'X-Request-Id': 'abc' }], ['PSU-ID is spelt with a hyphen', { PSU_ID: null, 'PSU-ID': STEINAR }],
  ])('400 when %s', async (_what, change) => { says(await bank.balance(await consentTokenFor(STEINAR), STEINAR, change), 400, headers) })

  test('400 with a query; 404 for another spelling of the path; 405 for POST', async () => {
    const token = await consentTokenFor(STEINAR)
    says(await bank.balance(token, STEINAR, {}, '/saldo/v1/Accounts?x=1'), 400, headers)
    expect((await bank.balance(token, STEINAR, {}, '/saldo/v1/accounts')).status).toBe(404)
    expect((await fetch(`${sandbox.origin}/lanekassen/saldo/v1/Accounts`, { method: 'POST' })).status).toBe(405)
  })
  test('a used X-Request-Id is answered, with a warning in the log', async () => {
    const token = await consentTokenFor(STEINAR)
    const id = randomUUID()
    for (let time = 0; time < 2; time++) expect((await bank.balance(token, STEINAR, { 'X-Request-Id': id })).status).toBe(200)
    expect(lines.filter((line) => line.includes('X-Request-Id was seen before'))).toHaveLength(1)
  })
  test('a gateway that drops PSU_ID gives 400', async () => {
    await bank.control('PUT', 'faults/lanekassen', { fault: 'drop-psu-id', times: 1 })
    const token = await consentTokenFor(STEINAR)
    says(await bank.balance(token, STEINAR), 400, headers)
    expect((await bank.balance(token, STEINAR)).status).toBe(200)
  })
})

describe('the Authorization token', () => {
  test('stands alone: Bearer, quotes and anything else are 401', async () => {
    const token = await consentTokenFor(STEINAR)
    for (const authorization of [`Bearer ${token}`, `"${token}"`, `${token}x`, 'x', token.split('.').slice(0, 2).join('.')]) says(await bank.balance(authorization, STEINAR), 401, unauthorized)
  })
  test('the ApiKey must be the one issued', async () => { says(await bank.balance(await consentTokenFor(STEINAR), STEINAR, { ApiKey: `${API_KEY}x` }), 401, unauthorized) })
  test('has exactly Lånekassen’s scope', async () => {
    const id = await bank.accepted(STEINAR)
    says(await bank.balance(await bank.consentToken(id, STEINAR, SCOPES.read), STEINAR), 401, unauthorized)
    says(await bank.balance(await bank.consentToken(id, STEINAR, `${SCOPES.balance} ${SCOPES.read}`), STEINAR), 401, unauthorized)
  })
  test.each(['token-key', 'token-expired', 'token-consumer'])('a wrong one (%s) is 401', async (fault) => {
    const id = await bank.accepted(STEINAR)
    await bank.control('PUT', 'faults/maskinporten', { fault, times: 1 })
    says(await bank.balance(await bank.consentToken(id, STEINAR), STEINAR), 401, unauthorized)
  })
})

describe('the consent (altinn3-single)', () => {
  test('403 without a consent in the token, 400 with Consent-ID beside it', async () => {
    says(await bank.balance(await bank.token(SCOPES.balance), STEINAR), 403, noConsent)
    const token = await consentTokenFor(STEINAR)
    says(await bank.balance(token, STEINAR, { 'Consent-ID': token }), 400, headers)
  })
  test('403 when PSU_ID is another than the giver', async () => { says(await bank.balance(await consentTokenFor(STEINAR), FABIAN), 403, noConsent) })
  test.each(['token-from', 'token-to', 'token-resource', 'token-type', 'token-consent-expired', 'token-without-consent'])('403 for a wrong consent (%s)', async (fault) => {
    const id = await bank.accepted(STEINAR)
    await bank.control('PUT', 'faults/maskinporten', { fault, times: 1 })
    says(await bank.balance(await bank.consentToken(id, STEINAR), STEINAR), 403, noConsent)
  })
  test('a supplier reads for the bank it works for', async () => {
    const id = await bank.accepted(STEINAR)
    const token = await bank.token(SCOPES.balance, { iss: supplierClient, consumer_org: BANK, authorization_details: [{ type: 'urn:altinn:consent', id, from: `urn:altinn:person:identifier-no:${STEINAR}` }] }, { key: keys.supplier.sign, header: { kid: keys.supplier.kid } })
    expect((await bank.balance(token, STEINAR)).status).toBe(200)
  })
})

describe('the consent (altinn3-both)', () => {
  beforeEach(() => bank.control('PUT', 'settings', { lanekassenTransport: 'altinn3-both' }))

  test('comes in Consent-ID once; then it is remembered, also after a withdrawal', async () => {
    const id = await bank.accepted(STEINAR)
    const plain = await bank.token(SCOPES.balance)
    says(await bank.balance(plain, STEINAR), 403, noConsent)
    expect((await bank.balance(plain, STEINAR, { 'Consent-ID': await bank.consentToken(id, STEINAR) })).status).toBe(200)
    expect((await bank.balance(plain, STEINAR)).status).toBe(200)
    await bank.control('POST', `consents/${id}/revoke`)
    expect((await bank.balance(plain, STEINAR)).status).toBe(200)
    says(await bank.balance(plain, FABIAN), 403, noConsent)
    expect((await bank.control('POST', 'lanekassen/forget')).status).toBe(204)
    says(await bank.balance(plain, STEINAR), 403, noConsent)
  })
  test('is remembered only after a 200', async () => {
    const pid = '03817010023'
    const plain = await bank.token(SCOPES.balance)
    expect((await bank.balance(plain, pid, { 'Consent-ID': await consentTokenFor(pid) })).status).toBe(404)
    says(await bank.balance(plain, pid), 403, noConsent)
  })
  test('403 in quotes; 401 when Authorization carries a consent itself; 403 with the id instead of the token', async () => {
    const token = await consentTokenFor(STEINAR)
    const plain = await bank.token(SCOPES.balance)
    for (const consentId of [`"${token}"`, `'${token}'`, randomUUID()]) says(await bank.balance(plain, STEINAR, { 'Consent-ID': consentId }), 403, noConsent)
    says(await bank.balance(token, STEINAR, { 'Consent-ID': token }), 401, unauthorized)
  })
})

test('the consent (altinn3-same): the same token in both headers', async () => {
  await bank.control('PUT', 'settings', { lanekassenTransport: 'altinn3-same' })
  const id = await bank.accepted(STEINAR)
  const token = await bank.consentToken(id, STEINAR)
  says(await bank.balance(token, STEINAR), 403, noConsent)
  says(await bank.balance(token, STEINAR, { 'Consent-ID': await bank.consentToken(id, STEINAR) }), 403, noConsent)
  expect((await bank.balance(token, STEINAR, { 'Consent-ID': token })).status).toBe(200)
})

describe('customers', () => {
  const read = async (pid: string): Promise<Reply> => bank.balance(await consentTokenFor(pid), pid)

  test('each of the 17 published has the parts the case says, and a total that is their sum', async () => {
    const published = people.filter(({ group }) => group === 'published')
    expect(published).toHaveLength(17)
    for (const { pid, shows } of published) {
      const answer = await read(pid)
      const { Accounts, TotalAmount } = answer.json as { Accounts: { Name: string; Bban: string; Balances: { BalanceAmount: { amount: number } }[] }[]; TotalAmount: number }
      expect(Accounts.every(({ Bban }) => Bban === pid)).toBe(true)
      const sum = Accounts.reduce((ore, { Balances }) => ore + Math.round((Balances[0]?.BalanceAmount.amount ?? 0) * 100), 0)
      expect([Math.round(TotalAmount * 100), expectedBalance(pid)?.totalOre, expectedBalance(pid)?.sumOre], shows).toEqual([sum, sum, sum])
      if (shows.includes('over 1 million')) expect(sum).toBeGreaterThan(100_000_000)
      if (shows.includes('under 1 million')) expect(sum).toBeLessThan(100_000_000)
      const names = Accounts.map(({ Name }) => Name).join(' ').toLowerCase()
      const expected: Record<string, string> = { 'bare lån': 'lån', 'ingen gjeld': '', 'lån og renter': 'lån renter', 'alt unntatt omkostninger': 'lån renter gebyr', 'lån og gebyr': 'lån gebyr', 'alt unntatt gebyr': 'lån renter omkostninger', 'alle fire deler': 'lån renter gebyr omkostninger', 'renter og gebyr': 'renter gebyr', 'bare renter': 'renter', 'lån og omkostninger': 'lån omkostninger', 'bare gebyr': 'gebyr', 'bare omkostninger': 'omkostninger', 'alt unntatt renter': 'lån gebyr omkostninger', 'alt unntatt lån': 'renter gebyr omkostninger' }
      expect(names, shows).toBe(expected[Object.keys(expected).find((words) => shows.split(': ')[1]?.startsWith(words)) ?? '?'])
    }
  })
  test('amounts are bare numbers with at least one decimal, and times have 0 to 7 digits of a second', async () => {
    expect([amountText(28000), amountText(1268479), amountText(-152350), amountText(0), amountText(5)]).toEqual(['280.0', '12684.79', '-1523.5', '0.0', '0.05'])
    const body = (await read('04125300311')).text
    expect(body).toContain('"amount":840.0}')
    expect(new Set([...body.matchAll(/:\d\d(\.\d+)?Z/g)].map(([, fraction]) => fraction?.length ?? 0)).size).toBeGreaterThan(2)
  })
  test('404 for somebody who is no customer, listed or not', async () => {
    says(await read('03817010023'), 404, 'Requested PSU_ID does not exist')
    says(await read('15819010029'), 404, 'Requested PSU_ID does not exist')
  })
  test('429 with and without Retry-After, and 500', async () => {
    const withTime = await read('09878814247')
    says(withTime, 429, 'Too busy')
    expect(withTime.headers.get('retry-after')).toBe('20')
    expect((await read('10929114952')).headers.get('retry-after')).toBeNull()
    says(await read('11859415689'), 500, 'Unknown error. Contact support if the error persists')
  })
  test('odd statements: credit, null, unknown part, wrong total, currency, decimals, another person', async () => {
    expect((await read('04867310741')).text).toContain('"TotalAmount":-1523.5}')
    expect((await read('05917611434')).text).toContain('"amount":null')
    expect((await read('20829222281')).text).toContain('"TotalAmount":null')
    expect((await read('06847912160')).text).toContain('"Name":"Forsinkelsesrenter"')
    expect((await read('07898212828')).text).toMatch(/"amount":12684\.79.*"TotalAmount":0}$/)
    expect((await read('08828513592')).text).toContain('"currency":"EUR"')
    expect((await read('13837117083')).text).toContain('"amount":280.125')
    expect((await read('14887417882')).text).not.toContain('14887417882')
  })
  test('garbled answers: cut JSON, HTML, and far too much', async () => {
    const cut = await read('15817718466')
    expect(cut.status).toBe(200)
    expect(() => JSON.parse(cut.text) as unknown).toThrow()
    expect((await read('17918319816')).headers.get('content-type')).toContain('text/html')
    expect((await read('16868019240')).text.length).toBeGreaterThan(50_000_000)
  })
  test('a test may put its own text in the place of an answer', async () => {
    await bank.control('PUT', `balances/${STEINAR}`, { body: '{"Accounts":[],"TotalAmount":1e400}' })
    expect((await read(STEINAR)).text).toBe('{"Accounts":[],"TotalAmount":1e400}')
    await bank.control('DELETE', `balances/${STEINAR}`)
    expect((await read(STEINAR)).text).toContain('284512.5')
  })
})
