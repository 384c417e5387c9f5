import { expect, type BrowserContext, type Page } from '@playwright/test'
import { button, heading } from './applicant.ts'
import { contentOf } from './screen.ts'

/** What a customer and an adviser do together, in the words of their screens. */

/** The code as it stands on the customer's screen. */
export async function startSharing(page: Page, words: 'Start deling' | 'Start ny deling' = 'Start deling'): Promise<string> {
  await button(page, words).click()
  await expect(page.getByText('Gi rådgiveren denne koden')).toBeVisible()
  const code = await page.locator('#share [aria-hidden=true]').innerText()
  expect(code).toMatch(/^[2-9A-Z]{4} [2-9A-Z]{4}$/)
  return code
}

export const wrongly = (code: string): string => code.slice(0, -1) + (code.endsWith('2') ? '3' : '2')
export const stop = (page: Page) => button(page, 'Stopp deling').click()

/** The adviser types the code, and what it is for. */
export async function enterCode(page: Page, code: string, { purpose = 'Lånesøknad', caseNumber = '2026/17' } = {}): Promise<void> {
  await page.goto('/staff')
  const form = page.locator('section', { has: page.getByRole('heading', { name: 'Se det kunden viser' }) })
  await form.getByLabel('Skriv koden kunden ga deg').fill(code)
  await form.getByLabel(purpose, { exact: true }).check()
  await form.getByLabel('Saksnummer').fill(caseNumber)
  await form.getByRole('button', { name: 'Vis saldo' }).click()
}

export async function seesTheCustomersBalance(page: Page, total: string): Promise<void> {
  await expect(heading(page, 'Studielånet kunden viser deg')).toBeVisible()
  await expect(page.getByRole('main').locator('strong')).toHaveText(total)
}

/** The view says why it is over, and no amount stands on the page. */
export async function seesNothingMore(page: Page, why: string): Promise<void> {
  await expect(page.getByText(why)).toBeVisible()
  await expect(heading(page, 'Visningen er slutt')).toBeVisible()
  expect(await contentOf(page)).not.toMatch(/\d\s?kr\b/)
}

/** The adviser makes a link for a case; the customer gets it by the bank's own channel. */
export async function makeInvitation(page: Page, { purpose = 'Refinansiering', caseNumber = 'R-204' } = {}): Promise<string> {
  await page.goto('/staff')
  await page.getByText('Lag en invitasjon').click()
  const form = page.locator('details')
  await form.getByLabel(purpose, { exact: true }).check()
  await form.getByLabel('Saksnummer').fill(caseNumber)
  await form.getByRole('button', { name: 'Lag lenke' }).click()
  return page.getByLabel('Lenke til kunden').inputValue()
}

/** Both files with everything about the one who is logged in, as they come: the log says that they were taken. */
export async function downloadsEverything({ request }: Pick<BrowserContext, 'request'>): Promise<{ json: string; html: string }> {
  const get = async (form: 'json' | 'html') => (await request.get(`/my-data/export.${form}`)).text()
  return { json: await get('json'), html: await get('html') }
}
