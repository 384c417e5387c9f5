import { randomUUID } from 'node:crypto'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSandbox, type Sandbox } from '../start.ts'
import { createAltinn2Client } from '../testing/altinn2.ts'
import { createBank, type Bank, type Json, type Reply } from '../testing/bank.ts'
import { createBrowser } from '../testing/browser.ts'
import { withWrongDigits } from '../testing/numbers.ts'
import { BANK, keys, registration, SCOPES, SUPPLIER, supplierClient, SUPPLIERS_ALTINN_KEY } from '../testing/registration.ts'

const STEINAR = '01085301957'
let sandbox: Sandbox
let bank: Bank
let altinn: ReturnType<typeof createAltinn2Client>
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, registration: registration(), log: () => {} })
  bank = createBank(sandbox.origin)
  altinn = createAltinn2Client(bank, sandbox.origin)
})
beforeEach(() => bank.control('POST', 'reset'))
afterAll(() => sandbox.close())

const links = ({ json }: Reply) => json._links as { self: { href: string }; gui: { href: string } }
const codesIn = ({ text }: Reply) => (JSON.parse(text) as { ErrorCode: string }[]).map(({ ErrorCode }) => ErrorCode)
const asked = async () => altinn.create(altinn.request(STEINAR, 'Bruun'))

describe('a request', () => {
  test('in order is made anew each time, and answered with a code of Altinn’s own, links and a masked number', async () => {
    const [one, two] = [await asked(), await asked()]
    expect([one.status, one.json.RequestStatus, one.json.CoveredBy, one.json.OfferedBy]).toEqual([201, 'Unopened', BANK, '010853*****'])
    expect(one.json.AuthorizationCode).not.toBe(two.json.AuthorizationCode)
    expect(links(one).gui.href).toBe(`${sandbox.origin}/altinn2/ui/AccessConsent/request?id=${String(one.json.AuthorizationCode)}`)
    expect(one.text).not.toContain(STEINAR)
    expect(one.json.ValidTo, 'without a zone').toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/)
  })

  test('has no links for those who do not ask for HAL', async () => {
    expect('_links' in (await altinn.create(altinn.request(STEINAR, 'Bruun'), { headers: { Accept: 'application/json' } })).json).toBe(false)
  })

  test('takes property names in any case, and a surname in any case', async () => {
    const lower = Object.fromEntries(Object.entries(altinn.request(STEINAR, 'BRUUN')).map(([name, value]) => [name.toLowerCase(), value]))
    expect((await altinn.create(lower)).status).toBe(201)
  })

  const wrong: [string, Json, string][] = [
    ['a surname that is not theirs', { OfferedByName: 'Hansen' }, 'InvalidOfferedByName'],
    ['no surname', { OfferedByName: undefined }, 'InvalidOfferedByName'],
    ['a first name too', { RequiredDelegatorName: 'Steinar Bruun' }, 'InvalidRequiredDelegatorName'],
    ['no required delegator', { RequiredDelegator: undefined }, 'InvalidRequiredDelegator'],
    ['nobody’s number', { OfferedBy: withWrongDigits(STEINAR) }, 'InvalidOfferedBy'],
    ['another receiver', { CoveredBy: '313333332' }, 'InvalidCoveredBy'],
    ['the same party twice', { CoveredBy: STEINAR }, 'InvalidCoveredBy'],
    ['another address to return to', { RedirectUrl: 'https://phishing.example/retur' }, 'InvalidRedirectUrl'],
    ['another service', { RequestResources: [{ ServiceCode: '4629', ServiceEditionCode: 2, Metadata: { Navn: 'x' } }] }, 'InvalidService'],
    ['metadata that is blank', { RequestResources: [{ ServiceCode: '5498', ServiceEditionCode: 1, Metadata: { Navn: ' ' } }] }, 'InvalidMetadata'],
    ['metadata of another service only', { RequestResources: [{ ServiceCode: '5498', ServiceEditionCode: 1, Metadata: { inntektsaar: '2026' } }] }, 'InvalidMetadata'],
    ['a message', { RequestMessage: { 'no-nb': 'Hei' } }, 'InvalidRequestMessage'],
    ['no room for a message', { RequestMessage: undefined }, 'InvalidRequestMessage'],
    ['an end more than a year ahead', { ValidTo: new Date(Date.now() + 367 * 86_400_000).toISOString() }, 'InvalidValidTo'],
    ['an end that has passed', { ValidTo: '2020-01-01T00:00:00' }, 'InvalidValidTo'],
    ['a supplier that the caller is not', { HandledBy: SUPPLIER }, 'InvalidHandledBy'],
  ]
  test.each(wrong)('with %s is refused with a list of errors', async (_what, change, code) => {
    const answer = await altinn.create(altinn.request(STEINAR, 'Bruun', change))
    expect(answer.status, answer.text).toBe(400)
    expect(codesIn(answer)).toContain(code)
  })

  test('needs the API key of the organisation that has authenticated, and the scope', async () => {
    const ask = (headers: Record<string, string | null>, token?: string) => altinn.create(altinn.request(STEINAR, 'Bruun'), { headers, ...(token !== undefined && { token }) })
    expect((await ask({ ApiKey: null })).status).toBe(400)
    expect((await ask({ ApiKey: SUPPLIERS_ALTINN_KEY })).status).toBe(403)
    expect((await ask({ Authorization: null })).status).toBe(401)
    expect((await ask({}, await bank.token(SCOPES.read))).status).toBe(403)
  })

  test('can be made by a supplier that handles it, and by no other', async () => {
    const token = await bank.token(SCOPES.write, { iss: supplierClient, consumer_org: BANK }, { key: keys.supplier.sign, header: { kid: keys.supplier.kid } })
    const own = { token, headers: { ApiKey: SUPPLIERS_ALTINN_KEY } }
    expect((await altinn.create(altinn.request(STEINAR, 'Bruun', { HandledBy: SUPPLIER }), own)).json.HandledBy).toBe(SUPPLIER)
    expect((await altinn.create(altinn.request(STEINAR, 'Bruun'), own)).status, 'without HandledBy').toBe(400)
  })

  test('that nobody has answered can be taken back', async () => {
    const code = String((await asked()).json.AuthorizationCode)
    const remove = () => altinn.call('DELETE', `consentRequests/${code}`, SCOPES.write)
    expect((await remove()).status).toBe(204)
    expect((await altinn.status(code)).status).toBe(403)
    const answered = await altinn.accepted(STEINAR, 'Bruun')
    expect((await altinn.call('DELETE', `consentRequests/${answered}`, SCOPES.write)).status).toBe(400)
  })
})

describe('the page', () => {
  async function answer(said: 'accept' | 'reject') {
    const made = await asked()
    const { href } = links(made).gui
    const { pathname, search } = new URL(href)
    const browser = createBrowser(sandbox.origin)
    expect(await (await browser.go(href)).text()).toContain('Logg inn i Altinn')
    await browser.go('/altinn/login', { pid: STEINAR, next: pathname + search })
    expect(await (await browser.go(href)).text()).toContain('Testbanken AS ber om samtykke fra deg')
    const code = String(made.json.AuthorizationCode)
    expect((await altinn.status(code)).json.RequestStatus).toBe('Opened')
    const back = await browser.go(href, { answer: said })
    return { code, location: back.headers.get('location'), browser, href }
  }

  test('takes a yes, and says so behind the address', async () => {
    const { code, location, browser, href } = await answer('accept')
    expect(location).toBe(`http://localhost:3999/consent/return?s=abc&AuthorizationCode=${code}&Status=OK`)
    expect((await altinn.status(code)).json.RequestStatus).toBe('Accepted')
    expect(await (await browser.go(href)).text(), 'the person has been logged out').toContain('Logg inn i Altinn')
  })

  test('takes a no, with a message encoded twice', async () => {
    const { code, location } = await answer('reject')
    expect(location).toBe(`http://localhost:3999/consent/return?s=abc&Status=Failed&ErrorMessage=User%2520did%2520not%2520give%2520consent&FailedAuthorizationCode=${code}`)
    expect((await altinn.status(code)).json.RequestStatus).toBe('Rejected')
    expect((await altinn.token(code)).status).toBe(403)
  })

  test('takes a language it knows, through log-in and answer, and tells which; another is refused', async () => {
    const { href } = links(await asked()).gui
    const browser = createBrowser(sandbox.origin)
    for (const [code, status] of [['nb-NO', 200], ['nn-NO', 200], ['en', 200], ['nn', 400], ['EN', 400], ['', 400], ['en&languageCode=nb-NO', 400]] as const) expect((await browser.go(`${href}&languageCode=${code}`)).status, code).toBe(status)
    const here = `${href}&languageCode=nn-NO`
    const next = new URL(here).pathname + new URL(here).search
    expect(await (await browser.go(here)).text(), 'on through the log-in').toContain(`value="${next.replace('&', '&amp;')}"`)
    await browser.go('/altinn/login', { pid: STEINAR, next })
    expect(await (await browser.go(here)).text(), 'and on with the answer').toContain(`action="${next.replace('&', '&amp;')}"`)
    expect((await browser.go(here, { answer: 'accept' })).status).toBe(303)
    const seen = JSON.parse((await bank.control('GET', 'requests?party=altinn2&step=page')).text) as { language?: string }[]
    expect(seen.map(({ language }) => language)).toEqual(['nb-NO', 'nn-NO', 'en', undefined, undefined, undefined, undefined, 'nn-NO', 'nn-NO', 'nn-NO'])
  })

  test('shows another person nothing', async () => {
    const { href } = links(await asked()).gui
    const browser = createBrowser(sandbox.origin)
    await browser.go('/altinn/login', { pid: '02075700329', next: new URL(href).pathname + new URL(href).search })
    expect((await browser.go(href)).status).toBe(403)
    expect((await browser.go(href, { answer: 'accept' })).status).toBe(403)
  })

  test('lets the person withdraw what they gave', async () => {
    const code = await altinn.accepted(STEINAR, 'Bruun')
    const browser = createBrowser(sandbox.origin)
    await browser.go('/altinn/login', { pid: STEINAR, next: '/altinn2/ui/profile' })
    expect(await (await browser.go('/altinn2/ui/profile')).text()).toContain('Aktivt til')
    expect((await browser.go('/altinn2/ui/profile', { code })).status).toBe(303)
    expect((await altinn.token(code)).status).toBe(403)
    expect((await altinn.status(code)).json.RequestStatus, 'the request was accepted, whatever came after').toBe('Accepted')
  })
})

describe('a consent token', () => {
  test('comes as a JSON string in quotes, lives thirty seconds, and is signed by one of two certificates', async () => {
    const code = await altinn.accepted(STEINAR, 'Bruun')
    const jwks = createRemoteJWKSet(new URL(`${sandbox.origin}/altinn2/api/metadata/jwk`))
    const kids = new Set<string | undefined>()
    for (const altinn2SignsWith of ['primary', 'secondary']) {
      await bank.control('PUT', 'settings', { altinn2SignsWith })
      const { text } = await altinn.token(code)
      expect([text[0], text.at(-1)]).toEqual(['"', '"'])
      const { payload } = await jwtVerify(JSON.parse(text) as string, jwks, { issuer: 'altinn.no' })
      expect(payload).toMatchObject({ AuthorizationCode: code, OfferedBy: STEINAR, RequiredDelegator: STEINAR, CoveredBy: BANK, Services: ['5498_1', '5498_1_Navn=Testbanken AS'] })
      expect((payload.exp ?? 0) - (payload.nbf ?? 0)).toBe(30)
      expect([payload.aud, payload.HandledBy]).toEqual([undefined, undefined])
      const { kid, x5t } = decodeProtectedHeader(JSON.parse(text) as string) as { kid: string; x5t: string }
      expect(x5t).toBe(kid)
      kids.add(kid)
    }
    expect(kids.size).toBe(2)
  })

  test('is refused the same way whatever is wrong: unknown, unanswered, withdrawn, over', async () => {
    const [unanswered, withdrawn, over] = [String((await asked()).json.AuthorizationCode), await altinn.accepted(STEINAR, 'Bruun'), await altinn.accepted(STEINAR, 'Bruun')]
    await bank.control('POST', `consents/${withdrawn}/revoke`)
    await bank.control('POST', `consents/${over}/expire`)
    const said = new Set<string>()
    for (const code of [randomUUID(), unanswered, withdrawn, over, 'x']) {
      const answer = await altinn.token(code)
      said.add(`${answer.status} ${answer.statusText} ${answer.text}`)
    }
    expect([...said]).toEqual(['403 The API key is not authorized, or the authorization code is expired or invalid '])
  })

  test('needs its own scope', async () => {
    const code = await altinn.accepted(STEINAR, 'Bruun')
    expect((await altinn.token(code, { token: await bank.token(SCOPES.read) })).status).toBe(403)
  })

  test('may be asked for in DSOP’s spelling too', async () => {
    const code = await altinn.accepted(STEINAR, 'Bruun')
    expect((await altinn.call('GET', `authorization/token?authcode=${code}`, SCOPES.tokens)).status).toBe(200)
  })

  test('can be wrong on purpose in each of its parts', async () => {
    const code = await altinn.accepted(STEINAR, 'Bruun')
    for (const fault of ['a2-token-person', 'a2-token-bank', 'a2-token-service', 'a2-token-code', 'a2-token-delegator', 'a2-token-handler', 'a2-token-expired', 'a2-token-issuer', 'a2-token-consent-expired', 'a2-token-key', 'a2-token-unquoted']) {
      await bank.control('PUT', 'faults/altinn2', { fault, times: 1 })
      expect((await altinn.token(code)).status, fault).toBe(200)
    }
  })
})

describe('use', () => {
  const use = (code: string, change: Json = {}) => altinn.call('POST', `authorization/token/${code}/loguse`, SCOPES.usage, {}, { ServiceCode: '5498', ServiceEditionCode: 1, UsageDateTime: '2026-05-01T12:00:00', ...change })

  test('is logged, and counted by us', async () => {
    const code = await altinn.accepted(STEINAR, 'Bruun')
    expect((await use(code)).status).toBe(204)
    expect((await use(code, { UsageDateTime: 'now' })).status).toBe(400)
    expect((await use(code, { ServiceCode: '4629' })).status, 'of another service').toBe(400)
    expect((await altinn.call('POST', `authorization/token/${code}/loguse`, SCOPES.write, {}, {})).status, 'with the scope for requests').toBe(403)
    expect((JSON.parse((await bank.control('GET', 'consents')).text) as { uses: number }[])[0]?.uses).toBe(1)
    expect((JSON.parse((await bank.control('GET', 'requests?party=altinn2&step=loguse')).text) as unknown[]).length).toBe(4)
  })

  test('of a consent that is not in force is refused', async () => {
    expect((await use(String((await asked()).json.AuthorizationCode))).status).toBe(403)
  })

  test('can be given up by the consumer', async () => {
    const code = await altinn.accepted(STEINAR, 'Bruun')
    expect((await altinn.call('DELETE', `authorization/token/${code}`, SCOPES.usage)).status).toBe(204)
    expect((await altinn.token(code)).status).toBe(403)
  })
})

test('a list of requests tells of the caller’s own', async () => {
  await asked()
  const accepted = await altinn.accepted(STEINAR, 'Bruun')
  const list = await altinn.call('GET', 'consentRequests?status=Accepted', SCOPES.read)
  expect((list.json._embedded as { consentRequests: { AuthorizationCode: string }[] }).consentRequests.map(({ AuthorizationCode }) => AuthorizationCode)).toEqual([accepted])
})
