import { expect, type Page } from '@playwright/test'
import { button, heading } from './applicant.ts'
import type { Database } from './database.ts'
import type { Sandbox } from './sandbox.ts'
import { referenceOn, showsNoAmount, words } from './screen.ts'

/** A page that tells of trouble: in plain words, without an amount, and with a way on. */
export async function tellsOf(page: Page, title: string, next: string | null = 'Prøv igjen', timeout = 5_000): Promise<void> {
  await expect(heading(page, title)).toBeVisible({ timeout })
  await usesPlainWords(page)
  await showsNoAmount(page)
  if (next !== null) await expect(button(page, next)).toBeVisible()
}

/** The same on a page that keeps its heading: the notice has one of its own. */
export async function saysAbove(page: Page, title: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 2, name: title })).toBeVisible({ timeout: 10_000 })
  await usesPlainWords(page)
}

/** No code, no jargon. The reference is a code on purpose, and may by chance hold any letters. */
async function usesPlainWords(page: Page): Promise<void> {
  const said = (await words(page)).replace(/[2-9B-Z]{4}(-[2-9B-Z]{4}){2}/g, '')
  expect(said).not.toMatch(/\b[45]\d\d\b|MP-|AM-|STD-|ECONN|HTTP|error|undefined|NaN|oops|\{/i)
}

/** Presses «Prøv igjen» and waits for the answer, which may look just as the page before it. */
export async function triesAgain(page: Page): Promise<void> {
  const before = await referenceOn(page)
  await button(page, 'Prøv igjen').click()
  await expect.poll(() => words(page), { timeout: 12_000 }).not.toContain(before)
}

/** The trouble is over, and so is the time for which we stay away after it. */
export async function isOver(sandbox: Sandbox, database: Database): Promise<void> {
  await sandbox.worksAgain()
  await database.ask('UPDATE "UpstreamGate" SET "closedUntil" = now() WHERE "closedUntil" IS NOT NULL')
}
