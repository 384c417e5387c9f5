import { expect, type Locator, type Page } from '@playwright/test'

/** What somebody does who has no mouse. */

/** Tabs on until the focus is where it should be; what has the focus can be seen to have it. */
export async function tabTo(page: Page, goal: Locator): Promise<void> {
  await expect(goal).toBeVisible()
  for (let steps = 0; steps < 60; steps++) {
    if (await goal.evaluate((element) => element === document.activeElement)) return seesFocus(page)
    await page.keyboard.press('Tab')
    await seesFocus(page)
  }
  throw new Error('Tab does not lead there')
}

/** Whatever Tab has reached stands out: by an outline or a ring, or since it is only there while it has the focus. */
async function seesFocus(page: Page): Promise<void> {
  const looks = await page.evaluate(() => {
    const element = document.activeElement
    if (!element || element === document.body || element.getAttribute('tabindex') === '-1') return null
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element)
    const { width, height } = element.getBoundingClientRect()
    return { seen: element.matches('.ds-skip-link') || (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none', size: width * height }
  })
  if (!looks) return
  expect(looks.seen, 'the focus can be seen').toBe(true)
  expect(looks.size, 'what has the focus is on the page').toBeGreaterThan(0)
}

export async function press(page: Page, goal: Locator, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
  await tabTo(page, goal)
  await page.keyboard.press(key)
}
