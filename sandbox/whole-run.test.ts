import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSandbox, type Sandbox } from './start.ts'
import { createBank, type Bank } from './testing/bank.ts'
import { createBrowser } from './testing/browser.ts'
import { createRelyingParty } from './testing/login.ts'
import { registration } from './testing/registration.ts'

const STEINAR = '01085301957'
let sandbox: Sandbox
let bank: Bank
let app: Server
let appUrl: string
const backchannel: string[] = []
const lines: string[] = []

beforeAll(async () => {
  app = createServer((req, res) => {
    let body = ''
    req.on('data', (chunk: Buffer) => { body += chunk.toString() })
    req.on('end', () => {
      if (req.url === '/api/auth/logout/backchannel') backchannel.push(new URLSearchParams(body).get('logout_token') ?? '')
      res.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => { app.listen(0, '127.0.0.1', resolve) })
  appUrl = `http://localhost:${(app.address() as AddressInfo).port}`
  sandbox = await startSandbox({ port: 0, registration: registration(appUrl), log: (line) => lines.push(line) })
  bank = createBank(sandbox.origin)
})
afterAll(async () => {
  await sandbox.close()
  app.close()
})

test('log-in, consent, global log-out, status, consent token, balance', async () => {
  const browser = createBrowser(sandbox.origin)
  const rp = createRelyingParty(sandbox.origin, appUrl)

  const { callback, tokens } = await rp.logIn(browser, STEINAR)
  expect(callback.origin + callback.pathname).toBe(`${appUrl}/api/auth/callback/idporten`)
  expect(Object.fromEntries(callback.searchParams)).toMatchObject({ state: 'state-1', iss: rp.issuer })
  expect(tokens.status).toBe(200)
  const { payload } = await jwtVerify(String(tokens.json.id_token), createRemoteJWKSet(new URL(`${rp.issuer}/jwks.json`)), { issuer: rp.issuer, audience: 'bank-web' })
  expect(payload).toMatchObject({ pid: STEINAR, acr: 'idporten-loa-high', amr: ['TestID'], nonce: 'nonce-1', locale: 'nb', })
  expect([typeof payload.sid, typeof payload.auth_time]).toEqual(['string', 'number'])
  expect(payload.exp).toBe((payload.iat ?? 0) + 120)

  const request = bank.request(STEINAR, { redirectUrl: `${appUrl}/consent/return?s=abc` })
  const created = await bank.create(request)
  expect(created.status).toBe(201)
  expect(created.json).toMatchObject({ id: request.id, status: 'Created' })

  const asked = await browser.go(String(created.json.viewUri))
  expect(await asked.text()).toContain('Ja, jeg gir samtykke')
  const answered = await browser.go(String(created.json.viewUri), { answer: 'accept' })
  const page = await answered.text()
  expect(page).toContain(`content="0;url=${appUrl}/consent/return?s=abc&amp;Status=OK"`)
  expect(page).toContain(`src="${appUrl}/api/auth/logout/frontchannel?iss=${encodeURIComponent(rp.issuer)}&amp;sid=${String(payload.sid)}"`)
  expect(backchannel).toHaveLength(1)
  expect(decodeJwt(backchannel[0] ?? '')).toMatchObject({ iss: rp.issuer, aud: 'bank-web', sid: payload.sid, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })
  expect((await rp.begin(browser)).address).toContain('/idporten/login/')

  expect((await bank.status(String(request.id))).json).toMatchObject({ status: 'Accepted' })
  const balance = await bank.balance(await bank.consentToken(String(request.id), STEINAR), STEINAR)
  expect(balance.status).toBe(200)
  expect(balance.text).toBe('{"Accounts":[{"Balances":[{"BalanceType":"closingBooked","BalanceAmount":{"currency":"NOK","amount":284512.5},"LastChangeDateTime":"2026-01-15T21:02:11.307Z"}],"Name":"Lån","Bban":"01085301957","Assert":""}],"TotalAmount":284512.5}')

  const calls = await bank.control('GET', 'requests?party=lanekassen')
  expect(calls.json).toMatchObject([{ step: 'accounts', status: 200, person: 'Steinar Bruun' }])
})
