import { randomUUID } from 'node:crypto'
import { expect, test } from './journey.ts'
import { byPost, formsOf, type Answer, type ByPost, type Form } from './steps/by-post.ts'
import { newNumber, somebodyWith } from './steps/people.ts'
import { quiet } from './steps/sandbox.ts'

type Headers = Record<string, string | undefined>

/** The actions of ours that the page's forms call, each once; the log-out has a test of its own. */
const actionsOf = (answer: Answer): Form[] => formsOf(answer.body).filter(({ multipart }) => multipart)

test('a form that no page of ours has sent changes nothing and asks nobody', async ({ house, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await sandbox.breaks('lanekassen', { fault: '503', times: 1 })
  const visitor = await behindTheScreens.logsIn(somebody)
  const asked = await behindTheScreens.isAsked({ pid: newNumber() })
  const invited = await behindTheScreens.logsIn({ pid: newNumber() })
  const stranger = byPost(house.appUrl)
  const consent = (await sandbox.newest()).id
  const places: [ByPost, Answer][] = [
    [stranger, await stranger.send('/')], [stranger, await stranger.send('/consent/return')], [stranger, await stranger.send('/logged-out')],
    [invited, await invited.send('/consent')], [asked, await asked.send(`/consent/${consent}`)], [visitor, await visitor.send('/balance')], [visitor, await visitor.send('/consent/return')], [visitor, await visitor.send('/my-data')], [invited, await invited.send('/my-data/erase')],
  ]
  const port = new URL(house.appUrl).port
  const foreign: Headers[] = [
    { origin: 'https://evil.example' }, { origin: 'null' }, { origin: undefined }, { origin: '' }, { origin: `http://localhost:${port}.evil.example` }, { origin: `https://localhost:${port}` }, { origin: `http://127.0.0.1:${port}` },
    { origin: sandbox.url }, { origin: `http://localhost:${Number(port) + 1}` }, { origin: house.appUrl, 'sec-fetch-site': 'cross-site' }, { origin: house.appUrl, 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example', host: 'evil.example' }, { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' }, { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  ]
  const before = await database.state()
  const requests = await quiet(sandbox)
  let sent = 0
  for (const [who, at] of places) {
    for (const form of actionsOf(at)) {
      for (const headers of foreign) {
        const fields = [...form.fields, ...form.buttons.flatMap(({ field }) => (field ? [field] : [])).slice(-1)]
        const answer = await who.submit(at, form, fields, headers)
        expect(answer.status, `${at.url} ${JSON.stringify(headers)}`).toBeGreaterThanOrEqual(400)
        expect(answer.headers.getSetCookie()).toEqual([])
        sent++
      }
    }
  }
  expect(sent).toBeGreaterThan(150)
  expect(await database.state()).toEqual(before)
  expect(await quiet(sandbox)).toBe(requests)
})

test('fields that a form does not have are not looked at', async ({ house, sandbox, database }) => {
  const [somebody, other] = [await somebodyWith(sandbox), await somebodyWith(sandbox)]
  const extra = { role: 'adviser', subjectRef: randomUUID(), subjectId: '1', pid: other.pid, validTo: '2099-01-01T00:00:00Z', status: 'accepted', days: '9999', redirectTo: 'https://evil.example', callbackUrl: 'https://evil.example', __proto__: 'x', constructor: 'x' }
  const visitor = byPost(house.appUrl)
  const idporten = await visitor.press(await visitor.get('/'), 'Logg inn', extra)
  const invited = await visitor.press(idporten, 'Logg inn med nummeret', { other: somebody.pid })
  expect(invited.url).toBe(`${house.appUrl}/consent`)
  const altinn = await visitor.press(invited, 'Gå til Altinn', extra)
  expect(altinn.url).toContain(sandbox.url)
  const [{ validTo, status, subjectRef, days }] = (await database.ask(`SELECT *, EXTRACT(EPOCH FROM "validTo" - "requestedAt") / 86400 AS days FROM "Consent"`)) as [{ validTo: Date; status: string; subjectRef: string; days: string }]
  expect([status, subjectRef, Number(days), validTo < new Date('2099-01-01')]).toEqual(['requested', await database.subjectOf(somebody), 364, true])
})

test('another person’s consent is nowhere to be found', async ({ sandbox, database, behindTheScreens }) => {
  const [owner, intruder] = [await somebodyWith(sandbox), await somebodyWith(sandbox)]
  const own = await behindTheScreens.isAsked(owner)
  const consent = await database.consentOf(owner)
  const visitor = await behindTheScreens.logsIn(intruder)
  expect((await own.send(`/consent/${consent?.id}`)).status).toBe(200)
  const missing = await visitor.send(`/consent/${randomUUID()}`)
  for (const id of [String(consent?.id), String(consent?.id).toUpperCase(), `${consent?.id}?why=provider-unavailable`, randomUUID(), 'x', '..%2f..%2fbalance', "' OR '1'='1", '%00', 'a'.repeat(3000)]) {
    const answer = await visitor.send(`/consent/${id}`)
    expect(answer.status, id).toBe(404)
    expect(answer.body).toContain('Siden finnes ikke')
    expect(answer.body).not.toContain(owner.pid)
  }
  // Not even by its size can one that exists be told from one that does not.
  const theirs = await visitor.send(`/consent/${consent?.id}`)
  expect(Math.abs(theirs.body.length - missing.body.length)).toBeLessThan(60)
})

test('the log-in library’s own addresses are closed', async ({ house }) => {
  const stranger = byPost(house.appUrl)
  for (const address of ['session', 'signin', 'signin/idporten', 'signout', 'csrf', 'providers', 'error', 'verify-request', 'callback', 'callback/staff', 'callback/credentials', 'webauthn-options/idporten', '_log']) {
    for (const method of ['GET', 'POST']) expect((await stranger.send(`/api/auth/${address}`, { method, headers: { origin: house.appUrl } })).status, `${method} ${address}`).toBe(404)
  }
  expect((await stranger.send('/api/auth/callback/idporten', { method: 'POST', headers: { origin: house.appUrl } })).status).toBe(405)
})

test('a route answers the methods it is made for, and no others', async ({ house, database, behindTheScreens }) => {
  const visitor = await behindTheScreens.logsIn({ pid: newNumber() })
  const routes = { '/api/auth/logout': 'POST', '/api/auth/logout/backchannel': 'POST', '/api/auth/logout/frontchannel': 'GET', '/api/auth/callback/idporten': 'GET', '/api/health/live': 'GET', '/api/health/ready': 'GET' }
  for (const [address, right] of Object.entries(routes)) {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((it) => it !== right)) expect((await visitor.send(address, { method, headers: { origin: house.appUrl } })).status, `${method} ${address}`).toBe(405)
  }
  expect(await database.count('Session')).toBe(1)
})

test('a page is looked at or posted to: no other method draws it', async ({ house, behindTheScreens }) => {
  const visitor = await behindTheScreens.logsIn({ pid: newNumber() })
  for (const address of ['/', '/consent', '/balance', '/my-data', '/staff', '/no-such-page']) {
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      const answer = await visitor.send(address, { method, headers: { origin: house.appUrl } })
      expect([answer.status, answer.headers.get('allow'), answer.body], `${method} ${address}`).toEqual([405, 'GET, HEAD, POST', ''])
    }
  }
})

test('an action that is called by hand without its form has nothing filled in, and is no fault of ours', async ({ house, sandbox, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  const visitor = await behindTheScreens.logsIn(somebody)
  let called = 0
  for (const address of ['/', '/consent', '/balance', '/my-data']) {
    const page = await visitor.send(address)
    for (const id of new Set([...page.body.matchAll(/\$ACTION_ID_([0-9a-f]{42})/g)].map(([, it = '']) => it))) {
      for (const body of ['[]', '[null]', '["x"]', '[{}]', '[["consent"]]']) {
        const answer = await visitor.send(address, { method: 'POST', body, headers: { 'next-action': id, 'content-type': 'text/plain;charset=UTF-8', origin: house.appUrl, 'sec-fetch-site': 'same-origin' } })
        expect(answer.status, `${address} ${id} ${body}`).toBeLessThan(500)
        called++
      }
    }
  }
  expect(called).toBeGreaterThan(20)
})

const payloads = [
  'https://evil.example', '//evil.example', '///evil.example', '/\\evil.example', '\\\\evil.example', '/%5cevil.example', '%2f%2fevil.example', 'https:evil.example', 'https:/evil.example', 'http://localhost@evil.example',
  'https://evil.example%2f@localhost', 'javascript:alert(1)', 'data:text/html,x', '/.evil.example', '@evil.example', '.evil.example', ';//evil.example', '/%09/evil.example', '/%0d%0aLocation:https://evil.example', '\t//evil.example',
  ' //evil.example', '//evil%E3%80%82example', 'https://evil.example#', 'https://evil.example?', '/..//evil.example', '/consent/return?s=//evil.example', 'x'.repeat(500), '//google.com%00', "'><script>alert(1)</script>", '{{7*7}}',
]
const parameters = ['s', 'why', 'ref', 'state', 'code', 'iss', 'error', 'error_description', 'Status', 'ErrorMessage', 'callbackUrl', 'redirectTo', 'redirect', 'returnTo', 'next', 'url', 'sid', 'locale', '_rsc']

test('nothing in an address leads anywhere but here, to ID-porten or to Altinn', async ({ house, sandbox, behindTheScreens }) => {
  const [visitor, stranger] = [await behindTheScreens.logsIn({ pid: newNumber() }), byPost(house.appUrl)]
  const home = [house.appUrl, sandbox.url]
  const leads = (answer: Answer) => answer.location === null || home.includes(new URL(answer.location).origin)
  for (const payload of payloads) {
    const query = parameters.map((name) => `${name}=${payload.startsWith('%') || payload.includes('/%') ? payload : encodeURIComponent(payload)}`).join('&')
    for (const who of [visitor, stranger]) {
      for (const address of ['/', '/login', '/consent', '/consent/return', '/balance', '/logged-out', '/api/auth/callback/idporten', '/api/auth/logout/frontchannel']) {
        const answer = await who.send(`${address}?${query}`)
        expect(leads(answer), `${address} ${payload} → ${answer.location}`).toBe(true)
        expect(answer.status).toBeLessThan(500)
        expect(answer.body).not.toContain('<script>alert(1)')
        expect(answer.headers.get('refresh')).toBeNull()
      }
    }
    const start = await stranger.send(`/?${query}`)
    expect(leads(await stranger.press(start, 'Logg inn', {}, /.*/)), payload).toBe(true)
    const back = await stranger.send(`/consent/return?${query}`)
    expect(leads(await stranger.press(back, 'Logg inn', {}, /.*/)), payload).toBe(true)
    expect(leads(await stranger.send(`${house.appUrl}/${payload}`)), payload).toBe(true)
  }
})

test('a host that somebody makes up has no say in where one is led', async ({ house }) => {
  const stranger = byPost(house.appUrl)
  const made: Headers[] = [{ 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }, { forwarded: 'host=evil.example;proto=https' }, { 'x-original-url': '/balance', 'x-rewrite-url': '/balance' }, { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' }]
  for (const headers of made) {
    for (const address of ['/balance', '/login', '/api/auth/callback/idporten']) {
      const answer = await stranger.send(address, { headers })
      expect(answer.location === null || answer.location.startsWith(house.appUrl), `${address} ${JSON.stringify(headers)} → ${answer.location}`).toBe(true)
      expect(answer.body).not.toMatch(/\d,\d\d.kr/)
    }
  }
})

test('a body that is too large is turned away, and the next one is served', async ({ house, sandbox, database, behindTheScreens }) => {
  const visitor = await behindTheScreens.logsIn({ pid: newNumber() })
  const requests = await quiet(sandbox)
  const [form] = actionsOf(visitor.at).filter(({ buttons }) => buttons.some(({ words }) => words === 'Gå til Altinn'))
  if (!form) throw new Error('there is no form')
  for (const size of [20_000, 2_000_000]) {
    const answer = await visitor.submit(visitor.at, form, [...form.fields, ['x', 'x'.repeat(size)]]).catch(() => null)
    expect(answer === null || answer.status >= 400, `${size} bytes`).toBe(true)
  }
  expect((await visitor.send('/api/auth/logout/backchannel', { method: 'POST', body: new URLSearchParams({ logout_token: 'x'.repeat(1_000_000) }) })).status).toBe(400)
  expect(await database.count('Consent')).toBe(0)
  expect(await quiet(sandbox)).toBe(requests)
  expect((await byPost(house.appUrl).send('/')).status).toBe(200)
})

test('bodies that no form of ours makes are turned away, and the house stands', async ({ house, database, behindTheScreens }) => {
  const visitor = await behindTheScreens.logsIn({ pid: newNumber() })
  const before = await database.state()
  const ids = [...visitor.at.body.matchAll(/\$ACTION_ID_([0-9a-f]{42})/g)].map(([, id = '']) => id)
  expect(ids.length).toBeGreaterThan(0)
  for (const id of [...new Set(ids), 'f'.repeat(42), '__proto__', 'x'.repeat(200)]) {
    for (const [body, type] of [['[]', 'text/plain'], ['["$F1"]', 'text/plain'], ['["$@0"]', 'text/plain'], ['{"then":"$1"}', 'text/plain'], ['[', 'text/plain'], ['\0', 'text/plain'], ['["$K1"]', 'application/json'], ['--x\r\n\r\n--x--', 'multipart/form-data; boundary=x'], ['a', 'multipart/form-data']] as const) {
      const answer = await visitor.send('/consent', { method: 'POST', body, headers: { 'next-action': id, 'content-type': type, origin: 'https://evil.example' } })
      expect(answer.status, `${id} ${body}`).toBeGreaterThanOrEqual(400)
    }
  }
  expect(await database.state()).toEqual(before)
  expect((await byPost(house.appUrl).send('/')).status).toBe(200)
})
