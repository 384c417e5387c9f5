/**
 * node e2e/pictures.ts [address]: walks through a running demo and takes a picture of every screen, for people to look
 * at: test-results/pictures, narrow and wide, light and dark. The one in the README is among them.
 */
import { copyFileSync, mkdirSync } from 'node:fs'
import { chromium, type Page } from '@playwright/test'
import { findChromium } from './chromium.ts'
import { leversOf } from './steps/sandbox.ts'

const app = process.argv[2] ?? 'http://localhost:3000'
const sandbox = leversOf(process.argv[3] ?? 'http://127.0.0.1:4000')
const folder = 'test-results/pictures'
mkdirSync(folder, { recursive: true })

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click()

async function logIn(page: Page, name: string): Promise<void> {
  await page.goto(`${app}/`)
  await press(page, 'Logg inn')
  await press(page, new RegExp(`^${name}`))
}
async function seeBalance(page: Page, name: string): Promise<void> {
  await logIn(page, name)
  await page.waitForURL(/\/(consent|balance)/)
  if (!page.url().includes('/consent')) return
  await press(page, /Gå til Altinn|Gi nytt samtykke|Spør meg på nytt/)
  await press(page, 'Ja, jeg gir samtykke')
  await page.waitForURL(/consent\/return/)
  await press(page, 'Logg inn')
  await press(page, new RegExp(`^${name}`))
  await page.waitForURL(/\/balance/)
}

/** Somebody new each time says no. */
const newcomers = ['Steinar Bruun', 'Ahmad Berland', 'Iver Borge', 'Sigve Austad']

const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] })
for (const [size, width] of [['narrow', 375], ['wide', 1280]] as const)
  for (const colorScheme of ['light', 'dark'] as const) {
    const inNewContext = async (walk: (page: Page, picture: (name: string) => Promise<void>) => Promise<void>) => {
      const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, locale: 'nb-NO', timezoneId: 'Europe/Oslo' })
      const page = await context.newPage()
      await walk(page, async (name) => {
        await page.screenshot({ path: `${folder}/${name}-${size}-${colorScheme}.png`, fullPage: true })
      })
      await context.close()
    }
    await sandbox.worksAgain()
    for (const [name, person] of [['four-parts', 'Hauk Haugnes'], ['no-debt', 'Fabian Jonassen'], ['fee-only', 'Vanja Øyan'], ['credit', 'Kåre Kreditt'], ['unknown-to-lanekassen', 'Una Ukjent']] as const)
      await inNewContext(async (page, picture) => {
        await seeBalance(page, person)
        await picture(`balance-${name}`)
        if (name !== 'four-parts') return
        await page.goto(`${app}/my-data`)
        await picture('my-data')
        await page.goto(`${app}/my-data/erase`)
        await picture('erase')
        await page.goto(`${app}/my-data`)
        await page.getByRole('link', { name: /kvittering/i }).first().click()
        await page.waitForURL(/receipt/)
        await picture('receipt')
        await page.goto(`${app}/balance`)
        await press(page, 'Logg ut')
        await page.waitForURL(/logged-out/)
        await picture('logged-out')
      })
    await inNewContext(async (page, picture) => {
      await page.goto(app)
      await picture('start')
      const newcomer = newcomers.shift() ?? ''
      await logIn(page, newcomer)
      await page.waitForURL(/\/consent/)
      await picture('consent')
      await press(page, 'Gå til Altinn')
      await press(page, 'Nei, jeg gir ikke samtykke')
      await page.waitForURL(/consent\/return/)
      await picture('return')
      await press(page, 'Logg inn')
      await press(page, new RegExp(`^${newcomer}`))
      await page.waitForURL(/\/consent\//)
      await picture('declined')
    })
    await sandbox.breaks('lanekassen', { fault: 'down' })
    await inNewContext(async (page, picture) => {
      await seeBalance(page, 'Hauk Haugnes')
      await picture('balance-lanekassen-down')
    })
    await sandbox.worksAgain()
  }
await browser.close()
copyFileSync(`${folder}/balance-four-parts-wide-light.png`, 'docs/balance.png')
