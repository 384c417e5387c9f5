import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSandbox, type Sandbox } from '../start.ts'
import { createBank, type Bank } from '../testing/bank.ts'
import { createBrowser, type Browser } from '../testing/browser.ts'
import { createRelyingParty } from '../testing/login.ts'
import { registration } from '../testing/registration.ts'
import { returnAddress } from './return-address.ts'

const STEINAR = '01085301957'
const FABIAN = '02075700329'
let sandbox: Sandbox
let bank: Bank

beforeAll(async () => {
  // Nobody listens at the app's address: the back channel fails, and must not be in the way.
  sandbox = await startSandbox({ port: 0, registration: registration('http://localhost:9'), log: () => {} })
  bank = createBank(sandbox.origin)
})
beforeEach(() => bank.control('POST', 'reset'))
afterAll(() => sandbox.close())

async function asked(pid = STEINAR, change = {}): Promise<{ id: string; view: string }> {
  const body = bank.request(pid, change)
  const made = await bank.create(body)
  return { id: String(body.id), view: String(made.json.viewUri) }
}
const enter = (browser: Browser, pid: string, next: string) => browser.go('/altinn/login', { pid, next: new URL(next).pathname + new URL(next).search })

describe('the page', () => {
  test('asks who one is when there is no session, and then puts the question', async () => {
    const { view } = await asked()
    const browser = createBrowser(sandbox.origin)
    expect(await (await browser.go(view)).text()).toContain('Logg inn i Altinn')
    expect((await enter(browser, STEINAR, view)).headers.get('location')).toBe(new URL(view).pathname + new URL(view).search)
    const page = await (await browser.go(`${view}&DONTCHOOSEREPORTEE=true`)).text()
    for (const words of ['Testbanken AS ber om samtykke fra deg', 'Ja, jeg gir samtykke', 'Nei, jeg gir ikke samtykke', 'taushetsplikten', 'sletter dem når du logger ut', 'trekke samtykket når som helst']) expect(page).toContain(words)
  })
  test('uses the person that ID-porten knows in this browser', async () => {
    const browser = createBrowser(sandbox.origin)
    await createRelyingParty(sandbox.origin, 'http://localhost:9').logIn(browser, STEINAR)
    expect(await (await browser.go((await asked()).view)).text()).toContain('Steinar Bruun')
  })
  test('turns another person away politely, and lets them change', async () => {
    const { id, view } = await asked()
    const browser = createBrowser(sandbox.origin)
    await enter(browser, FABIAN, view)
    const response = await browser.go(view)
    expect([response.status, (await response.text()).includes('Forespørselen gjelder en annen')]).toEqual([403, true])
    await browser.go(view, { answer: 'accept' })
    expect((await bank.status(id)).json.status).toBe('Created')
    expect((await browser.go('/altinn/logout', { next: '/altinn/profile' })).status).toBe(303)
    expect(await (await browser.go(view)).text()).toContain('Logg inn i Altinn')
  })
  test('tells of a request that does not exist, has run out or has been answered', async () => {
    const browser = createBrowser(sandbox.origin)
    const { id, view } = await asked()
    await enter(browser, STEINAR, view)
    expect((await browser.go(view.replace(id, randomUUID()))).status).toBe(404)
    await bank.control('POST', `consents/${id}/accept`)
    expect(await (await browser.go(view)).text()).toContain('Du har allerede gitt samtykke')
    const late = await asked()
    await bank.control('POST', `consents/${late.id}/expire`)
    expect(await (await browser.go(late.view)).text()).toContain('Forespørselen har gått ut')
  })
  test('takes no answer from another site', async () => {
    const { id, view } = await asked()
    const browser = createBrowser(sandbox.origin)
    await enter(browser, STEINAR, view)
    expect((await browser.go(view, { answer: 'accept' }, { origin: 'http://localhost:9', 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await bank.status(id)).json.status).toBe('Created')
  })
  test('does not follow a foreign address after log-in', async () => {
    const browser = createBrowser(sandbox.origin)
    for (const next of ['https://ond.example/', '//ond.example', '/altinn/../control/state?x=http://y']) expect((await browser.go('/altinn/login', { pid: STEINAR, next })).headers.get('location')).toBe('/altinn/profile')
  })
})

describe('the answer', () => {
  test('yes and no lead back with Altinn’s own parameters', async () => {
    const browser = createBrowser(sandbox.origin)
    for (const [answer, status, back] of [['accept', 'Accepted', 'Status=OK'], ['reject', 'Rejected', 'Status=Failed&ErrorMessage=User+did+not+give+consent']] as const) {
      const { id, view } = await asked()
      await enter(browser, STEINAR, view)
      const response = await browser.go(view, { answer })
      expect([response.status, response.headers.get('location')]).toEqual([303, `http://localhost:3999/consent/return?s=abc&${back}`])
      expect((await bank.status(id)).json.status).toBe(status)
    }
  })
  test('logs out of Altinn and ID-porten, even when the app cannot be told', async () => {
    const browser = createBrowser(sandbox.origin)
    const rp = createRelyingParty(sandbox.origin, 'http://localhost:9')
    await rp.logIn(browser, STEINAR)
    const { view } = await asked()
    const page = await (await browser.go(view, { answer: 'reject' })).text()
    expect(page).toContain('http-equiv="refresh"')
    expect(page).toContain('>Fortsett</a>')
    expect((await rp.begin(browser)).address).toContain('/idporten/login/')
    expect((await bank.control('GET', 'requests?party=idporten&step=backchannel')).json).toMatchObject([{ status: 0 }])
  })
  test('leaves the session alone when the setting says so', async () => {
    await bank.control('PUT', 'settings', { ssoLogoutAfterConsent: false })
    const browser = createBrowser(sandbox.origin)
    const rp = createRelyingParty(sandbox.origin, 'http://localhost:9')
    await rp.logIn(browser, STEINAR)
    expect((await browser.go((await asked()).view, { answer: 'accept' })).status).toBe(303)
    expect((await rp.begin(browser)).address).toContain('http://localhost:9/api/auth/callback/idporten?code=')
  })
})

test('parameters are joined after the query and before the fragment, or at the very end of a #/ address', () => {
  expect(returnAddress('https://b.example/r', 'Accepted')).toBe('https://b.example/r?Status=OK')
  expect(returnAddress('https://b.example/r?s=1', 'Accepted')).toBe('https://b.example/r?s=1&Status=OK')
  expect(returnAddress('https://b.example/r?s=1#top', 'Accepted')).toBe('https://b.example/r?s=1&Status=OK#top')
  expect(returnAddress('https://b.example/#/r', 'Rejected')).toBe('https://b.example/#/r?Status=Failed&ErrorMessage=User+did+not+give+consent')
  expect(returnAddress('https://b.example/r', 'unknown')).toBe('https://b.example/r?')
})

describe('the profile', () => {
  test('shows an unanswered request only when it was sent with portalViewMode show', async () => {
    const hidden = await asked()
    const shown = await asked(STEINAR, { portalViewMode: 'show' })
    const browser = createBrowser(sandbox.origin)
    await browser.go('/altinn/login', { pid: STEINAR, next: '/altinn/profile' })
    const list = await (await browser.go('/altinn/profile')).text()
    expect([list.includes(hidden.id), list.includes(shown.id)]).toEqual([false, true])
  })
  test('lists one’s own consents and withdraws one', async () => {
    const id = await bank.accepted(STEINAR)
    const foreign = await bank.accepted(FABIAN)
    const browser = createBrowser(sandbox.origin)
    await browser.go('/altinn/login', { pid: STEINAR, next: '/altinn/profile' })
    const list = await (await browser.go('/altinn/profile')).text()
    expect(list).toContain('Samtykke- og fullmaktsavtaler')
    expect(list).toContain('Se/trekk samtykke')
    expect(list).toContain(id)
    expect(list).not.toContain(foreign)
    expect((await browser.go(`/altinn/profile/${foreign}`, {})).status).toBe(404)
    expect((await browser.go(`/altinn/profile/${id}`, {})).status).toBe(303)
    expect((await bank.status(id)).json.status).toBe('Revoked')
    expect((await bank.status(foreign)).json.status).toBe('Accepted')
    expect(await (await browser.go(`/altinn/profile/${id}`)).text()).toContain('Samtykke trukket')
  })
})
