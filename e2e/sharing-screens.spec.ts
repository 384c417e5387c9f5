import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './journey.ts'
import { button } from './steps/applicant.ts'
import { somebodyWith } from './steps/people.ts'
import { enterCode, makeInvitation, startSharing, stop, wrongly } from './steps/sharing.ts'
import { adviser, logInAsStaff } from './steps/staff.ts'

/** In the light and in the dark, and at 400 %. */
async function looksRight(page: Page, what: string): Promise<void> {
  const size = page.viewportSize()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice']).analyze()
    expect(violations.map(({ id, help }) => `${id}: ${help}`), `${what}, ${colorScheme}`).toEqual([])
  }
  await page.setViewportSize({ width: 320, height: 256 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth), what).toBeLessThanOrEqual(320)
  if (size) await page.setViewportSize(size)
}

test('every screen of sharing: axe finds nothing, light or dark, and at 400 % nothing sticks out', async ({ page, anotherBrowser, sandbox, behindTheScreens }) => {
  test.setTimeout(120_000)
  const bank = await anotherBrowser()
  await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
  await logInAsStaff(bank, adviser)
  await looksRight(page, 'nothing shared')
  const code = await startSharing(page)
  await looksRight(page, 'the code')
  await enterCode(bank, wrongly(code))
  await expect(bank.getByText('Koden er feil eller brukt.')).toBeVisible()
  await looksRight(bank, 'a wrong code')
  const link = await makeInvitation(bank)
  await looksRight(bank, 'an invitation')
  await enterCode(bank, code)
  await expect(bank.getByText('Slik står det på kundens skjerm nå.')).toBeVisible()
  await looksRight(bank, 'the view')
  await expect(page.getByText(/Delt nå –/)).toBeVisible()
  await looksRight(page, 'shared')
  await stop(page)
  await expect(bank.getByText('Visningen er slutt')).toBeVisible()
  await looksRight(bank, 'the end of the view')
  await looksRight(page, 'stopped')
  await page.goto(link)
  await looksRight(page, 'asked')
  await button(page, 'Se hvem som spør').click()
  await expect(page.getByText('En rådgiver ber om å få se saldoen din')).toBeVisible()
  await looksRight(page, 'asked on the balance page')
  await page.goto(`${link.slice(0, -3)}xyz`)
  await looksRight(page, 'no such invitation')
})
