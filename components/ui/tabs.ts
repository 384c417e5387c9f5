/** What one tab knows of the session that all of them share. */
export type News = 'alive' | 'over'

export const openTabs = () => new BroadcastChannel('session')

export function tellTabs(news: News): void {
  const tabs = openTabs()
  tabs.postMessage(news)
  tabs.close()
}
