import { doors, type Whose } from './doors'

/** What one tab knows of the session that all of them share. */
export type News = 'alive' | 'over'

export const openTabs = (whose: Whose) => new BroadcastChannel(doors[whose].tabs)

export function tellTabs(whose: Whose, news: News): void {
  const tabs = openTabs(whose)
  tabs.postMessage(news)
  tabs.close()
}
