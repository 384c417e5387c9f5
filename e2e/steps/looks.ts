import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** What every screen is held to, light and dark, and at 400 %. */

/** 1280 by 1024, and the same at 400 %. */
export const [usual, at400] = [{ width: 1280, height: 1024 }, { width: 320, height: 256 }]
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice']

/** In the page itself: we have no frames, and a second page for each look costs more than the look. */
export async function violations(page: Page): Promise<string[]> {
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
