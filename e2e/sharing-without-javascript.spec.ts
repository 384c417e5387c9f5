import { expect, test } from './journey.ts'
import { button, heading } from './steps/applicant.ts'
import { ordinaryTotal, somebodyWith } from './steps/people.ts'
import { enterCode, makeInvitation, seesNothingMore, seesTheCustomersBalance, startSharing, stop, wrongly } from './steps/sharing.ts'
import { adviser, logInAsStaff } from './steps/staff.ts'

test.use({ javaScriptEnabled: false })

test('without JavaScript a customer shares and stops, and the adviser’s page follows by loading itself anew', async ({ page, anotherBrowser, sandbox, behindTheScreens }) => {
  await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
  const bank = await anotherBrowser({ javaScriptEnabled: false })
  await logInAsStaff(bank, adviser)
  const code = await startSharing(page)
  await page.reload()
  await expect(page.locator('#share [aria-hidden=true]')).toHaveText(code)

  await enterCode(bank, wrongly(code))
  await expect(bank.getByText('Koden er feil eller brukt.')).toBeVisible()
  await expect(bank.getByLabel('Lånesøknad', { exact: true }).first()).toBeChecked()
  await enterCode(bank, code)
  await seesTheCustomersBalance(bank, ordinaryTotal)

  await page.getByRole('link', { name: 'Se om rådgiveren er kommet' }).click()
  await expect(page.getByText(/Delt nå – en rådgiver ved/)).toBeVisible()
  await stop(page)
  await expect(page.getByText('Delingen er stoppet.')).toBeVisible()
  // Nobody presses anything.
  await expect(bank.getByText('Kunden har stoppet delingen.')).toBeVisible({ timeout: 30_000 })
  await seesNothingMore(bank, 'Kunden har stoppet delingen.')
})

test('without JavaScript an invitation is made, followed and answered', async ({ page, anotherBrowser, sandbox, behindTheScreens }) => {
  const bank = await anotherBrowser({ javaScriptEnabled: false })
  await logInAsStaff(bank, adviser)
  const link = await makeInvitation(bank)
  await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
  await page.goto(link)
  await button(page, 'Se hvem som spør').click()
  await expect(heading(page, 'Studielånet ditt')).toBeVisible()
  await expect(page.getByText('Formål: Refinansiering. Saksnummer: R-204.')).toBeVisible()
})
