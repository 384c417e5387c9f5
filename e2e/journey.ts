import { join } from 'node:path'
import { test as base, expect, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from '@playwright/test'
import { behindTheScreensOf, type BehindTheScreens } from './steps/behind-the-screens.ts'
import { openAsOwner, type Database } from './steps/database.ts'
import { startHouse, type House, type HouseSettings } from './steps/house.ts'
import { leversOf, type Sandbox } from './steps/sandbox.ts'

export { expect }

type Journey = {
  sandbox: Sandbox
  database: Database
  behindTheScreens: BehindTheScreens
  /** One more browser: nothing is shared with the first. */
  anotherBrowser: (options?: BrowserContextOptions) => Promise<Page>
  /** The same in a browser that may keep pages in memory for Back, as people's own do where they can, or in one that loads them anew. */
  browserThat: (memory: 'keeps pages in memory' | 'loads them anew') => Promise<Page>
  /** What browsers complained of: scripts that threw, and everything that a content security policy stopped. None is forgiven. */
  complaints: string[]
  freshStreet: undefined
}

/**
 * Each worker has a house of its own, with its own public parties and its own database, so that a test may count requests
 * and switch faults on without disturbing another. Within a house the tests run one after the other.
 */
export const test = base.extend<Journey, { houseSettings: HouseSettings; house: House; houseDatabase: Database }>({
  houseSettings: [{}, { scope: 'worker', option: true }],
  house: [
    async ({ houseSettings }, give, { parallelIndex, project }) => {
      const house = await startHouse(join(project.outputDir, '../logs', `worker-${parallelIndex}`), houseSettings)
      await give(house)
      await house.stop()
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  houseDatabase: [
    async ({ house }, give) => {
      const database = openAsOwner(house.ownerUrl, house.settings.FINGERPRINT_KEY ?? '')
      await give(database)
      await database.close()
    },
    { scope: 'worker' },
  ],
  baseURL: ({ house }, give) => give(house.appUrl),
  database: ({ houseDatabase }, give) => give(houseDatabase),
  sandbox: ({ house }, give) => give(leversOf(house.sandboxUrl)),
  behindTheScreens: ({ house, sandbox }, give) => give(behindTheScreensOf(house.appUrl, sandbox)),
  freshStreet: [
    async ({ sandbox, database }, give) => {
      await sandbox.reset()
      await database.forgetEverybody()
      await give(undefined)
    },
    { auto: true },
  ],
  complaints: [
    async ({ contextOptions: _options }, give) => {
      const complaints: string[] = []
      await give(complaints)
      expect(complaints, 'no browser complains').toEqual([])
    },
    { auto: true },
  ],
  context: async ({ context, complaints }, give) => {
    await listen(context, complaints)
    await give(context)
  },
  anotherBrowser: async ({ browser, house, contextOptions, complaints }, give) => {
    const opened: BrowserContext[] = []
    await give(async (options) => {
      const context = await browser.newContext({ ...contextOptions, baseURL: house.appUrl, ...options })
      opened.push(context)
      await listen(context, complaints)
      return context.newPage()
    })
    for (const context of opened) await context.close()
  },
  browserThat: async ({ playwright, launchOptions, house, contextOptions, complaints }, give) => {
    const opened: Browser[] = []
    await give(async (memory) => {
      const browser = await playwright.chromium.launch({ ...launchOptions, ...(memory === 'keeps pages in memory' && { ignoreDefaultArgs: ['--disable-back-forward-cache'] }) })
      opened.push(browser)
      const context = await browser.newContext({ ...contextOptions, baseURL: house.appUrl })
      await listen(context, complaints)
      return context.newPage()
    })
    for (const browser of opened) await browser.close()
  },
})

/** An answer with an error status is no complaint: what the page then shows is for the test to judge. */
async function listen(context: BrowserContext, complaints: string[]): Promise<void> {
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => reportError(new Error(`CSP ${violatedDirective} ${blockedURI}`)))
  })
  context.on('console', (message) => {
    if ((message.type() === 'error' || message.type() === 'warning') && !message.text().startsWith('Failed to load resource')) complaints.push(`${message.type()}: ${message.text()}`)
  })
  context.on('weberror', (error) => complaints.push(`thrown: ${error.error().message}`))
}
