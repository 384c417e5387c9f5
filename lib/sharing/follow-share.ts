import { setTimeout as pause } from 'node:timers/promises'
import type { ShareNews } from './share-news-store'

type Following<T extends string> = {
  readonly news: Pick<ShareNews, 'follow'>
  readonly share: { readonly bank: string; readonly id: string }
  /** How the share stands just now, in a word. */
  readonly ask: () => Promise<T>
  /** Milliseconds between two questions when nobody brings news: what time alone ends brings none. */
  readonly every: number
  readonly signal: AbortSignal
}

/** How a share stands, at once and then whenever there is news of it, at the latest every so often; until `signal`. Ends when asking fails. */
export async function* followShare<T extends string>({ news, share, ask, every, signal }: Following<T>): AsyncGenerator<T> {
  let ring = () => undefined as void
  let rung = 0
  const unfollow = news.follow(share, () => { rung++; ring() })
  try {
    while (!signal.aborted) {
      const before = rung
      yield await ask()
      if (rung !== before || signal.aborted) continue
      const waiting = new AbortController()
      ring = () => waiting.abort()
      signal.addEventListener('abort', ring, { once: true })
      await pause(every, undefined, { signal: waiting.signal }).catch(() => undefined)
      signal.removeEventListener('abort', ring)
    }
  } finally {
    unfollow()
  }
}
