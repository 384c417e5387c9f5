import { expect, test } from './journey.ts'
import { heading } from './steps/applicant.ts'
import { at400, sticksOut, usual, violations } from './steps/looks.ts'
import { screens, show } from './steps/screens.ts'
import { sharingScreens } from './steps/sharing-screens.ts'
import { staffScreens } from './steps/staff-screens.ts'

test.use({ viewport: usual })
test.describe.configure({ mode: 'parallel' })

for (const screen of [...screens, ...staffScreens, ...sharingScreens]) {
  test(`the screen «${screen.name}» in three languages: axe finds nothing, light or dark, and at 400 % nothing sticks out`, async ({ page, house, sandbox, database, behindTheScreens, complaints }) => {
    const tools = { page, sandbox, database, behindTheScreens }
    for (const locale of ['nb', 'nn', 'en'] as const) {
      await show(screen, tools, locale, house.appUrl)
      if (locale === 'nb') await expect(heading(page, screen.title)).toBeVisible()
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        expect(await violations(page), `${locale}, ${colorScheme}`).toEqual([])
      }
      await page.setViewportSize(at400)
      expect(await sticksOut(page), locale).toEqual([])
      await page.setViewportSize(usual)
    }
    await screen.leave?.(tools)
    if (screen.name === 'something threw') complaints.length = 0
  })
}
