import { expect, test } from './journey.ts'
import { beAtIdporten, button, giveConsent, heading, logIn, logOut, seeBalance } from './steps/applicant.ts'
import { ordinaryTotal, somebodyWith } from './steps/people.ts'
import { words } from './steps/screen.ts'
import { enterCode, makeInvitation, seesTheCustomersBalance, startSharing } from './steps/sharing.ts'
import { adviser, logInAsStaff, otherAdviser } from './steps/staff.ts'

test('by invitation: the link leads through log-in and consent to who asks and why, and the adviser types the code alone', async ({ page, anotherBrowser, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  const bank = await anotherBrowser()
  await logInAsStaff(bank, adviser)
  const link = await makeInvitation(bank)
  await page.goto(link)
  await expect(heading(page, 'Testbanken AS vil se studielånet ditt sammen med deg')).toBeVisible()
  await expect(page.getByText('Refinansiering')).toHaveCount(0)
  await button(page, 'Logg inn og se hvem som spør').click()
  await page.getByLabel('Fødselsnummer (11 siffer, syntetisk)').fill(somebody.pid)
  await button(page, 'Logg inn med nummeret').click()
  await giveConsent(page, somebody)
  await expect(page.getByText('En rådgiver ber om å få se saldoen din')).toBeVisible()
  await expect(page.getByText('Formål: Refinansiering. Saksnummer: R-204.')).toBeVisible()
  const code = await startSharing(page)

  const other = await anotherBrowser()
  await logInAsStaff(other, otherAdviser)
  await enterCode(other, code)
  await expect(other.getByText('Koden er feil eller brukt.')).toBeVisible()

  await bank.goto('/staff')
  await bank.getByLabel('Kode fra en kunde du har invitert').fill(code)
  await bank.locator('form', { has: bank.getByLabel('Kode fra en kunde du har invitert') }).getByRole('button', { name: 'Vis saldo' }).click()
  await seesTheCustomersBalance(bank, ordinaryTotal)
  await expect(bank.getByText('Saksnummer: R-204')).toBeVisible()
  expect((await database.audit(somebody)).map(({ type, outcome }) => [type, outcome])).toContainEqual(['share.started', 'by-invitation'])

  const late = await anotherBrowser()
  await late.goto(link)
  await expect(heading(late, 'Invitasjonen virker ikke')).toBeVisible()
})

test('an invitation that somebody followed is not shown to the next person on the same browser', async ({ page, anotherBrowser, sandbox, database, behindTheScreens }) => {
  const [one, next] = [await somebodyWith(sandbox), await somebodyWith(sandbox)]
  const bank = await anotherBrowser()
  await logInAsStaff(bank, adviser)
  const link = await makeInvitation(bank)
  const asks = page.getByText('En rådgiver ber om å få se saldoen din')
  for (const somebody of [one, next]) await behindTheScreens.consents(somebody)
  await page.goto(link)
  await button(page, 'Logg inn og se hvem som spør').click()
  await beAtIdporten(page, one)
  await seeBalance(page, ordinaryTotal)
  await expect(asks).toBeVisible()

  await database.ages(one, 16)
  // ID-porten's own log-in has run out too.
  await page.context().clearCookies({ name: /^idporten/ })
  await logIn(page, next)
  await seeBalance(page, ordinaryTotal)
  await expect(asks).toHaveCount(0)
  expect(await words(page)).not.toContain('R-204')

  // Whom it was for finds it again by its link.
  await logOut(page)
  await page.goto(link)
  await button(page, 'Logg inn og se hvem som spør').click()
  await beAtIdporten(page, one)
  await expect(asks).toBeVisible()
})
