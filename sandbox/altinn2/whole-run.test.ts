import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSandbox, type Sandbox } from '../start.ts'
import { createAltinn2Client } from '../testing/altinn2.ts'
import { createBank, type Bank, type Json } from '../testing/bank.ts'
import { createBrowser } from '../testing/browser.ts'
import { createRelyingParty } from '../testing/login.ts'
import { registration, SCOPES } from '../testing/registration.ts'

const STEINAR = '01085301957'
// Nobody listens there: the back channel fails, and must not be in the way.
const APP = 'http://localhost:9'
let sandbox: Sandbox
let bank: Bank
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, registration: { ...registration(APP), lanekassen: { apiKey: 'nokkel-fra-lanekassen', transport: 'altinn2' } }, log: () => {} })
  bank = createBank(sandbox.origin)
})
afterAll(() => sandbox.close())

test('log-in, consent in Altinn 2, global log-out, token, balance, and the balance again without a token', async () => {
  const altinn = createAltinn2Client(bank, sandbox.origin)
  const browser = createBrowser(sandbox.origin)
  const rp = createRelyingParty(sandbox.origin, APP)
  await rp.logIn(browser, STEINAR)

  const made = await altinn.create(altinn.request(STEINAR, 'Bruun', { RedirectUrl: `${APP}/consent/return?s=abc` }))
  const code = String(made.json.AuthorizationCode)
  const { href } = (made.json._links as { gui: { href: string } }).gui
  const asked = await (await browser.go(href)).text()
  for (const words of ['Steinar Bruun', 'Testbanken AS ber om samtykke fra deg', 'taushetsplikten', 'Varer til', 'Ja, jeg gir samtykke', 'Nei, jeg gir ikke samtykke']) expect(asked).toContain(words)

  const answered = await (await browser.go(href, { answer: 'accept' })).text()
  expect(answered).toContain(`content="0;url=${APP}/consent/return?s=abc&amp;AuthorizationCode=${code}&amp;Status=OK"`)
  expect(answered).toContain(`src="${APP}/api/auth/logout/frontchannel?iss=`)
  expect((await rp.begin(browser)).address, 'ID-porten knows nobody any more').toContain('/idporten/login/')

  expect((await altinn.status(code)).json.RequestStatus).toBe('Accepted')
  const consent = JSON.parse((await altinn.token(code)).text) as string
  const plain = await bank.token(SCOPES.balance)
  expect((await bank.balance(plain, STEINAR, { 'Consent-ID': consent })).status).toBe(200)
  expect((await bank.balance(plain, STEINAR)).status).toBe(200)
  expect((await altinn.call('POST', `authorization/token/${code}/loguse`, SCOPES.usage, {}, { ServiceCode: '5498', ServiceEditionCode: 1, UsageDateTime: '2026-05-01 12:00' })).status).toBe(204)

  const steps = ((await bank.control('GET', 'requests?party=altinn2')).json as unknown as Json[]).map(({ step, consent: about, person }) => [step, about, person])
  const its = (step: string): unknown[] => [step, code, 'Steinar Bruun']
  expect(steps).toEqual([its('create'), its('page'), its('page'), its('status'), its('consent-token'), its('loguse')])
  expect((await bank.control('GET', 'requests?party=lanekassen')).json).toMatchObject([{ status: 200, consent: code }, { status: 200, consent: code }])
})
