import { doors, type Whose } from './doors'

/**
 * What one tab knows of the session that all of them share: until when it lives if nobody does anything more, told by a page
 * that began to load at `began`, both in epoch milliseconds; or that it is over.
 */
export type News = { readonly until: number; readonly began: number } | 'over'

export const openTabs = (whose: Whose) => new BroadcastChannel(doors[whose].tabs)

/** What this page has to tell of a session that lives until then. */
export const lives = (until: number): News => ({ until, began: performance.timeOrigin })

export function tellTabs(whose: Whose, news: News): void {
  const tabs = openTabs(whose)
  tabs.postMessage(news)
  tabs.close()
}
