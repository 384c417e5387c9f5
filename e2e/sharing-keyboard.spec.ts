import { expect, test } from './journey.ts'
import { button, heading } from './steps/applicant.ts'
import { press, tabTo } from './steps/keyboard.ts'
import { somebodyWith } from './steps/people.ts'
import { adviser, logInAsStaff } from './steps/staff.ts'

test('a customer shares and an adviser looks, with the keyboard alone, and both stay where they are in the page', async ({ page, anotherBrowser, sandbox, behindTheScreens }) => {
  await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
  await press(page, button(page, 'Start deling'))
  const status = page.locator('#share').getByRole('status').first()
  await expect(status).toContainText('Gi rådgiveren denne koden')
  await page.keyboard.press('Tab')
  await expect(button(page, 'Avbryt deling')).toBeFocused()
  const code = await page.locator('#share [aria-hidden=true]').innerText()

  const bank = await anotherBrowser()
  await logInAsStaff(bank, adviser)
  await tabTo(bank, bank.getByLabel('Skriv koden kunden ga deg'))
  await bank.keyboard.type(code)
  await tabTo(bank, bank.locator('form:has(#open-case) input[type=radio]').first())
  await bank.keyboard.press('Space')
  await bank.keyboard.press('ArrowDown')
  await expect(bank.locator('form:has(#open-case)').getByLabel('Refinansiering', { exact: true })).toBeChecked()
  await tabTo(bank, bank.locator('#open-case'))
  await bank.keyboard.type('2026/17')
  await bank.keyboard.press('Enter')
  await expect(heading(bank, 'Studielånet kunden viser deg')).toBeFocused()

  await expect(status).toContainText('Delt nå')
  await press(page, button(page, 'Stopp deling'))
  await expect(status).toContainText('Delingen er stoppet.')
  await page.keyboard.press('Tab')
  await expect(button(page, 'Start ny deling')).toBeFocused()
  await expect(heading(bank, 'Visningen er slutt')).toBeFocused()
  await press(bank, bank.getByRole('link', { name: 'Til forsiden for rådgivere' }))
  await expect(heading(bank, 'For ansatte')).toBeFocused()

  await press(bank, bank.getByText('Lag en invitasjon'))
  await tabTo(bank, bank.locator('form:has(#invite-case) input[type=radio]').first())
  await bank.keyboard.press('Space')
  await tabTo(bank, bank.locator('#invite-case'))
  await bank.keyboard.type('R-204')
  await press(bank, button(bank, 'Lag lenke'))
  await tabTo(bank, bank.getByLabel('Lenke til kunden'))
  expect(await bank.evaluate(() => getSelection()?.toString())).toMatch(/\/invitation\//)
})
