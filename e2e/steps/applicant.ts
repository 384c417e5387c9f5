import { expect, type Page } from '@playwright/test'
import type { BehindTheScreens } from './behind-the-screens.ts'
import type { Somebody } from './people.ts'

/** What an applicant does, in the words of the screen. Each step ends when the next screen stands there. */

export const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })
/** The page's scripts are at work: it listens to other tabs, and to the browser. */
export const isAtWork = (page: Page, title: string): Promise<void> => expect(heading(page, title)).toBeFocused()
export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const main = (page: Page) => page.getByRole('main')

/** Chooses who to be on ID-porten's page. */
export async function beAtIdporten(page: Page, { pid, name }: Somebody): Promise<void> {
  await expect(heading(page, 'Logg inn')).toBeVisible()
  if (name !== undefined) return page.getByRole('button', { name }).click()
  await page.getByLabel('Fødselsnummer (11 siffer, syntetisk)').fill(pid)
  await button(page, 'Logg inn med nummeret').click()
}

/** From our own start to the first screen behind the log-in. */
export async function logIn(page: Page, somebody: Somebody): Promise<void> {
  await page.goto('/')
  await button(page, 'Logg inn').click()
  await beAtIdporten(page, somebody)
  await expect(button(page, 'Logg ut').first()).toBeVisible()
}

export async function goToAltinn(page: Page, bank = 'Testbanken AS'): Promise<void> {
  await button(page, 'Gå til Altinn').click()
  await expect(heading(page, `${bank} ber om samtykke fra deg`)).toBeVisible()
}

/** Answers in Altinn, which logs the person out and sends them back to us. */
export async function answer(page: Page, words: 'Ja, jeg gir samtykke' | 'Nei, jeg gir ikke samtykke'): Promise<void> {
  await button(page, words).click()
  await expect(page).toHaveURL(/\/consent\/return\?/)
}

/** From the return page, where Altinn has left them logged out. */
export async function logInAgain(page: Page, somebody: Somebody): Promise<void> {
  await expect(heading(page, 'Logg inn igjen')).toBeVisible()
  await button(page, 'Logg inn').click()
  await beAtIdporten(page, somebody)
}

export async function giveConsent(page: Page, somebody: Somebody): Promise<void> {
  await goToAltinn(page)
  await answer(page, 'Ja, jeg gir samtykke')
  await logInAgain(page, somebody)
}

export async function decline(page: Page, somebody: Somebody): Promise<void> {
  await goToAltinn(page)
  await answer(page, 'Nei, jeg gir ikke samtykke')
  await logInAgain(page, somebody)
}

export async function seeBalance(page: Page, total: string): Promise<void> {
  await expect(heading(page, 'Studielånet ditt')).toBeVisible()
  await expect(main(page).locator('strong')).toHaveText(total)
}

export async function logOut(page: Page): Promise<void> {
  await button(page, 'Logg ut').first().click()
  await expect(page).toHaveURL(/\/logged-out/)
  await expect(heading(page, 'Du er logget ut')).toBeVisible()
}


/** Has said yes before, and logs in: the balance is the first they see. */
export async function comesBack(page: Page, behindTheScreens: BehindTheScreens, somebody: Somebody): Promise<void> {
  await behindTheScreens.consents(somebody)
  await logIn(page, somebody)
}
