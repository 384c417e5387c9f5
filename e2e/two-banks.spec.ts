import { request as plainly } from 'node:http'
import { expect, test } from './journey.ts'
import { answer, beAtIdporten, button, goToAltinn, heading, logInAgain, logOut, seeBalance } from './steps/applicant.ts'
import { behindTheScreensOf } from './steps/behind-the-screens.ts'
import { byPost, formsOf } from './steps/by-post.ts'
import { galleries } from './steps/galleries.ts'
import type { House } from './steps/house.ts'
import { lookAtEach } from './steps/look-at-each.ts'
import { violations } from './steps/looks.ts'
import { ordinaryTotal, somebodyWith, type Somebody } from './steps/people.ts'
import type { Sandbox } from './steps/sandbox.ts'
import { startsWith } from './steps/starting.ts'

test.use({ houseSettings: galleries.severalBanks.settings })
lookAtEach(galleries.severalBanks.screens)
const SESSION = 'applicant.session'
const FJORD = '313333337'

/** The same things done at either bank, without a screen. */
const at = (house: House, sandbox: Sandbox) => ({ first: behindTheScreensOf(house.appUrl, sandbox), second: behindTheScreensOf(house.otherUrl, sandbox) })

/** A request with exactly this Host header, and others that a client may make up. */
const sentTo = (house: House, host: string, path = '/', headers: Record<string, string> = {}) =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    plainly({ host: '127.0.0.1', port: new URL(house.appUrl).port, path, headers: { host, ...headers } }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => { body += chunk }).on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    }).on('error', reject).end()
  })

test('a person has a consent, a log-in and a balance of their own at each bank', async ({ page, house, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  for (const [url, bank] of [[house.appUrl, 'Testbanken AS'], [house.otherUrl, 'Fjordbanken AS']] as const) {
    await page.goto(url)
    await expect(page).toHaveTitle(new RegExp(` – ${bank}$`))
    await button(page, 'Logg inn').click()
    // At the second they are logged in to ID-porten already.
    if (url === house.appUrl) await beAtIdporten(page, somebody)
    await expect(heading(page, 'Vil du la oss hente saldoen din?')).toBeVisible()
    // The second has a supplier, who is named before anybody answers.
    await expect(page.getByText(`henter saldoen for ${bank}.`)).toHaveCount(url === house.appUrl ? 0 : 1)
    await goToAltinn(page, bank)
    await answer(page, 'Ja, jeg gir samtykke')
    await logInAgain(page, somebody)
    await seeBalance(page, ordinaryTotal)
    expect(new URL(page.url()).origin).toBe(url)
  }
  expect(await database.ask('SELECT "bank", "coveredBy", "handledBy", "status" FROM "Consent" ORDER BY 1')).toEqual([
    { bank: '311111116', coveredBy: '311111116', handledBy: null, status: 'accepted' }, { bank: FJORD, coveredBy: FJORD, handledBy: '312222221', status: 'accepted' },
  ])
  expect(await database.ask('SELECT "bank", count(*)::int AS people FROM "Subject" GROUP BY 1 ORDER BY 1')).toEqual([{ bank: '311111116', people: 1 }, { bank: FJORD, people: 1 }])
  expect((await sandbox.calls()).answered).toBe(2)
})

test('a button that leads to a page of ours brings that page along, and it is the same bank’s: Next asks itself for it', async ({ house, sandbox }) => {
  const visitor = await at(house, sandbox).second.logsIn(await somebodyWith(sandbox))
  const [field = ''] = formsOf(visitor.at.body).find(({ buttons }) => buttons.some(({ words }) => words === 'Nei takk, ikke nå'))?.fields[0] ?? []
  const action = { origin: house.otherUrl, accept: 'text/x-component', 'next-action': field.replace('$ACTION_ID_', ''), 'content-type': 'text/plain;charset=UTF-8' }
  const brought = await visitor.send('/consent', { method: 'POST', headers: action, body: '[]' })
  expect(brought.headers.get('x-action-redirect')).toMatch(/^\/;/)
  expect(brought.headers.get('content-type')).toBe('text/x-component')
  expect(brought.body).toContain('Fjordbanken AS')
  expect(brought.body).not.toContain('Testbanken')
})

test('the cookie of one bank opens nothing at the other', async ({ page, house, sandbox }) => {
  const somebody = await somebodyWith(sandbox)
  const { first } = at(house, sandbox)
  const visitor = await first.seesTheirBalance(page, somebody)
  expect((await page.context().cookies(house.otherUrl)).map(({ name }) => name)).not.toContain(SESSION)
  const thief = byPost(house.otherUrl)
  thief.setCookie(SESSION, visitor.cookie(SESSION))
  for (const address of ['/balance', '/consent']) expect((await thief.get(address)).url).toMatch(/\/logged-out\?why=own$/)
  expect((await byPostWith(house.appUrl, visitor.cookie(SESSION)).get('/balance')).body).toContain('13')
})
const byPostWith = (origin: string, cookie: string) => {
  const visitor = byPost(origin)
  visitor.setCookie(SESSION, cookie)
  return visitor
}

test('an id of one bank is nobody’s at the other, in every address that takes one', async ({ house, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  const { first, second } = at(house, sandbox)
  const here = await first.isAsked(somebody)
  const { id } = (await database.ask('SELECT "id" FROM "Consent"'))[0] as { id: string }
  const [asked] = await sandbox.consents()
  const returnRef = new URL(asked?.redirectUrl ?? '').searchParams.get('s') ?? ''
  expect((await here.send(`/consent/${id}`)).status).toBe(200)
  await sandbox.accept()

  const there = await second.logsIn(somebody)
  expect((await there.send(`/consent/${id}`)).status).toBe(404)
  const back = await there.press(await there.get(`/consent/return?s=${returnRef}`), 'Fortsett')
  expect(back.url).toBe(`${house.otherUrl}/consent`)
  expect(await database.ask('SELECT "bank", "status" FROM "Consent"')).toEqual([{ bank: '311111116', status: 'requested' }])
  expect((await sandbox.calls()).asked).toBe(0)
})

test('a log-out call at one bank ends its log-in, and not the other’s with the same ID-porten session', async ({ house, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  const { first, second } = at(house, sandbox)
  const [here, there] = [await first.logsIn(somebody), await second.logsIn(somebody)]
  await database.ask(`UPDATE "Session" SET "idpSid" = 'the-same-session'`)
  const call = `/api/auth/logout/frontchannel?${new URLSearchParams({ iss: `${house.sandboxUrl}/idporten`, sid: 'the-same-session' }).toString()}`
  expect((await byPost(house.otherUrl).send(call)).status).toBe(200)
  expect(await database.ask('SELECT "bank" FROM "Session"')).toEqual([{ bank: '311111116' }])
  expect((await there.get('/consent')).url).toMatch(/\/logged-out/)
  expect((await here.get('/consent')).url).toBe(`${house.appUrl}/consent`)
})

test('ID-porten tells each bank at its own address when somebody logs out of it', async ({ page, house, sandbox, database }) => {
  const somebody: Somebody = await somebodyWith(sandbox)
  for (const url of [house.appUrl, house.otherUrl]) {
    await page.goto(url)
    await button(page, 'Logg inn').click()
    if (url === house.appUrl) await beAtIdporten(page, somebody)
    await expect(heading(page, 'Vil du la oss hente saldoen din?')).toBeVisible()
  }
  expect(await database.count('Session')).toBe(2)
  await logOut(page)
  await expect.poll(() => database.count('Session')).toBe(0)
  expect(await database.ask(`SELECT DISTINCT "bank", "outcome" FROM "AuditEvent" WHERE "type" = 'session.ended' AND "subjectRef" IN (SELECT "ref" FROM "Subject") ORDER BY 1`)).toMatchObject([{ bank: '311111116' }, { bank: FJORD, outcome: 'own' }])
})

test('a host that is no bank’s gets plain words and nothing of any bank', async ({ house }) => {
  const port = new URL(house.appUrl).port
  for (const host of [`127.0.0.1:${port}`, 'evil.example', 'localhost', `fjordbanken.localhost:${Number(port) + 1}`, `x.fjordbanken.localhost:${port}`])
    for (const path of ['/', '/balance', '/favicon.svg', '/_next/static/x.js', '/api/lanekassen-logo', '/api/auth/logout/backchannel', '/no-such-page']) {
      const { status, headers, body } = await sentTo(house, host, path, { 'x-forwarded-host': `localhost:${port}`, 'x-saldosyn-bank': FJORD })
      expect(status, `${host}${path}`).toBe(421)
      expect(body).toContain('Denne adressen er ikke i bruk')
      expect(body).not.toMatch(/banken AS|Testbanken|Fjordbanken|_next/)
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'", 'x-content-type-options': 'nosniff' })
      expect(headers['set-cookie']).toBeUndefined()
    }
})

test('each bank has its own look, in light and in dark, and nothing of it is at the other', async ({ page, house }) => {
  const ground = () => button(page, 'Logg inn').evaluate((element) => getComputedStyle(element).backgroundColor)
  await page.goto(house.appUrl)
  expect(await ground()).toBe('rgb(43, 91, 76)')
  await expect(page.getByRole('banner').locator('img')).toHaveAttribute('src', '/favicon.svg')
  for (const path of ['/api/bank-look', '/api/bank-logo']) expect((await sentTo(house, new URL(house.appUrl).host, path)).status).toBe(404)

  await page.goto(house.otherUrl)
  expect(await ground()).toBe('rgb(11, 79, 138)')
  const logo = page.getByRole('banner').locator('img')
  await expect(logo).toHaveAttribute('src', /^\/api\/bank-logo\?v=/)
  await expect.poll(() => logo.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBeGreaterThan(0)
  const sheet = await sentTo(house, new URL(house.otherUrl).host, '/api/bank-look')
  expect(sheet.headers).toMatchObject({ 'content-type': 'text/css; charset=utf-8', 'cache-control': 'private, max-age=31536000, immutable' })
  expect(await violations(page)).toEqual([])
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await ground()).not.toBe('rgb(11, 79, 138)')
  expect(await violations(page)).toEqual([])
})

test('health is told at any host', async ({ house }) => {
  for (const path of ['/api/health/live', '/api/health/ready']) expect((await sentTo(house, '10.0.0.7', path)).status).toBe(200)
  expect(JSON.parse((await sentTo(house, '10.0.0.7', '/api/health/ready')).body)).toEqual({ status: 'ready', checks: { settings: 'ok', database: 'ok', migrations: 'ok', banks: 'ok', keys: 'ok' } })
})

test('what a request says of its host beside Host counts for nothing', async ({ house }) => {
  const [first, second] = [new URL(house.appUrl).host, new URL(house.otherUrl).host]
  const lies: Record<string, string>[] = [{ 'x-forwarded-host': second }, { forwarded: `host=${second}` }, { origin: house.otherUrl, referer: house.otherUrl }, { 'x-saldosyn-bank': FJORD }, { 'x-middleware-override-headers': 'host', 'x-middleware-request-host': second }]
  for (const lie of lies) {
    const { status, body } = await sentTo(house, first, '/', lie)
    expect([status, body.includes('Testbanken AS'), body.includes('Fjordbanken')]).toEqual([200, true, false])
  }
})

test('as a role that sees every bank’s rows it does not start', async ({ house }) => {
  const { code, said } = await startsWith(house, { DATABASE_URL: house.ownerUrl })
  expect([code, /DATABASE_URL must name the app’s own role/.test(said)]).toEqual([1, true])
})

test('with a bank whose settings are wrong it does not start, names bank and setting, and prints no value', async ({ house }) => {
  const [first, second] = JSON.parse(house.settings.BANKS ?? '') as [Record<string, string>, Record<string, string>]
  const { code, said } = await startsWith(house, { BANKS: JSON.stringify([first, { ...second, IDPORTEN_JWK: 'hemmelig', SESSION_IDLE_MINUTES: 'hemmelig' }]) })
  expect(code).toBe(1)
  expect(said).toContain('bank 2: IDPORTEN_JWK')
  expect(said).toContain('bank 2: SESSION_IDLE_MINUTES')
  expect(said).not.toContain('bank 1')
  for (const value of ['hemmelig', second.AUTH_SECRET ?? 'none', second.LANEKASSEN_API_KEY ?? 'none']) expect(said).not.toContain(value)
})
