import { expect, test } from './journey.ts'
import { beAtIdporten, button, heading, logIn, logOut, seeBalance } from './steps/applicant.ts'
import { byPost } from './steps/by-post.ts'
import { newNumber, ordinaryTotal, somebodyWith } from './steps/people.ts'
import { referenceOn } from './steps/screen.ts'

const CALLBACK = /\/api\/auth\/callback\/idporten/
const SESSION = 'applicant.session'

test('the browser takes nothing to ID-porten but our name and the number of a request', async ({ page, sandbox }) => {
  await page.goto('/')
  const [asked] = await Promise.all([page.waitForRequest(/\/idporten\/authorize/), button(page, 'Logg inn').click()])
  expect([...new URL(asked.url()).searchParams.keys()].sort()).toEqual(['client_id', 'request_uri'])
  expect(await sandbox.requests({ party: 'idporten', step: 'par' })).toMatchObject([{ status: 201 }])
})

test('somebody who is logged in goes on from the start, even a start from before, without a second log-in', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  const before = await page.context().newPage()
  await before.goto('/')
  await behindTheScreens.seesTheirBalance(page, somebody)
  await seeBalance(page, ordinaryTotal)
  const logIns = (await sandbox.requests({ party: 'idporten', step: 'par' })).length
  await page.goto('/')
  await button(page, 'Se saldoen').click()
  await seeBalance(page, ordinaryTotal)
  await button(before, 'Logg inn').click()
  await seeBalance(before, ordinaryTotal)
  expect(await sandbox.requests({ party: 'idporten', step: 'par' })).toHaveLength(logIns)
  expect(await database.sessionsOf(somebody)).toHaveLength(1)
})

test('somebody who cancels is told that they did, and may try again', async ({ page, database }) => {
  await page.goto('/')
  await button(page, 'Logg inn').click()
  await button(page, 'Avbryt').click()
  await expect(page.getByRole('heading', { name: 'Du avbrøt innloggingen' })).toBeVisible()
  expect(await database.count('Session')).toBe(0)
  expect(await database.refusals(await referenceOn(page))).toEqual(['log-in-cancelled'])
  const pid = newNumber()
  await button(page, 'Logg inn').click()
  await beAtIdporten(page, { pid })
  await expect(heading(page, 'Vil du la oss hente saldoen din?')).toBeVisible()
})

for (const [fault, title, refusal] of [
  ['id-low-acr', 'Du må logge inn på en sikrere måte', 'level-too-low'],
  ['id-no-pid', 'Vi fikk ikke fødselsnummeret ditt', 'no-national-id'],
  ['id-no-sid', 'Du ble ikke logget inn', 'id-token-invalid'],
  ['id-key', 'Du ble ikke logget inn', 'id-token-invalid'],
  ['id-nonce', 'Du ble ikke logget inn', 'log-in-failed'],
  ['id-issuer', 'Du ble ikke logget inn', 'log-in-failed'],
  ['id-audience', 'Du ble ikke logget inn', 'log-in-failed'],
  ['id-expired', 'Du ble ikke logget inn', 'log-in-failed'],
] as const) {
  test(`an id_token with the fault ${fault} gives no session, words, and a reference that the audit log knows`, async ({ page, sandbox, database }) => {
    await sandbox.breaks('idporten', { fault, times: 1 })
    const pid = newNumber()
    await page.goto('/')
    await button(page, 'Logg inn').click()
    await beAtIdporten(page, { pid })
    await expect(page.getByRole('heading', { name: title })).toBeVisible()
    expect((await page.context().cookies()).map(({ name }) => name)).not.toContain(SESSION)
    expect(await database.count('Session')).toBe(0)
    expect(await database.refusals(await referenceOn(page))).toEqual([refusal])
    await button(page, 'Logg inn').click()
    await expect(button(page, 'Logg ut')).toBeVisible()
  })
}

test('an id_token without amr is good: it is no ground for any right', async ({ page, sandbox }) => {
  await sandbox.breaks('idporten', { fault: 'id-no-amr' })
  await logIn(page, { pid: newNumber() })
})

for (const [what, fault] of [
  ['is down', { fault: 'down' }], ['answers 500', { fault: '500' }], ['answers with a web page', { fault: 'html' }], ['never answers', { fault: 'black-hole' }],
] as const) {
  test(`ID-porten ${what} when the log-in begins: the page says so within ten seconds, and later it works`, async ({ page, sandbox, house }) => {
    await sandbox.breaks('idporten', { ...fault, step: 'par' })
    await page.goto('/')
    const since = Date.now()
    await button(page, 'Logg inn').click()
    await expect(page.getByRole('heading', { name: 'Vi får ikke kontakt med ID-porten' })).toBeVisible({ timeout: 10_000 })
    expect(Date.now() - since).toBeLessThan(10_000)
    expect(house.log.app()).toContain(await referenceOn(page))
    await sandbox.worksAgain()
    await button(page, 'Logg inn').click()
    await beAtIdporten(page, { pid: newNumber() })
    await expect(button(page, 'Logg ut')).toBeVisible()
  })

  test(`ID-porten ${what} when the log-in ends: nobody is logged in, the page says so within ten seconds, and later it works`, async ({ page, sandbox, database, house }) => {
    await sandbox.breaks('idporten', { ...fault, step: 'token' })
    await page.goto('/')
    await button(page, 'Logg inn').click()
    const since = Date.now()
    await beAtIdporten(page, { pid: newNumber() })
    await expect(page.getByRole('heading', { name: /^(Du ble ikke logget inn|Vi får ikke kontakt med ID-porten)$/ })).toBeVisible({ timeout: 10_000 })
    expect(Date.now() - since).toBeLessThan(10_000)
    const reference = await referenceOn(page)
    expect(house.log.app()).toContain(reference)
    expect(await database.refusals(reference)).toHaveLength(1)
    expect(await database.count('Session')).toBe(0)
    await sandbox.worksAgain()
    await button(page, 'Logg inn').click()
    await expect(button(page, 'Logg ut')).toBeVisible()
  })
}

test('the end of one browser’s log-in, opened in another, logs nobody in', async ({ page, house, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  const victim = byPost(house.appUrl)
  const idporten = await victim.press(await victim.get('/'), 'Logg inn')
  const { location } = await victim.press(idporten, 'Logg inn med nummeret', { other: somebody.pid }, CALLBACK)
  expect(location).toMatch(CALLBACK)

  await page.goto(String(location))
  await expect(page.getByRole('heading', { name: 'Du ble ikke logget inn' })).toBeVisible()
  expect((await page.context().cookies()).map(({ name }) => name)).not.toContain(SESSION)

  // Nor with a log-in of its own underway: the state is another's.
  await page.goto('/')
  await button(page, 'Logg inn').click()
  await expect(heading(page, 'Logg inn')).toBeVisible()
  await page.goto(String(location))
  await expect(page.getByRole('heading', { name: 'Du ble ikke logget inn' })).toBeVisible()
  expect(await database.count('Session')).toBe(0)
})

test('the end of a log-in is good once: used again it logs nobody in, and disturbs nobody', async ({ house, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  const visitor = byPost(house.appUrl)
  const idporten = await visitor.press(await visitor.get('/'), 'Logg inn')
  const { location } = await visitor.press(idporten, 'Logg inn med nummeret', { other: somebody.pid }, CALLBACK)
  await visitor.get(String(location))
  expect(await database.sessionsOf(somebody)).toHaveLength(1)
  const before = await database.state()

  const again = await visitor.get(String(location))
  expect(again.status).toBe(200)
  expect(await database.state()).toEqual(before)
  const stranger = await byPost(house.appUrl).get(String(location))
  expect(stranger.url).toContain('why=log-in-failed')
  expect(await database.state()).toEqual(before)
})

test('a callback with made-up parameters logs nobody in and leads to the start', async ({ house, database }) => {
  for (const query of ['', '?code=x', '?state=x', '?code=x&state=x&iss=https://evil.example', '?error=server_error&error_description=Ring+oss', `?error=${'x'.repeat(3000)}`, '?code=a&code=b&state=c']) {
    const visitor = byPost(house.appUrl)
    const answer = await visitor.send(`/api/auth/callback/idporten${query}`)
    expect(answer.status, query).toBe(303)
    expect(answer.location, query).toMatch(new RegExp(`^${house.appUrl}/\\?why=log-in-failed&ref=[0-9A-Z-]{14}$`))
    expect(visitor.cookies().map(({ name }) => name)).not.toContain(SESSION)
  }
  expect(await database.count('Session')).toBe(0)
})

test('a cookie that was there before the log-in is not the log-in’s: a new one replaces it', async ({ page, house, database }) => {
  const planted = 'A'.repeat(43)
  await page.context().addCookies([{ name: SESSION, value: planted, url: house.appUrl }])
  await logIn(page, { pid: newNumber() })
  const session = (await page.context().cookies()).find(({ name }) => name === SESSION)
  expect(session?.value).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(session?.value).not.toBe(planted)
  const intruder = byPost(house.appUrl)
  intruder.setCookie(SESSION, planted)
  expect((await intruder.get('/consent')).url).toContain('/logged-out')
  expect(await database.count('Session')).toBe(1)
})

test('a new log-in in the same browser ends the old one', async ({ house, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  const old = await behindTheScreens.logsIn(somebody)
  const browser = byPost(house.appUrl)
  const idporten = await browser.press(await browser.get('/'), 'Logg inn')
  browser.setCookie(SESSION, old.cookie(SESSION))
  await browser.press(idporten, 'Logg inn med nummeret', { other: somebody.pid })

  expect(await database.sessionsOf(somebody)).toHaveLength(1)
  expect((await database.audit(somebody)).filter(({ type }) => type === 'session.ended')).toMatchObject([{ outcome: 'replaced' }])
  expect((await old.get('/consent')).url).toContain('/logged-out')
  expect((await browser.get('/consent')).status).toBe(200)
})

test('each log-in and each refusal stands in the audit log, once', async ({ page, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  for (let times = 0; times < 2; times++) {
    await logIn(page, somebody)
    await logOut(page)
  }
  const events = (await database.audit(somebody)).map(({ type, actor, outcome }) => `${type} ${actor} ${outcome}`)
  expect(events).toEqual(['session.started applicant null', 'session.ended applicant own', 'session.started applicant null', 'session.ended applicant own'])
})
