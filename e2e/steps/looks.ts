import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { heading } from './applicant.ts'
import { show, type Screen, type Tools } from './screens.ts'

/** What every screen is held to, light and dark, and at 400 %. */

/** 1280 by 1024, and the same at 400 %. */
const [usual, at400] = [{ width: 1280, height: 1024 }, { width: 320, height: 256 }]
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice']

/**
 * In the page itself: we have no frames, and a second page for each look costs more than the look. A page without colours
 * of its own lies on the browser's: axe is told which, and would take it for white in the dark too.
 */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    const { documentElement: root, body } = document
    if ([root, body].every((element) => getComputedStyle(element).backgroundColor === 'rgba(0, 0, 0, 0)')) root.style.backgroundColor = 'Canvas'
  })
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode().withTags(rules).analyze()
  return found.map(({ id, help, nodes }) => `${id}: ${help} – ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}

/** What sticks out to the right of the screen. Text for screen readers only is not on it. */
export const sticksOut = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth
    const out = [...document.querySelectorAll('body *')].filter((element) => {
      const { right, width: own, height } = element.getBoundingClientRect()
      return own > 1 && height > 1 && right > width + 0.5 && getComputedStyle(element).position !== 'absolute'
    })
    return [...(document.documentElement.scrollWidth > width ? [`the page is ${document.documentElement.scrollWidth} wide`] : []), ...out.map((element) => `${element.tagName} ${element.textContent?.slice(0, 40)}`)]
  })

/** The screen in three languages: axe finds nothing, light or dark, and at 400 % nothing sticks out. */
export async function looksRight(screen: Screen, tools: Tools, appUrl: string): Promise<void> {
  const { page } = tools
  await page.setViewportSize(usual)
  for (const locale of ['nb', 'nn', 'en'] as const) {
    await show(screen, tools, locale, appUrl)
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
}
