'use client'
import { useEffect } from 'react'
import type { Whose } from './doors'
import { openTabs, type News } from './tabs'

/** Milliseconds for which a page is expected that was on its way when the session ended. */
const LATE = 60_000

/**
 * Stands on the page after log-out: a tab that still shows something leaves it too, also one whose scripts come to work only
 * now. A page that began to load after this one belongs to another log-in, and stays.
 */
export function SessionOver({ whose = 'applicant' }: { readonly whose?: Whose }) {
  useEffect(() => {
    const tabs = openTabs(whose)
    tabs.onmessage = ({ data }: MessageEvent<News>) => {
      if (data !== 'over' && data.began < performance.timeOrigin) tabs.postMessage('over' satisfies News)
    }
    tabs.postMessage('over' satisfies News)
    const timer = setTimeout(() => tabs.close(), LATE)
    return () => {
      clearTimeout(timer)
      tabs.close()
    }
  }, [whose])
  return null
}
