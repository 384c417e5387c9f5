/**
 * node e2e/pictures.ts [pattern]: takes a picture of every screen that the journeys look at, or of those whose name fits,
 * for people to look at: test-results/pictures, narrow and wide, light and dark, in LOCALE (nb). It starts a house of its
 * own. The picture in the README is among them.
 */
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { findChromium } from './chromium.ts'
import { behindTheScreensOf } from './steps/behind-the-screens.ts'
import { openAsOwner } from './steps/database.ts'
import { startHouse } from './steps/house.ts'
import { leversOf } from './steps/sandbox.ts'
import { screens, show } from './steps/screens.ts'
import { sharingScreens } from './steps/sharing-screens.ts'
import { staffScreens } from './steps/staff-screens.ts'

const wanted = process.argv[2] ?? ''
const locale = (['nb', 'nn', 'en'] as const).find((known) => known === process.env.LOCALE) ?? 'nb'
const folder = 'test-results/pictures'
mkdirSync(folder, { recursive: true })

const house = await startHouse('test-results/logs/pictures', { env: { SHARE_ADVISER_NAMES: process.env.SHARE_ADVISER_NAMES ?? 'off' } })
const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] })
const database = openAsOwner(house.ownerUrl, house.settings.FINGERPRINT_KEY ?? '')
const sandbox = leversOf(house.sandboxUrl)
try {
  for (const screen of [...screens, ...staffScreens, ...sharingScreens].filter(({ name }) => new RegExp(wanted).test(name))) {
    await sandbox.reset()
    await database.forgetEverybody()
    const context = await browser.newContext({ baseURL: house.appUrl, locale: 'nb-NO', timezoneId: 'Europe/Oslo', reducedMotion: 'reduce' })
    const page = await context.newPage()
    const tools = { page, sandbox, database, behindTheScreens: behindTheScreensOf(house.appUrl, sandbox) }
    await show(screen, tools, 'nb', house.appUrl)
    if (locale !== 'nb') await show(screen, tools, locale, house.appUrl)
    for (const [size, width] of [['narrow', 375], ['wide', 1280]] as const)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height: 800 })
        await page.emulateMedia({ colorScheme })
        await page.screenshot({ path: join(folder, `${screen.name.replace(/[^\wæøå-]+/g, '-')}-${size}-${colorScheme}.png`), fullPage: true })
      }
    await screen.leave?.(tools)
    await context.close()
  }
} finally {
  await database.close()
  await browser.close()
  await house.stop()
}
if (locale === 'nb' && new RegExp(wanted).test('balance')) copyFileSync(join(folder, 'balance-wide-light.png'), 'docs/balance.png')
