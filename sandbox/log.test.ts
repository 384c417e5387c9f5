import { expect, test } from 'vitest'
import { scrub } from './log.ts'
import { people } from './people.ts'
import { startSandbox } from './start.ts'
import { createAltinn2Client } from './testing/altinn2.ts'
import { consentDetail, createBank } from './testing/bank.ts'
import { createBrowser } from './testing/browser.ts'
import { createRelyingParty } from './testing/login.ts'
import { withWrongDigits } from './testing/numbers.ts'
import { ALTINN_KEY, API_KEY, registration, SCOPES } from './testing/registration.ts'

test('a slip is scrubbed: tokens and runs of eleven digits', () => {
  expect(scrub('x eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln 01085301957 y\nz')).toBe('x [token] [national id] y z')
  expect(scrub('019ae000-0000-7000-8000-000000000001')).toBe('019ae000-0000-7000-8000-000000000001')
})

test('no line and no entry holds a national id, a token, a key or an amount, whatever happens', async () => {
  const lines: string[] = []
  const whole = registration('http://localhost:9')
  const sandbox = await startSandbox({ port: 0, registration: { ...whole, altinn2: { apiKeys: whole.altinn2?.apiKeys ?? [], redirectDomains: ['localhost:3999'] } }, log: (line) => lines.push(line) })
  const bank = createBank(sandbox.origin)
  const rp = createRelyingParty(sandbox.origin, 'http://localhost:9')
  const pid = '01085301957'
  const secrets: string[] = [...people.map((person) => person.pid), '15819010029', API_KEY, 'hemmelig-for-ansatte', '284512.5', '28451250', '284 512']

  const browser = createBrowser(sandbox.origin)
  const { tokens } = await rp.logIn(browser, pid)
  secrets.push(String(tokens.json.id_token), String(tokens.json.access_token))
  await browser.go((await rp.begin(createBrowser(sandbox.origin))).address, { other: '15819010029' })
  const body = bank.request(pid)
  const made = await bank.create(body)
  await browser.go(String(made.json.viewUri), { answer: 'accept' })
  const token = await bank.consentToken(String(body.id), pid)
  secrets.push(token, token.split('.')[1] ?? '?')
  await bank.balance(token, pid)
  await bank.balance(`Bearer ${token}`, pid)
  await bank.balance(token, '02075700329')
  await bank.balance(token, pid, { PSU_ID: withWrongDigits(pid) })
  await bank.create(bank.request('21879522657'))
  await bank.create({ ...body, from: `urn:altinn:person:identifier-no:${pid} ` })
  await bank.ask({ claims: { authorization_details: [{ ...consentDetail(String(body.id), pid), [pid]: 1 }] } })
  await bank.ask({ claims: { scope: `${SCOPES.balance} ${pid}`, [pid]: pid } })
  await bank.status(pid)
  await fetch(`${sandbox.origin}/altinn/${pid}`)
  await fetch(`${sandbox.origin}/altinn/profile?pid=${pid}`)
  await bank.control('PUT', `balances/${pid}`, { body: '{"TotalAmount":284512.5}' })
  await browser.go(`${rp.issuer}/logout?id_token_hint=${String(tokens.json.id_token)}`)

  const altinn2 = createAltinn2Client(bank, sandbox.origin)
  await altinn2.create(altinn2.request(pid, 'Hansen'))
  await altinn2.create(altinn2.request(pid, 'Bruun'), { headers: { ApiKey: `${ALTINN_KEY}x` } })
  await altinn2.create(altinn2.request('21879522657', 'Altinnløs', { OfferedBy: `${pid} ` }))
  const code = await altinn2.accepted(pid, 'Bruun')
  const consent = JSON.parse((await altinn2.token(code)).text) as string
  await bank.control('PUT', 'settings', { lanekassenTransport: 'altinn2' })
  for (const consentId of [consent, `"${consent}"`, code]) await bank.balance(await bank.token(SCOPES.balance), pid, { 'Consent-ID': consentId })
  await altinn2.status(pid)
  await altinn2.token(pid)
  const ordered = (await bank.control('POST', 'certificates', { orgNumber: '311111116', password: 'et-godt-passord' })).json as { p12: string; privateKey: string }
  const exchanged = await (await fetch(`${sandbox.origin}/altinn/authentication/api/v1/exchange/maskinporten`, { headers: { authorization: `Bearer ${await bank.token(SCOPES.read)}` } })).text()
  secrets.push(ALTINN_KEY, consent, consent.split('.')[1] ?? '?', 'et-godt-passord', ordered.p12, ordered.privateKey, exchanged)

  const told = [...lines, (await bank.control('GET', 'requests')).text, (await bank.control('GET', 'consents')).text].join('\n')
  expect(lines.length).toBeGreaterThan(20)
  for (const secret of secrets) expect(told).not.toContain(secret)
  expect(told).not.toMatch(/eyJ[\w-]{10}/)
  expect(told).toContain('Steinar Bruun')
  await sandbox.close()
})
