import { createPrivateKey, X509Certificate } from 'node:crypto'
import { decodeJwt, importPKCS8, SignJWT, type CryptoKey } from 'jose'
import forge from 'node-forge'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSandbox, type Sandbox } from '../start.ts'
import { createBank, type Bank, type Json, type Reply } from '../testing/bank.ts'
import { BANK, bankClient, keys, registration, SCOPES, SUPPLIER, supplierClient } from '../testing/registration.ts'

const CERTIFIED = '88888888-8888-4888-8888-888888888888'
const DAY = 86_400_000
let sandbox: Sandbox
let bank: Bank
const lines: string[] = []

beforeAll(async () => {
  const file = registration()
  file.maskinporten.push({ clientId: CERTIFIED, orgNumber: BANK, scopes: [SCOPES.balance] })
  sandbox = await startSandbox({ port: 0, registration: file, log: (line) => lines.push(line) })
  bank = createBank(sandbox.origin)
})
afterAll(() => sandbox.close())

type Certificate = { x5c: string[]; key: CryptoKey }
async function order(change: Json = {}): Promise<Certificate> {
  const { status, json } = await bank.control('POST', 'certificates', { orgNumber: BANK, ...change })
  expect(status).toBe(201)
  const { p12, password, chain } = json as { p12: string; password: string; chain: string[] }
  const bags = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(Buffer.from(p12, 'base64').toString('latin1')), password).getBags({ bagType: forge.pki.oids.pkcs8ShroudedKeyBag })
  const key = Object.values(bags)[0]?.[0]?.key
  if (!key) throw new Error('no key in the container')
  const pem = createPrivateKey(forge.pki.privateKeyToPem(key)).export({ type: 'pkcs8', format: 'pem' }).toString()
  return { x5c: chain, key: await importPKCS8(pem, 'RS256') }
}
const ask = ({ x5c, key }: Certificate, header: Json = {}): Promise<Reply> => bank.ask({ claims: { iss: CERTIFIED }, header: { kid: undefined, x5c, ...header }, key })
const refused = ({ json, text }: Reply, code: string): void => { expect([json.error, String(json.error_description).slice(0, 6)], text).toEqual(['invalid_grant', code]) }

describe('a client without a registered key', () => {
  test('is known by its business certificate, whole chain, leaf first', async () => {
    const certificate = await order()
    expect(new X509Certificate(Buffer.from(certificate.x5c[0] ?? '', 'base64')).subject).toContain(`NTRNO-${BANK}`)
    const answer = await ask(certificate)
    expect(answer.status, answer.text).toBe(200)
    expect(decodeJwt(String(answer.json.access_token)).client_amr).toBe('virksomhetssertifikat')
    expect((await ask({ ...certificate, x5c: certificate.x5c.slice(0, 2) })).status, 'the root may be left out').toBe(200)
  })

  test('may have its number in serialNumber, as in older certificates (SEID 1.0)', async () => {
    const certificate = await order({ profile: 'seid1', name: 'Bærum Bank AS' })
    expect(new X509Certificate(Buffer.from(certificate.x5c[0] ?? '', 'base64')).toLegacyObject().subject).toEqual({ C: 'NO', O: 'Bærum Bank AS', serialNumber: BANK, CN: 'Bærum Bank AS' })
    expect((await ask(certificate)).status).toBe(200)
    refused(await ask(await order({ profile: 'seid1', orgNumber: '313333332' })), 'MP-122')
  })

  test.each([
    ['expired', 'has expired'], ['not-yet', 'not valid yet'], ['psd2', 'PSD2'], ['production', 'production is not accepted in test'],
    ['untrusted', 'not lead to an issuer that is trusted'], ['self-signed', 'is self-signed'], ['revoked', 'has revoked'],
  ])('is refused with a certificate of the kind %s (MP-120)', async (kind, because) => {
    refused(await ask(await order({ kind })), 'MP-120')
    expect(lines.at(-1)).toContain(because)
  })

  test('is refused without its chain, in another order, or with something that is no certificate (MP-120)', async () => {
    const certificate = await order()
    const [leaf = '', middle = '', root = ''] = certificate.x5c
    const pem = Buffer.from(new X509Certificate(Buffer.from(leaf, 'base64')).toString()).toString('base64')
    const bad = { 'the leaf alone': [leaf], reversed: [root, middle, leaf], empty: [], 'no certificate': ['MIIB'], 'a gap': [leaf, root], 'an issuer for a leaf': [middle, root], 'a PEM file in base64': [pem, middle], base64url: [Buffer.from(leaf, 'base64').toString('base64url'), middle], 'PEM with its lines': [`${leaf.slice(0, 64)}\n${leaf.slice(64)}`, middle] }
    for (const [what, x5c] of Object.entries(bad)) expect((await ask({ ...certificate, x5c })).json.error_description, what).toContain('MP-120')
  })

  test('is refused without kid and without x5c (MP-123), and with both', async () => {
    const certificate = await order()
    refused(await ask(certificate, { x5c: undefined }), 'MP-123')
    expect((await ask(certificate, { kid: 'k' })).json.error_description).toContain('Exactly one of kid and x5c')
  })

  test('may order it as PEM, too', async () => {
    const { certificates, privateKey, chain } = (await bank.control('POST', 'certificates', { orgNumber: BANK })).json as { certificates: string; privateKey: string; chain: string[] }
    expect((await ask({ x5c: chain, key: await importPKCS8(privateKey, 'RS256') })).status).toBe(200)
    const blocks = certificates.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
    expect(blocks.map((pem) => new X509Certificate(pem).raw.toString('base64'))).toEqual(chain)
    expect(new X509Certificate(certificates).checkPrivateKey(createPrivateKey(privateKey))).toBe(true)
  })

  test('is refused with the certificate of another organisation (MP-122)', async () => { refused(await ask(await order({ orgNumber: '313333332' })), 'MP-122') })

  test('is refused when another key has signed (MP-124), or with a string for a chain (MP-123)', async () => {
    const certificate = await order()
    refused(await ask({ ...certificate, key: keys.stranger.sign }), 'MP-124')
    refused(await ask(certificate, { x5c: certificate.x5c[0] }), 'MP-123')
  })

  test('is refused with kid, since there is no key it could name (MP-124)', async () => { refused(await bank.ask({ claims: { iss: CERTIFIED } }), 'MP-124') })
})

describe('the keys of a client', () => {
  const put = (body: object, client = bankClient) => bank.control('PUT', `clients/${client}/keys`, body)

  test('may be two while one takes over from the other; what is left out is gone', async () => {
    const withNext = { header: { kid: 'stranger' }, key: keys.stranger.sign }
    refused(await bank.ask(withNext), 'MP-124')
    await put({ keys: [keys.bank.publicJwk, keys.stranger.publicJwk] })
    expect([(await bank.ask()).status, (await bank.ask(withNext)).status]).toEqual([200, 200])
    await put({ keys: [keys.stranger.publicJwk] })
    refused(await bank.ask(), 'MP-124')
    expect((await bank.ask(withNext)).status).toBe(200)
    await bank.control('POST', 'reset')
    expect((await bank.ask()).status).toBe(200)
  })

  test('live a year from the day they were posted (MP-121)', async () => {
    const posted = (days: number) => put({ keys: [keys.bank.publicJwk], postedAt: new Date(Date.now() - days * DAY).toISOString() })
    await posted(364)
    expect((await bank.ask()).status).toBe(200)
    await posted(366)
    refused(await bank.ask(), 'MP-121')
    await put({ keys: [keys.bank.publicJwk] })
    expect((await bank.ask()).status, 'the same key posted anew').toBe(200)
  })

  test('are public, named once each, and of a client that is known', async () => {
    expect((await put({ keys: [{ ...keys.bank.publicJwk, d: 'x' }] })).status).toBe(400)
    expect((await put({ keys: [keys.bank.publicJwk, keys.bank.publicJwk] })).status).toBe(400)
    expect((await put({ keys: [] }, '99999999-9999-4999-8999-999999999999')).status).toBe(404)
  })
})

describe('what a bank has delegated', () => {
  const asSupplier = () => bank.ask({ key: keys.supplier.sign, header: { kid: keys.supplier.kid }, claims: { iss: supplierClient, consumer_org: BANK } })

  test('can be taken back, scope by scope, and given again', async () => {
    expect((await asSupplier()).status).toBe(200)
    await bank.control('PUT', 'delegations', [{ consumer: BANK, supplier: SUPPLIER, scopes: [SCOPES.read] }])
    expect((await asSupplier()).json.error_description).toContain('MP-251')
    await bank.control('PUT', 'delegations', [{ consumer: BANK, supplier: SUPPLIER, scopes: [SCOPES.balance] }])
    expect((await asSupplier()).status).toBe(200)
    await bank.control('POST', 'reset')
  })
})

describe('one thing at a time', () => {
  const code = ({ status, json }: Reply): string => /^MP-\d{3}/.exec(String(json.error_description))?.[0] ?? String(status)
  const asSupplier = async (scope: string, consumer = BANK): Promise<string> =>
    code(await bank.ask({ key: keys.supplier.sign, header: { kid: keys.supplier.kid }, claims: { iss: supplierClient, scope, consumer_org: consumer } }))

  test('a bank takes one scope back from a supplier, and gives it again (MP-251)', async () => {
    const between = { consumer: BANK, supplier: SUPPLIER, scope: SCOPES.balance }
    await bank.control('PATCH', 'delegations', { ...between, delegated: false })
    expect([await asSupplier(SCOPES.balance), await asSupplier(SCOPES.read)]).toEqual(['MP-251', '200'])
    await bank.control('PATCH', 'delegations', { ...between, delegated: true })
    expect(await asSupplier(SCOPES.balance)).toBe('200')
    await bank.control('PATCH', 'delegations', { ...between, consumer: '314444443', delegated: true })
    expect((await bank.control('GET', 'delegations')).json).toMatchObject([{ consumer: BANK }, { consumer: '314444443', scopes: [SCOPES.balance] }])
    expect((await bank.control('PATCH', 'delegations', { ...between, delegated: 'ja' })).status).toBe(400)
    await bank.control('POST', 'reset')
  })

  test('an owner takes a scope from a bank, which its supplier notices too (MP-250)', async () => {
    const scope = { orgNumber: BANK, scope: SCOPES.balance }
    await bank.control('PUT', 'scopes', { ...scope, given: false })
    expect([code(await bank.ask()), code(await bank.ask({ claims: { scope: SCOPES.read } })), await asSupplier(SCOPES.balance)]).toEqual(['MP-250', '200', 'MP-250'])
    await bank.control('PUT', 'scopes', { ...scope, given: true })
    expect(code(await bank.ask())).toBe('200')
  })

  test('the clients can be looked at, without their keys', async () => {
    const { json, text } = await bank.control('GET', 'clients')
    expect(json).toMatchObject([{ clientId: bankClient, orgNumber: BANK, kids: ['bank-saldo-test'] }, { clientId: supplierClient, orgNumber: SUPPLIER }, { clientId: CERTIFIED, kids: [] }])
    expect(text).not.toContain(keys.bank.publicJwk.n)
  })
})

test('an assertion with no signature is refused although the chain is in order (MP-124)', async () => {
  const { x5c } = await order()
  const unsigned = `${Buffer.from(JSON.stringify({ alg: 'RS256', x5c })).toString('base64url')}.${(await new SignJWT({ iss: CERTIFIED }).setProtectedHeader({ alg: 'RS256' }).sign(keys.stranger.sign)).split('.')[1] ?? ''}.`
  refused(await bank.grant({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: unsigned }), 'MP-124')
})
