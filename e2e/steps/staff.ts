import { expect, type Page } from '@playwright/test'
import { button, heading } from './applicant.ts'
import { byPost, type ByPost } from './by-post.ts'

/** What the bank's own people do, in the words of the screen. */

export type Employee = { readonly id: string; readonly name: string }
export const adviser: Employee = { id: 'ansatt-1', name: 'Ragnhild Rådgiver' }
export const otherAdviser: Employee = { id: 'ansatt-2', name: 'Rolf Rådgiver' }
export const auditor: Employee = { id: 'ansatt-3', name: 'Revidar Revisor' }
export const admin: Employee = { id: 'ansatt-4', name: 'Dagny Drift' }
export const onlyAdmin: Employee = { id: 'ansatt-6', name: 'Dorthe Drift' }
export const withoutRole: Employee = { id: 'ansatt-5', name: 'Ulf Utenrolle' }

/** Chooses who to be on the page of the bank's own log-in. */
export async function beAtTheBank(page: Page, { name }: Employee): Promise<void> {
  await expect(heading(page, 'Logg inn som ansatt')).toBeVisible()
  await page.getByRole('button', { name }).click()
}

/** From our own log-in page to wherever it leads. */
export async function logInAsStaff(page: Page, employee: Employee): Promise<void> {
  await page.goto('/staff/login')
  await button(page, 'Logg inn').click()
  await beAtTheBank(page, employee)
}

/** The same without a screen, in a browser of their own. */
export async function staffByPost(appUrl: string, { id }: Employee, visitor: ByPost = byPost(appUrl)) {
  const at = await visitor.press(await visitor.press(await visitor.get('/staff/login'), 'Logg inn'), id)
  return { ...visitor, at }
}
