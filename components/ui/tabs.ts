import { doors, type Whose } from './doors'

/** What one tab knows of the session that all of them share: until when it lives if nobody does anything more, in epoch milliseconds, or that it is over. */
export type News = number | 'over'

export const openTabs = (whose: Whose) => new BroadcastChannel(doors[whose].tabs)

export function tellTabs(whose: Whose, news: News): void {
  const tabs = openTabs(whose)
  tabs.postMessage(news)
  tabs.close()
}
