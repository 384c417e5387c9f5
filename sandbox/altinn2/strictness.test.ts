import { createHash, createPublicKey, X509Certificate } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSandbox, type Sandbox } from '../start.ts'
import { createAltinn2Client } from '../testing/altinn2.ts'
import { createBank, type Bank, type Json, type Reply } from '../testing/bank.ts'
import { createBrowser } from '../testing/browser.ts'
import { BANK, keys, registration, SCOPES, SUPPLIER, supplierClient, SUPPLIERS_ALTINN_KEY } from '../testing/registration.ts'
import { returnAddress } from './page.ts'

const STEINAR = '01085301957'
const FJORD = '313333332'
let sandbox: Sandbox
let bank: Bank
let altinn: ReturnType<typeof createAltinn2Client>
const lines: string[] = []
const fjordbanken = {
  appUrl: 'http://fjordbanken.localhost:3999', bank: { name: 'Fjordbanken AS', orgNumber: FJORD }, idporten: { clientId: 'fjord-web', jwks: { keys: [keys.stranger.publicJwk] } }, lanekassen: { apiKey: 'nokkel-til-fjordbanken' },
  delegations: [{ consumer: FJORD, supplier: SUPPLIER, scopes: Object.values(SCOPES) }],
}
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, registration: registration(), log: (line) => lines.push(line) })
  bank = createBank(sandbox.origin)
  altinn = createAltinn2Client(bank, sandbox.origin)
})
beforeEach(() => bank.control('POST', 'reset'))
afterAll(() => sandbox.close())

const asked = (change: Json = {}) => altinn.create(altinn.request(STEINAR, 'Bruun', change))
const suppliersToken = (scope: string, consumer: string) => bank.token(scope, { iss: supplierClient, consumer_org: consumer }, { key: keys.supplier.sign, header: { kid: keys.supplier.kid } })
const asSupplier = async (scope: string, consumer: string) => ({ token: await suppliersToken(scope, consumer), headers: { ApiKey: SUPPLIERS_ALTINN_KEY } })
const links = ({ json }: Reply) => json._links as { gui: { href: string } } | undefined

describe('a supplier for two banks', () => {
  beforeEach(() => bank.control('POST', 'banks', fjordbanken))
  const made = async (coveredBy: string, redirect: string) =>
    altinn.create(altinn.request(STEINAR, 'Bruun', { CoveredBy: coveredBy, HandledBy: SUPPLIER, RedirectUrl: redirect }), await asSupplier(SCOPES.write, coveredBy))

  test('gets a consent token only for the bank that it comes for', async () => {
    const code = String((await made(FJORD, 'http://fjordbanken.localhost:3999/consent/return')).json.AuthorizationCode)
    await bank.control('POST', `consents/${code}/accept`)
    expect((await altinn.token(code, await asSupplier(SCOPES.tokens, BANK))).status, 'for the other bank').toBe(403)
    expect(lines.at(-1)).toContain('another organisation’s')
    expect((await altinn.token(code)).status, 'by the other bank itself').toBe(403)
    const { text } = await altinn.token(code, await asSupplier(SCOPES.tokens, FJORD))
    expect(decodeJwt(JSON.parse(text) as string)).toMatchObject({ CoveredBy: FJORD, HandledBy: SUPPLIER })
    expect((await altinn.status(code, await asSupplier(SCOPES.read, BANK))).status).toBe(403)
  })

  test('sends people back to the bank that asks, and not to the other', async () => {
    expect((await made(FJORD, 'http://localhost:3999/consent/return')).text).toContain('InvalidRedirectUrl')
    expect((await made(BANK, 'http://fjordbanken.localhost:3999/consent/return')).text).toContain('InvalidRedirectUrl')
    expect((await made(BANK, 'http://localhost:3999/et/annet/sted?x=1')).status).toBe(201)
  })
})

describe('where people may be sent back to', () => {
  const withDomains = async (redirectDomains: string[], address: string): Promise<number> => {
    const whole = registration()
    const other = await startSandbox({ port: 0, registration: { ...whole, altinn2: { apiKeys: (whole.altinn2?.apiKeys ?? []).map((key) => ({ ...key, redirectDomains })) } }, log: () => {} })
    const theirs = createBank(other.origin)
    const { status } = await createAltinn2Client(theirs, other.origin).create(altinn.request(STEINAR, 'Bruun', { RedirectUrl: address }))
    await other.close()
    return status
  }
  test.each([
    ['*.bank.example', 'https://app.bank.example/retur', 201], ['*.bank.example', 'https://bank.example.ond.example/', 400], ['bank.example', 'http://bank.example/', 201],
    ['bank.example', 'minbank://bank.example', 400], ['https://bank.example', 'http://bank.example/', 400], ['minbank://samtykke', 'minbank://samtykke', 201],
    ['bank.*', 'https://bank.example/', 400], ['*bank.example', 'https://minbank.example/', 400],
  ])('%s beside %s is %i', async (pattern, address, status) => { expect(await withDomains([pattern], address)).toBe(status) })
})

describe('what is asked for', () => {
  test('of metadata that the service does not know, nothing is kept', async () => {
    const answer = await asked({ RequestResources: [{ ServiceCode: '5498', ServiceEditionCode: 1, Metadata: { Navn: 'Testbanken AS', inntektsaar: '2026' } }] })
    expect([answer.status, answer.json.RequestResources]).toEqual([201, [{ ServiceCode: '5498', ServiceEditionCode: 1, Metadata: { Navn: 'Testbanken AS' } }]])
  })
  test('errors come in either of two spellings', async () => {
    expect(JSON.parse((await asked({ OfferedByName: 'Hansen' })).text)).toEqual([{ ErrorCode: 'InvalidOfferedByName', ErrorMessage: expect.any(String) as string }])
    await bank.control('PUT', 'settings', { altinn2Errors: 'camel' })
    expect(JSON.parse((await asked({ OfferedByName: 'Hansen' })).text)).toEqual([{ errorCode: 'InvalidOfferedByName', errorDescription: expect.any(String) as string }])
  })
  test('all that is wrong is told of at once, and nothing is made', async () => {
    expect(JSON.parse((await asked({ OfferedByName: 'Hansen', RedirectUrl: 'https://ond.example', RequestMessage: { en: 'x' } })).text)).toHaveLength(3)
    expect((await asked({ PortalViewMode: 'Kanskje' })).status).toBe(400)
    expect((await bank.control('GET', 'consents')).json).toEqual([])
  })
})

describe('who asks', () => {
  test('a browser, which has no credentials and wants HTML, is sent to log in', async () => {
    const page = await altinn.call('GET', 'consentRequests/x', SCOPES.read, { headers: { Authorization: null, ApiKey: null, Accept: 'text/html' } })
    expect([page.status, page.headers.get('location')]).toEqual([302, '/altinn2/ui/Authentication'])
    expect(await (await fetch(`${sandbox.origin}/altinn2/ui/Authentication`)).text()).toContain('Logg inn i Altinn')
  })
  test('an expired token and a foreign one have each their phrase', async () => {
    const said = async (fault: string): Promise<string> => {
      await bank.control('PUT', 'faults/maskinporten', { fault, times: 1 })
      const { status, statusText } = await altinn.status('x')
      return `${status} ${statusText}`
    }
    expect(await said('token-expired')).toBe('401 IDX10223: Lifetime validation failed. The token is expired.')
    expect(await said('token-key')).toBe('401 IDX10511: Signature validation failed.')
  })
  test.each([['GET', 'consentRequests/x', SCOPES.write], ['DELETE', 'consentRequests/x', SCOPES.read], ['GET', 'authorization/token/x', SCOPES.usage], ['DELETE', 'authorization/token/x', SCOPES.tokens], ['POST', 'authorization/token/x/loguse', SCOPES.tokens]])('%s %s needs another scope than %s', async (method, path, scope) => {
    const answer = await altinn.call(method, path, scope)
    expect([answer.status, answer.statusText]).toEqual([403, 'Missing scope'])
  })
})

describe('the certificates', () => {
  type Published = { kid: string; x5t: string; x5c: string[]; n: string }
  const published = async (): Promise<Published[]> => {
    const about = (await (await fetch(`${sandbox.origin}/altinn2/.well-known/oauth-authorization-server`)).json()) as { jwks_uri: string }
    return ((await (await fetch(about.jwks_uri)).json()) as { keys: Published[] }).keys
  }
  test('are two; a key’s name is the fingerprint of its certificate', async () => {
    const found = await published()
    expect(found).toHaveLength(2)
    for (const { kid, x5t, x5c: [der = ''], n } of found) {
      expect([kid, createHash('sha1').update(Buffer.from(der, 'base64')).digest('base64url')]).toEqual([x5t, x5t])
      expect(new X509Certificate(Buffer.from(der, 'base64')).publicKey.equals(createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' }))).toBe(true)
    }
    const code = await altinn.accepted(STEINAR, 'Bruun')
    expect(decodeProtectedHeader(JSON.parse((await altinn.token(code)).text) as string).kid).toBe(found[0]?.kid)
  })
  test('may be one for a while', async () => {
    await bank.control('PUT', 'faults/altinn2', { fault: 'a2-one-certificate', times: 1 })
    expect([(await published()).length, (await published()).length]).toEqual([1, 2])
  })
})

test('a consent token is wrapped for those who ask for XML', async () => {
  const { text, headers } = await altinn.token(await altinn.accepted(STEINAR, 'Bruun'), { headers: { Accept: 'application/xml' } })
  expect([/^<string xmlns="[^"]+">[\w.-]+<\/string>$/.test(text), headers.get('content-type')]).toEqual([true, 'application/xml; charset=utf-8'])
})

test('the list is of a service and of several states, and holds nothing received', async () => {
  await asked()
  await altinn.accepted(STEINAR, 'Bruun')
  const count = async (query: string): Promise<number> => ((await altinn.call('GET', `consentRequests?${query}`, SCOPES.read)).json._embedded as { consentRequests: Json[] }).consentRequests.length
  expect([await count('serviceCode=5498&serviceEditionCode=1'), await count('serviceCode=4629'), await count('status=Accepted&status=Unopened'), await count('status=rejected'), await count('direction=Received')]).toEqual([2, 0, 2, 0, 0])
})

describe('on one’s own pages', () => {
  test('a request is shown when it was sent with Show, and answering it there leads nowhere else', async () => {
    await asked()
    const shown = String((await asked({ PortalViewMode: 'Show' })).json.AuthorizationCode)
    const browser = createBrowser(sandbox.origin)
    await browser.go('/altinn/login', { pid: STEINAR, next: '/altinn2/ui/profile' })
    const list = await (await browser.go('/altinn2/ui/profile')).text()
    expect(list.match(/Svar på forespørselen/g)).toHaveLength(1)
    const address = `/altinn2/ui/AccessConsent/request?id=${shown}&from=portal`
    expect(await (await browser.go(address)).text()).toContain('hvis du ikke trekker det før')
    expect((await browser.go(address, { answer: 'accept' })).headers.get('location')).toBe('/altinn2/ui/profile')
    expect((await altinn.status(shown)).json.RequestStatus).toBe('Accepted')
  })
})

test('what the redirect carries comes before a fragment', () => {
  const request = { redirectUrl: 'https://b.example/r#topp', code: 'c' } as Parameters<typeof returnAddress>[0]
  expect([returnAddress(request, true), returnAddress({ ...request, redirectUrl: 'https://b.example/r?s=1' }, true)]).toEqual(['https://b.example/r?AuthorizationCode=c&Status=OK#topp', 'https://b.example/r?s=1&AuthorizationCode=c&Status=OK'])
})

describe('faults of a creation', () => {
  test('an answer without links, and a page somewhere else', async () => {
    await bank.control('PUT', 'faults/altinn2', { fault: 'a2-no-links', times: 1 })
    expect(links(await asked())).toBeUndefined()
    await bank.control('PUT', 'faults/altinn2', { fault: 'a2-page-elsewhere', times: 1 })
    expect(links(await asked())?.gui.href).toMatch(/^https:\/\/altinn\.example\//)
    expect(links(await asked())?.gui.href.startsWith(sandbox.origin)).toBe(true)
  })
})

describe('moved to Altinn 3', () => {
  test('a consent in force keeps its code as its id, and Altinn 2 knows nothing of it any more', async () => {
    const code = await altinn.accepted(STEINAR, 'Bruun')
    const { validTo } = ((await bank.control('GET', 'consents')).json as unknown as Json[])[0] ?? {}
    expect((await bank.control('POST', `consents/${code}/migrate`)).status).toBe(200)
    expect((await altinn.token(code)).status).toBe(403)
    expect((await bank.status(code)).json).toMatchObject({ id: code, status: 'Accepted', validTo, consentRights: [{ resource: [{ value: 'slk_5498_1' }], metadata: { navn: 'Testbanken AS' } }] })
    expect((await bank.balance(await bank.consentToken(code, STEINAR), STEINAR)).status).toBe(200)
  })
  test('one that is not in force stays behind', async () => {
    const withdrawn = await altinn.accepted(STEINAR, 'Bruun')
    await bank.control('POST', `consents/${withdrawn}/revoke`)
    const unanswered = String((await asked()).json.AuthorizationCode)
    for (const code of [withdrawn, unanswered]) expect((await bank.control('POST', `consents/${code}/migrate`)).status).toBe(409)
  })
  test('one from before may be put there with a code of the caller’s choice', async () => {
    const id = '7d1f0a52-5c1e-4f2b-9a55-0d6f3a1b2c3d'
    const old = { id, pid: STEINAR, to: BANK, resource: 'slk_5498_1', metadata: { Navn: 'Testbanken AS' }, validTo: new Date(Date.now() + 86_400_000).toISOString() }
    expect([(await bank.control('POST', 'consents', old)).status, (await bank.control('POST', 'consents', old)).status]).toEqual([201, 409])
    expect((await bank.status(id)).json).toMatchObject({ status: 'Accepted', consentRights: [{ metadata: { navn: 'Testbanken AS' } }] })
  })
})
