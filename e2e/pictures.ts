/**
 * node e2e/pictures.ts [pattern]: takes a picture of every screen that the journeys look at, or of those whose name fits,
 * for people to look at: test-results/pictures, narrow and wide, light and dark, in LOCALE (nb). It starts houses of its
 * own. The picture in the README is among them.
 */
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { findChromium } from './chromium.ts'
import { behindTheScreensOf } from './steps/behind-the-screens.ts'
import { openAsOwner } from './steps/database.ts'
import { galleries } from './steps/galleries.ts'
import { startHouse, type House } from './steps/house.ts'
import { leversOf } from './steps/sandbox.ts'
import { show, type Screen } from './steps/screens.ts'
import { databaseAway, layWire, startHouseBehind } from './steps/wire.ts'

const wanted = new RegExp(process.argv[2] ?? '')
const locale = (['nb', 'nn', 'en'] as const).find((known) => known === process.env.LOCALE) ?? 'nb'
const [folder, logs] = ['test-results/pictures', 'test-results/logs/pictures']
mkdirSync(folder, { recursive: true })
const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] })

async function takePictures(house: House, screens: readonly Screen[]): Promise<void> {
  const [sandbox, database] = [leversOf(house.sandboxUrl), openAsOwner(house.ownerUrl, house.settings.FINGERPRINT_KEY ?? '')]
  try {
    for (const screen of screens) {
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
  }
}

try {
  for (const { settings, screens } of Object.values(galleries)) {
    const some = screens.filter(({ name }) => wanted.test(name))
    if (some.length === 0) continue
    const house = await startHouse(logs, settings)
    await takePictures(house, some).finally(house.stop)
  }
  const wire = await layWire()
  if (wanted.test(databaseAway(wire).name)) {
    const { house, stop } = await startHouseBehind(wire, logs)
    await takePictures(house, [databaseAway(wire)]).finally(stop)
  }
  await wire.stop()
} finally {
  await browser.close()
}
if (locale === 'nb' && wanted.test('balance')) copyFileSync(join(folder, 'balance-wide-light.png'), 'docs/balance.png')
