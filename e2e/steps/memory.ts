import type { Page } from '@playwright/test'

/**
 * What a browser does that keeps pages in memory for Back. The one that npm brings cannot (it says so of every page,
 * whatever its flags), and Chrome keeps none that is no-store: so the page is told as such a browser tells it.
 */

/** It is put aside: what it shows now is the first thing that is seen when it is brought back. */
export const putAside = (page: Page): Promise<unknown> => page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))

/** It is brought back as it was, and is loaded anew. */
export async function bringBack(page: Page): Promise<void> {
  await Promise.all([
    page.waitForRequest((asked) => asked.isNavigationRequest() && asked.url() === page.url(), { timeout: 5_000 }),
    page.evaluate(() => { dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })) }),
  ])
}
