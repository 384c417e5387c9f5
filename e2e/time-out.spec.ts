import type { Page } from '@playwright/test'
import { expect, test } from './journey.ts'
import { button, heading, isAtWork, logIn, seeBalance } from './steps/applicant.ts'
import { ordinaryTotal, somebodyWith, type Somebody } from './steps/people.ts'
import { aTabIsAlive, showsNoAmount, words } from './steps/screen.ts'
import type { Database } from './steps/database.ts'

const away = 'Du har vært borte en stund, så vi logget deg ut. Logg inn igjen.'

async function nothingIsLeft(database: Database, somebody: Somebody, outcome: string): Promise<void> {
  expect(await database.sessionsOf(somebody)).toEqual([])
  expect([await database.count('HeldReading'), await database.count('ReadingSeal')]).toEqual([0, 0])
  expect((await database.audit(somebody)).at(-1)).toMatchObject({ type: 'session.ended', actor: 'system', outcome })
}

test('somebody who was away for a quarter of an hour is told so, and the figures are gone', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await seeBalance(page, ordinaryTotal)
  await database.ages(somebody, 15)
  await page.reload()
  await expect(heading(page, 'Du er logget ut')).toBeVisible()
  expect(await words(page)).toContain(away)
  expect(await words(page)).not.toMatch(/tilgang|feil/i)
  await showsNoAmount(page)
  await nothingIsLeft(database, somebody, 'idle')
})

test('somebody who was away for a little less is still there', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await database.ages(somebody, 14.8)
  await page.reload()
  await seeBalance(page, ordinaryTotal)
  // The look counts as a sign of life: another quarter of an hour begins.
  await database.ages(somebody, 14.8)
  await page.reload()
  await seeBalance(page, ordinaryTotal)
})

test('after two hours a log-in is over however busy the person was, and the page says why', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await database.ask(`UPDATE "Session" SET "createdAt" = "createdAt" - interval '2 hours', "expiresAt" = now(), "lastSeenAt" = now()`)
  await page.reload()
  await expect(heading(page, 'Du er logget ut')).toBeVisible()
  expect(await words(page)).toContain('Du var logget inn så lenge som vi tillater, så vi logget deg ut.')
  await showsNoAmount(page)
  await nothingIsLeft(database, somebody, 'absolute')
})

test('a log-in lasts two hours at most, in the database and in the browser', async ({ page, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  await logIn(page, somebody)
  const [session] = await database.sessionsOf(somebody)
  expect(Number(session?.expiresAt) - Number(session?.createdAt)).toBe(120 * 60_000)
  const cookie = (await page.context().cookies()).find(({ name }) => name === 'applicant.session')
  expect(Math.abs(Number(cookie?.expires) * 1000 - Number(session?.expiresAt))).toBeLessThan(5_000)
})

for (const [where, press] of [['/consent', 'Gå til Altinn'], ['/consent', 'Nei takk, ikke nå']] as const) {
  test(`«${press}» after a while away leads to the same words, and asks nobody`, async ({ page, sandbox, database, behindTheScreens }) => {
    const somebody = await somebodyWith(sandbox)
    await behindTheScreens.isLoggedIn(page, somebody)
    await expect(page).toHaveURL(where)
    await database.ages(somebody, 16)
    await button(page, press).click()
    await expect(page.getByText(away)).toBeVisible()
    expect(await sandbox.consents()).toEqual([])
    await nothingIsLeft(database, somebody, 'idle')
  })
}

test('somebody whose log-in the job has ended meanwhile is told the same', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await seeBalance(page, ordinaryTotal)
  await database.ages(somebody, 20)
  await database.onTheMinute('end-expired-sessions')
  await nothingIsLeft(database, somebody, 'idle')
  await page.reload()
  await expect(page.getByText(away)).toBeVisible()
})

/** The balance, with its count of the minutes begun: the heading takes the focus in the same turn. */
async function counts(page: Page): Promise<void> {
  await seeBalance(page, ordinaryTotal)
  await isAtWork(page, 'Studielånet ditt')
}

test('a page left open warns two minutes ahead, goes on for who is still there, and leaves by itself', async ({ page, sandbox, database, behindTheScreens }) => {
  await page.clock.install()
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await counts(page)
  const warning = page.getByRole('dialog', { name: 'Du blir snart logget ut' })
  await page.clock.runFor('12:30')
  await expect(warning).toBeHidden()
  await page.clock.runFor('00:35')
  await expect(warning).toContainText('Du blir logget ut om 2 minutter fordi du ikke har gjort noe.')
  await page.clock.runFor('01:00')
  await expect(warning).toContainText('Du blir logget ut om 1 minutt fordi du ikke har gjort noe.')

  await database.ages(somebody, 14)
  await button(page, 'Fortsett').click()
  await expect(warning).toBeHidden()
  await expect.poll(async () => Date.now() - Number((await database.sessionsOf(somebody))[0]?.lastSeenAt)).toBeLessThan(60_000)

  await database.ages(somebody, 15)
  await page.clock.runFor('15:05')
  await expect(heading(page, 'Du er logget ut')).toBeVisible()
  await expect(page.getByText(away)).toBeVisible()
  await showsNoAmount(page)
})

test('the warning can be answered by logging out at once', async ({ page, sandbox, database, behindTheScreens }) => {
  await page.clock.install()
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await counts(page)
  await page.clock.runFor('13:30')
  await button(page, 'Logg ut nå').click()
  await expect(page).toHaveURL(/\/logged-out/)
  expect(await database.sessionsOf(somebody)).toEqual([])
})

test('somebody who reads in one tab is not warned in the other', async ({ page, sandbox, behindTheScreens }) => {
  await page.clock.install()
  await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
  await counts(page)
  await page.clock.runFor('12:00')
  const alive = aTabIsAlive(page)
  const tab = await page.context().newPage()
  await tab.goto('/balance')
  await counts(tab)
  await alive
  await page.clock.runFor('02:00')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.clock.runFor('11:30')
  await expect(page.getByRole('dialog')).toBeVisible()
})
