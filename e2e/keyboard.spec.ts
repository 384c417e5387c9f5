import type { Page } from '@playwright/test'
import { expect, test } from './journey.ts'
import { button, heading, seeBalance } from './steps/applicant.ts'
import type { BehindTheScreens } from './steps/behind-the-screens.ts'
import { press } from './steps/keyboard.ts'
import { somebodyWith } from './steps/people.ts'
import type { Sandbox } from './steps/sandbox.ts'
import { aTabIsAlive } from './steps/screen.ts'

test('the whole way with Tab, Enter and Space alone', async ({ page }) => {
  await page.goto('/')
  await press(page, button(page, 'Logg inn'))
  await press(page, page.getByRole('button', { name: 'Steinar Bruun' }))
  await expect(heading(page, 'Vil du la oss hente saldoen din?')).toBeFocused()
  await press(page, button(page, 'Gå til Altinn'), 'Space')
  await press(page, button(page, 'Ja, jeg gir samtykke'))
  await expect(heading(page, 'Logg inn igjen')).toBeFocused()
  await press(page, button(page, 'Logg inn'), 'Space')
  await press(page, page.getByRole('button', { name: 'Steinar Bruun' }), 'Space')
  await seeBalance(page, '284 512,50 kr')
  await expect(heading(page, 'Studielånet ditt')).toBeFocused()
  await press(page, page.getByText('Hvorfor synker ikke lånet?'), 'Space')
  await expect(page.getByText('De første innbetalingene går ofte til renter.')).toBeVisible()
  await press(page, button(page, 'Logg ut').last())
  await expect(page).toHaveURL(/\/logged-out/)
  await expect(heading(page, 'Du er logget ut')).toBeFocused()
})

test('the first Tab offers to skip to the content, and does', async ({ page }) => {
  await page.goto('/')
  const skip = page.getByRole('link', { name: 'Hopp til innholdet' })
  await page.keyboard.press('Tab')
  await expect(skip).toBeFocused()
  await expect(skip).toBeInViewport()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await expect(button(page, 'Logg inn')).toBeFocused()
})

test('the order of Tab is the order of the screen', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.goto('/')
  const places: { x: number; y: number }[] = []
  for (let steps = 0; steps < 6; steps++) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(() => document.activeElement?.getBoundingClientRect().toJSON() as { x: number; y: number; height: number })
    if (steps > 0) places.push({ x: at.x, y: Math.round((at.y + at.height / 2) / 40) })
  }
  const read = [...places].sort((a, b) => a.y - b.y || a.x - b.x)
  expect(places).toEqual(read)
})

test('the language is chosen with the keyboard, and says which one it is', async ({ page }) => {
  await page.goto('/')
  await press(page, button(page, 'Nynorsk'), 'Space')
  await expect(page.locator('html')).toHaveAttribute('lang', 'nn')
  await expect(button(page, 'Nynorsk')).toHaveAttribute('aria-current', 'true')
  await expect(button(page, 'Bokmål')).not.toHaveAttribute('aria-current')
})

test('a button that is working keeps its focus and says so', async ({ page }) => {
  await page.goto('/')
  const { promise: seen, resolve: goOn } = Promise.withResolvers<undefined>()
  await page.route('/', async (route) => { if (route.request().method() === 'POST') await seen; await route.continue() })
  await press(page, button(page, 'Logg inn'))
  await expect(button(page, 'Logg inn')).toHaveAttribute('aria-busy', 'true')
  await expect(button(page, 'Logg inn')).toBeFocused()
  await expect(page.getByRole('status').filter({ hasText: 'Et øyeblikk …' })).toHaveCount(1)
  goOn(undefined)
  await expect(heading(page, 'Logg inn')).toBeVisible()
})

/** The consent page with its scripts held back, until they are let come. */
async function withLateScripts({ page, sandbox, behindTheScreens }: { readonly page: Page; readonly sandbox: Sandbox; readonly behindTheScreens: BehindTheScreens }): Promise<() => void> {
  const visitor = await behindTheScreens.logsIn(await somebodyWith(sandbox))
  await behindTheScreens.bring(page, visitor)
  const { promise: scriptsMayCome, resolve: letThemCome } = Promise.withResolvers<undefined>()
  await page.route('**/_next/static/chunks/*.js', async (route) => { await scriptsMayCome; await route.continue() })
  await page.goto(visitor.at.url, { waitUntil: 'commit' })
  return () => letThemCome(undefined)
}

test('a page whose scripts come late stays where somebody has scrolled it to', async ({ page, sandbox, behindTheScreens }) => {
  await page.setViewportSize({ width: 375, height: 400 })
  const letScriptsCome = await withLateScripts({ page, sandbox, behindTheScreens })
  await button(page, 'Gå til Altinn').scrollIntoViewIfNeeded()
  const scrolled = () => page.evaluate(() => scrollY)
  const at = await scrolled()
  expect(at).toBeGreaterThan(100)
  letScriptsCome()
  await expect(heading(page, 'Vil du la oss hente saldoen din?')).toBeFocused()
  expect(await scrolled()).toBe(at)
})

test('a page whose scripts come late leaves the focus to somebody who has begun to tab', async ({ page, sandbox, behindTheScreens }) => {
  const letScriptsCome = await withLateScripts({ page, sandbox, behindTheScreens })
  await button(page, 'Gå til Altinn').waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Testbanken AS' })).toBeFocused()
  const alive = aTabIsAlive(page)
  letScriptsCome()
  await alive
  await expect(page.getByRole('link', { name: 'Testbanken AS' })).toBeFocused()
})
