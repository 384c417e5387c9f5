import { expect, type Page } from '@playwright/test'
import { doors } from '../../components/ui/doors.ts'

/** What stands on the screen, in words and figures. */

/** `12 684,79 kr`, from whole øre. */
export function kroner(ore: number): string {
  const whole = String(Math.trunc(Math.abs(ore) / 100)).replace(/\B(?=(\d{3})+$)/g, ' ')
  return `${ore < 0 ? '-' : ''}${whole},${String(Math.abs(ore) % 100).padStart(2, '0')} kr`
}

/** Text with the no-break spaces and the minus sign of Norwegian amounts as plain ones. */
export const plain = (text: string): string => text.replace(/\s+/g, ' ').replace(/\u2212/g, '-').trim()

/** The words of the page's own part, without the frame round it. */
export const words = async (page: Page): Promise<string> => plain(await page.getByRole('main').innerText())

/** Each part of the balance with its amount, in the order of the screen, and the sum at the foot. */
export async function shownParts(page: Page): Promise<{ parts: [name: string, amount: string][]; sum: string }> {
  const table = page.getByRole('table', { name: 'Slik er tallene fordelt' })
  await expect(table).toBeVisible()
  const lines = await table.locator('tr:has(> th):has(> td)').evaluateAll((rows) => rows.map((row) => [row.querySelector('th')?.textContent ?? '', row.querySelector('td')?.textContent ?? ''] as const))
  const read = lines.map(([name, amount]): [string, string] => [plain(name), plain(amount)])
  const last = read.pop()
  expect(last?.[0]).toBe('Sum')
  return { parts: read, sum: last?.[1] ?? '' }
}

/** The reference that a person reads out when they ask about a fault. */
export async function referenceOn(page: Page): Promise<string> {
  const [, reference] = /Referanse: (\S+)/.exec(await words(page)) ?? []
  expect(reference, 'the page gives a reference').toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
  return String(reference)
}

/** A token (RFC 7515 and 7516 §7.1) wherever it stands, and not its first letters within something random. */
export const tokenWithin = /eyJ[\w-]{10,}\.[\w-]*\./g

/** The amounts of the ordinary balance in whole kroner or in øre, and no such digits within a time or an id. */
export const ordinaryDigits = /(?<!\w)(12684|1268479|13055|1305523)(?!\w)/

/** All that the page holds; one that is being exchanged for another is read when that has come. */
export const contentOf = (page: Page): Promise<string> =>
  page.content().catch(async (error: unknown) => {
    if (!/navigating/.test(String(error))) throw error
    await page.waitForLoadState()
    return page.content()
  })

/** Nothing on the page looks like money. */
export async function showsNoAmount(page: Page): Promise<void> {
  expect(plain(await contentOf(page))).not.toMatch(/\d,\d\d kr/)
}

/** Settles when this page hears from a tab of the same log-in that its scripts run, this page's own too. */
export const aTabIsAlive = (page: Page): Promise<void> =>
  page.evaluate((tabs) => new Promise<void>((resolve) => { new BroadcastChannel(tabs).onmessage = () => resolve() }), doors.applicant.tabs)

/**
 * How many milliseconds somebody has waited for us: from the moment ID-porten sent them back. What their browser needs
 * before that is not our answer.
 */
export function waitAfterLogIn(page: Page): () => number {
  let since = 0
  page.on('request', (asked) => { if (asked.url().includes('/api/auth/callback/idporten')) since = Date.now() })
  return () => {
    expect(since, 'ID-porten has sent them back').toBeGreaterThan(0)
    return Date.now() - since
  }
}
