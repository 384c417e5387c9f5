import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSandbox, type Sandbox } from '../start.ts'
import { createBank, type Bank, type Json } from '../testing/bank.ts'
import { createBrowser } from '../testing/browser.ts'
import { BANK, registration } from '../testing/registration.ts'

const STEINAR = '01085301957'
let sandbox: Sandbox
let bank: Bank

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, registration: registration(), log: () => {} })
  bank = createBank(sandbox.origin)
})
beforeEach(() => bank.control('POST', 'reset'))
afterAll(() => sandbox.close())

describe('the control API', () => {
  test('tells and resets its state', async () => {
    await bank.accepted(STEINAR)
    await bank.control('PUT', 'faults/altinn', { fault: 'slow', seconds: 1, times: 3, step: 'page' })
    await bank.control('PUT', 'settings', { eventsDelaySeconds: 1 })
    expect((await bank.control('GET', 'state')).json).toMatchObject({
      origin: sandbox.origin, consents: 1, faults: [{ party: 'altinn', fault: 'slow', seconds: 1, times: 3, step: 'page' }], settings: { eventsDelaySeconds: 1, ssoLogoutAfterConsent: true, lanekassenTransport: 'altinn3-single' },
    })
    expect((await bank.control('POST', 'reset')).status).toBe(204)
    expect((await bank.control('GET', 'state')).json).toMatchObject({ consents: 0, requests: 0, faults: [], settings: { eventsDelaySeconds: 300 } })
  })
  test('lists requests by party and from a time or a number on, with the person’s name and the reason', async () => {
    await bank.balance('x', STEINAR)
    const [first] = (await bank.control('GET', 'requests?party=lanekassen')).json as unknown as Json[]
    expect(first).toMatchObject({ party: 'lanekassen', step: 'accounts', method: 'GET', path: '/lanekassen/saldo/v1/Accounts', status: 401, person: 'Steinar Bruun', refusedBecause: 'the Authorization token is not valid: it is not a JWT' })
    await bank.balance('x', STEINAR)
    expect((await bank.control('GET', `requests?since=${String(first?.nr)}`)).json).toHaveLength(1)
    expect((await bank.control('GET', `requests?party=lanekassen&since=${encodeURIComponent(String(first?.at))}`)).json).toHaveLength(2)
    await bank.accepted(STEINAR)
    const told = (await bank.control('GET', 'requests?party=altinn&step=create')).json as unknown as Json[]
    expect(told).toMatchObject([{ status: 201, consent: expect.stringMatching(/^[0-9a-f-]{36}$/) as string }])
    expect(Date.parse(String(told[0]?.began))).toBeLessThanOrEqual(Date.parse(String(told[0]?.at)))
    expect((await bank.control('GET', 'requests?party=maskinporten&step=token')).json).toMatchObject([{ scope: 'altinn:consentrequests.write' }])
    expect((await bank.control('GET', 'requests?since=2999-01-01T00:00:00Z')).json).toEqual([])
    expect((await bank.control('GET', 'requests?since=igår')).status).toBe(400)
  })
  test('lists people with what to expect, and consents without numbers', async () => {
    expect((await bank.control('GET', 'people')).json).toContainEqual(expect.objectContaining({ pid: STEINAR, name: 'Steinar Bruun', expected: { parts: [{ name: 'Lån', ore: 284_512_50, currency: 'NOK' }], sumOre: 284_512_50, totalOre: 284_512_50 } }))
    await bank.accepted(STEINAR)
    const consents = await bank.control('GET', 'consents')
    expect(consents.json).toMatchObject([{ person: 'Steinar Bruun', status: 'Accepted', expired: false }])
    expect(consents.text).not.toContain(STEINAR)
  })
  test('takes nothing from another web page', async () => {
    const foreign: Record<string, string>[] = [{ origin: 'http://localhost:3999' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]
    for (const headers of foreign) expect((await bank.control('POST', 'reset', undefined, headers)).status).toBe(403)
    expect((await bank.control('POST', 'reset', undefined, { origin: sandbox.origin, 'sec-fetch-site': 'same-origin' })).status).toBe(204)
  })
  test('refuses what it does not know', async () => {
    expect((await bank.control('PUT', 'settings', { eventsDelay: 1 })).status).toBe(400)
    expect((await bank.control('PUT', 'settings', { lanekassenTransport: 'altinn1' })).status).toBe(400)
    expect((await bank.control('PUT', 'balances/123', { body: '{}' })).status).toBe(400)
    expect((await bank.control('PUT', `balances/${STEINAR}`, {})).status).toBe(400)
    expect((await bank.control('GET', 'noe')).status).toBe(404)
  })
})

describe('the start page', () => {
  test('says what this is, who one can be and what has happened, without script', async () => {
    await bank.balance('x', STEINAR)
    const page = await (await fetch(sandbox.origin)).text()
    for (const words of ['<html lang="nb">', '<h1>Sandkassen</h1>', 'href="http://localhost:3999"', 'Steinar Bruun', 'Una Ukjent', 'Ulf Utenrolle', '/altinn/profile', 'it is not a JWT']) expect(page).toContain(words)
    expect(page).not.toContain('<script')
  })
  test('its forms turn faults on and off, and change settings', async () => {
    const browser = createBrowser(sandbox.origin)
    expect((await browser.go('/control/form/fault', { party: 'altinn', fault: 'slow', seconds: '2', times: '', step: '' })).status).toBe(303)
    expect((await bank.control('GET', 'state')).json.faults).toEqual([{ party: 'altinn', fault: 'slow', seconds: 2 }])
    expect(await (await browser.go('/')).text()).toContain('Treg: svarer riktig etter n sekunder')
    expect((await browser.go('/control/form/fault', { party: 'altinn', fault: 'slow' })).status).toBe(400)
    expect((await browser.go('/control/form/fault', { party: 'altinn', fault: 'drop-psu-id' })).status).toBe(400)
    await browser.go('/control/form/clear', { all: '1' })
    await browser.go('/control/form/settings', { eventsDelaySeconds: '0', ssoLogoutAfterConsent: 'no', altinnWants: 'exchanged', lanekassenTransport: 'altinn3-both' })
    expect((await bank.control('GET', 'state')).json).toMatchObject({ faults: [], settings: { eventsDelaySeconds: 0, ssoLogoutAfterConsent: false, altinnWants: 'exchanged', lanekassenTransport: 'altinn3-both' } })
  })
  test('shows every lever, as it stands, and its form moves them', async () => {
    const settings = (await bank.control('GET', 'state')).json.settings as Json
    const page = async (): Promise<string> => (await fetch(sandbox.origin)).text()
    for (const name of Object.keys(settings)) expect(await page(), name).toContain(`id="${name}"`)
    const moved = { altinnWants: 'either', altinn2SignsWith: 'secondary', altinn2Services: 'string', altinn2Errors: 'camel' }
    await createBrowser(sandbox.origin).go('/control/form/settings', { eventsDelaySeconds: '0', ssoLogoutAfterConsent: 'yes', lanekassenTransport: 'altinn2', lanekassenNoticesRevocation: 'yes', ...moved })
    expect((await bank.control('GET', 'state')).json.settings).toEqual({ ...moved, eventsDelaySeconds: 0, ssoLogoutAfterConsent: true, lanekassenTransport: 'altinn2', lanekassenNoticesRevocation: true })
    for (const value of [...Object.values(moved), 'altinn2']) expect(await page()).toContain(`<option value="${value}" selected>`)
  })
  test('every page is kept out of frames and caches', async () => {
    const { headers } = await fetch(sandbox.origin)
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('cache-control')).toBe('no-store')
  })
})

test('another name for the same machine is led to the right one, or refused', async () => {
  const port = new URL(sandbox.origin).port
  const response = await fetch(`http://localhost:${port}/altinn/profile?x=1`, { redirect: 'manual' })
  expect([response.status, response.headers.get('location')]).toEqual([307, `${sandbox.origin}/altinn/profile?x=1`])
  expect((await fetch(`http://localhost:${port}/control/reset`, { method: 'POST' })).status).toBe(421)
})

test('a consent that was given in Altinn 2 lives on in Altinn 3: accepted, under one code, with lower-case keys', async () => {
  const made = await bank.control('POST', 'consents', { pid: STEINAR, to: BANK, resource: 'slk_5498_1', metadata: { Navn: 'Testbanken AS' }, validTo: new Date(Date.now() + 86_400_000).toISOString() })
  expect(made.status).toBe(201)
  const { json } = await bank.status(String(made.json.id))
  expect(json).toMatchObject({ status: 'Accepted', consentRights: [{ metadata: { navn: 'Testbanken AS' }, resource: [{ value: 'slk_5498_1' }] }] })
  expect((await bank.balance(await bank.consentToken(String(made.json.id), STEINAR), STEINAR)).status).toBe(200)
  expect((await bank.control('POST', 'consents', { pid: '1', to: BANK, resource: 'x', metadata: {}, validTo: 'soon' })).status).toBe(400)
})
