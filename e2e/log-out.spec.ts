import { expect, test } from './journey.ts'
import { button, heading, isAtWork, logIn, logOut, seeBalance } from './steps/applicant.ts'
import { byPost } from './steps/by-post.ts'
import { bringBack } from './steps/memory.ts'
import { newNumber, ordinaryTotal, somebodyWith } from './steps/people.ts'
import { aTabIsAlive, showsNoAmount, words } from './steps/screen.ts'
import { auditor, logInAsStaff } from './steps/staff.ts'

const SESSION = 'applicant.session'

test('log-out ends the session here and at ID-porten, and what it held is gone', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await logIn(page, somebody)
  await seeBalance(page, ordinaryTotal)
  expect(await database.count('HeldReading')).toBe(1)
  const [answer] = await Promise.all([page.waitForResponse((it) => it.url().endsWith('/api/auth/logout')), logOut(page)])
  expect((await answer.allHeaders())['clear-site-data']).toBe('"cache", "storage"')
  await expect(page.getByText('Beløpene er slettet hos oss.')).toBeVisible()

  expect(await database.sessionsOf(somebody)).toEqual([])
  expect([await database.count('HeldReading'), await database.count('ReadingSeal')]).toEqual([0, 0])
  expect((await page.context().cookies()).map(({ name }) => name)).not.toContain(SESSION)
  // ID-porten asks who it is again: nobody is let in on an old sign-on.
  await button(page, 'Logg inn igjen').click()
  await expect(heading(page, 'Logg inn')).toBeVisible()
})

test('the old cookie opens nothing once its owner has logged out', async ({ page, house, sandbox, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  const visitor = await behindTheScreens.seesTheirBalance(page, somebody)
  const thief = byPost(house.appUrl)
  thief.setCookie(SESSION, visitor.cookie(SESSION))
  expect((await thief.send('/balance')).body).toContain('13')
  await logOut(page)

  for (const address of ['/balance', '/consent', '/consent/return']) {
    const answer = await thief.get(address)
    expect(answer.body).not.toMatch(/\d,\d\d.kr/)
    expect(answer.url).toMatch(address === '/consent/return' ? /\/consent\/return$/ : /\/logged-out\?why=own$/)
  }
})

test('another tab shows nothing once one has logged out', async ({ page, sandbox, behindTheScreens }) => {
  await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
  const tab = await page.context().newPage()
  await tab.goto('/balance')
  await seeBalance(tab, ordinaryTotal)
  await isAtWork(tab, 'Studielånet ditt')
  await logOut(page)
  // It leaves by itself, and there is no way back.
  await expect(heading(tab, 'Du er logget ut')).toBeVisible()
  await tab.goto('/balance')
  await showsNoAmount(tab)
})

test('another tab that is left open goes blank by itself when one has logged out', async ({ page, sandbox, behindTheScreens }) => {
  await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
  const tab = await page.context().newPage()
  await tab.goto('/balance')
  await seeBalance(tab, ordinaryTotal)
  await isAtWork(tab, 'Studielånet ditt')
  await logOut(page)
  await expect(heading(tab, 'Du er logget ut')).toBeVisible()
  await showsNoAmount(tab)
})

test('another tab that was not at work yet when one logged out leaves as soon as it is, and one that logs in afterwards stays', async ({ page, sandbox, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  const tab = await page.context().newPage()
  const { promise: scriptsMayCome, resolve: letThemCome } = Promise.withResolvers<undefined>()
  await tab.route('**/_next/static/chunks/*.js', async (route) => { await scriptsMayCome; await route.continue() })
  await tab.goto('/balance', { waitUntil: 'commit' })
  await seeBalance(tab, ordinaryTotal)
  await logOut(page)
  letThemCome(undefined)
  await expect(heading(tab, 'Du er logget ut')).toBeVisible()
  await showsNoAmount(tab)

  const sentAway: string[] = []
  tab.on('request', (asked) => { if (asked.isNavigationRequest() && asked.url().includes('/logged-out')) sentAway.push(asked.url()) })
  const heard = aTabIsAlive(page)
  await logIn(tab, somebody)
  await seeBalance(tab, ordinaryTotal)
  await isAtWork(tab, 'Studielånet ditt')
  await heard
  await expect(heading(page, 'Du er logget ut')).toBeVisible()
  await seeBalance(tab, ordinaryTotal)
  expect(sentAway).toEqual([])
})

for (const memory of ['loads them anew', 'keeps pages in memory'] as const) {
  test(`Back shows no amount after log-out, in a browser that ${memory}`, async ({ browserThat, sandbox, behindTheScreens }) => {
    const page = await browserThat(memory)
    await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
    await page.goto('/')
    await page.goto('/balance')
    await seeBalance(page, ordinaryTotal)
    await logOut(page)
    for (let steps = 0; steps < 4; steps++) {
      await page.goBack({ waitUntil: 'load' })
      await showsNoAmount(page)
      expect(await page.evaluate(() => document.body.innerText)).not.toMatch(/\d,\d\d.kr/)
    }
    for (let steps = 0; steps < 4; steps++) {
      await page.goForward({ waitUntil: 'load' })
      await showsNoAmount(page)
    }
  })
}

test('a page that the browser brings back from its memory is loaded anew, and shows nothing after log-out', async ({ page, sandbox, database, behindTheScreens }) => {
  await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
  await seeBalance(page, ordinaryTotal)
  await isAtWork(page, 'Studielånet ditt')
  await database.ask('DELETE FROM "Session"')
  await bringBack(page)
  await expect(heading(page, 'Du er logget ut')).toBeVisible()
  await showsNoAmount(page)
})

test('Back after log-out asks nobody to send a form again, also in a browser that keeps the page that sent it', async ({ page, context, sandbox, behindTheScreens }) => {
  // Sent before the page has loaded, it leaves no trace in the history; a slow browser may come to it afterwards.
  await context.addInitScript(() => {
    const atOnce = HTMLFormElement.prototype.submit
    HTMLFormElement.prototype.submit = function submit() {
      addEventListener('load', () => setTimeout(() => atOnce.call(this)))
    }
  })
  await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
  await logOut(page)
  await page.goBack()
  await expect(heading(page, 'Se studielånet ditt hos Testbanken AS')).toBeVisible()

  await logInAsStaff(page, auditor)
  await expect(heading(page, 'For ansatte')).toBeVisible()
  await button(page, 'Logg ut').click()
  await expect(page).toHaveURL(/\/staff\/logged-out/)
  await page.goBack()
  await expect(heading(page, 'Logg inn som ansatt')).toBeVisible()
})

test('somebody whose log-in is over is sent out when they press something', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.isLoggedIn(page, somebody)
  await expect(heading(page, 'Vil du la oss hente saldoen din?')).toBeVisible()
  await database.ask('DELETE FROM "Session"')
  await button(page, 'Gå til Altinn').click()
  await expect(heading(page, 'Du er logget ut')).toBeVisible()
  expect(await words(page)).toContain('Beløpene er slettet hos oss.')
  expect(await sandbox.consents()).toEqual([])
})

test('a log-out that no page of ours asks for does nothing', async ({ house, database, behindTheScreens }) => {
  const visitor = await behindTheScreens.logsIn({ pid: newNumber() })
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, {}, { origin: house.appUrl, 'sec-fetch-site': 'cross-site' }] as Record<string, string>[]) {
    expect((await visitor.send('/api/auth/logout', { method: 'POST', headers })).status).toBe(403)
  }
  expect((await visitor.send('/api/auth/logout')).status).toBe(405)
  expect(await database.count('Session')).toBe(1)
})

test('a log-out without a log-in says that one is logged out', async ({ house }) => {
  const visitor = byPost(house.appUrl)
  const answer = await visitor.send('/api/auth/logout', { method: 'POST', headers: { origin: house.appUrl } })
  expect([answer.status, answer.location]).toEqual([303, `${house.appUrl}/logged-out?why=own`])
  visitor.setCookie(SESSION, 'x'.repeat(43))
  expect((await visitor.send('/api/auth/logout', { method: 'POST', headers: { origin: house.appUrl } })).location).toBe(`${house.appUrl}/logged-out?why=own`)
})

test('with ID-porten away, log-out still ends everything here', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await sandbox.breaks('idporten', { fault: '503' })
  await button(page, 'Logg ut').first().click()
  await page.waitForURL(/\/idporten\/logout/)
  expect(await database.sessionsOf(somebody)).toEqual([])
  expect(await database.count('HeldReading')).toBe(0)
  expect((await page.context().cookies()).map(({ name }) => name)).not.toContain(SESSION)
})

test('figures that arrive after the log-out are not kept', async ({ house, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await sandbox.breaks('lanekassen', { fault: 'slow', seconds: 3.5 })
  const visitor = await behindTheScreens.isSentBack(somebody)
  await visitor.send('/api/auth/logout', { method: 'POST', headers: { origin: house.appUrl } })
  await expect.poll(async () => (await database.audit(somebody)).at(-1), { timeout: 10_000 }).toMatchObject({ type: 'source.read', outcome: 'not-kept' })
  expect([await database.count('HeldReading'), await database.count('ReadingSeal')]).toEqual([0, 0])
})

test('the logged-out page says what is true: somebody who is logged in goes back to where they were', async ({ page, sandbox, behindTheScreens }) => {
  await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
  await page.goto('/logged-out?why=idle')
  await seeBalance(page, ordinaryTotal)
})
