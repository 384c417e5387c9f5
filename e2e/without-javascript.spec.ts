import { expect, test } from './journey.ts'
import { button, decline, giveConsent, heading, logIn, seeBalance } from './steps/applicant.ts'
import { ordinaryTotal, somebodyWith } from './steps/people.ts'

test.use({ javaScriptEnabled: false })

test('the whole way works without JavaScript: language, log-in, consent, balance and log-out', async ({ page, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  await page.goto('/')
  await button(page, 'English').click()
  await expect(heading(page, 'See your student loan at Testbanken AS')).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await button(page, 'Bokmål').click()

  await logIn(page, somebody)
  await giveConsent(page, somebody)
  await seeBalance(page, ordinaryTotal)
  await page.getByText('Hvorfor synker ikke lånet?').click()
  await expect(page.getByText('De første innbetalingene går ofte til renter.')).toBeVisible()

  await button(page, 'Logg ut').first().click()
  await expect(heading(page, 'Vi logger deg ut')).toBeVisible()
  expect(await database.sessionsOf(somebody)).toEqual([])
  await button(page, 'Logg ut av ID-porten').click()
  await expect(page).toHaveURL(/\/logged-out/)
  await expect(heading(page, 'Du er logget ut')).toBeVisible()
})

test('without JavaScript a no is a no, and can be thought over', async ({ page, sandbox }) => {
  const somebody = await somebodyWith(sandbox)
  await logIn(page, somebody)
  await decline(page, somebody)
  await expect(heading(page, 'Du sa nei')).toBeVisible()
  await button(page, 'Spør meg på nytt').click()
  await button(page, 'Ja, jeg gir samtykke').click()
  await expect(heading(page, 'Logg inn igjen')).toBeVisible()
})

test('without JavaScript and without Altinn’s log-out, a button takes up the answer', async ({ page, sandbox }) => {
  await sandbox.settings({ ssoLogoutAfterConsent: false })
  await logIn(page, await somebodyWith(sandbox))
  await button(page, 'Gå til Altinn').click()
  await button(page, 'Ja, jeg gir samtykke').click()
  await expect(heading(page, 'Vi spør Altinn om svaret ditt …')).toBeVisible()
  await button(page, 'Fortsett').click()
  await seeBalance(page, ordinaryTotal)
})

test('without JavaScript, trouble can be tried again', async ({ page, sandbox, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await sandbox.breaks('lanekassen', { fault: '500' })
  await logIn(page, somebody)
  await expect(heading(page, 'Vi får ikke kontakt med Lånekassen')).toBeVisible()
  await sandbox.worksAgain()
  await button(page, 'Prøv igjen').click()
  await seeBalance(page, ordinaryTotal)
})

test('without JavaScript, a page left open says beforehand when it leaves, and leaves', async ({ sandbox, behindTheScreens }) => {
  const visitor = await behindTheScreens.logsIn(await somebodyWith(sandbox))
  // From the markup: the browser here stops scripts, but still takes <noscript> for somebody else's.
  const [, instead] = /<noscript>(.*?)<\/noscript>/s.exec(visitor.at.body) ?? []
  expect(instead).toBe('<p>Gjør du ingenting her, logger vi deg ut etter 15 minutter.</p><meta http-equiv="refresh" content="900;url=/logged-out?why=idle"/>')
})
