import { systemClock } from '@/lib/clock'

type Following = {
  /** Where words come from as server-sent events. */
  readonly address: string
  /** Asks for the word by itself, when the stream is silent: a proxy may hold streams back. */
  readonly ask: () => Promise<string>
  readonly hear: (word: string) => void
  /** Called with true when nothing has been heard for two seconds, and with false when there is contact again. */
  readonly silent?: (silent: boolean) => void
}

const now = () => systemClock.now().getTime()
/** Milliseconds without a word after which one is asked for; and after which there is no contact. */
const ASK_AFTER = 1_200
const SILENT_AFTER = 2_000

/** Follows how a share stands, by a stream and, while that is silent, by asking. The answer ends it. */
export function follow({ address, ask, hear, silent }: Following): () => void {
  let heardAt = now()
  let asking = false
  /** A word is as old as the question it answers: one that was long under way says nothing of now, unless that it is over. */
  const heard = (word: string, at: number) => {
    heardAt = Math.max(heardAt, at)
    if (now() - heardAt < SILENT_AFTER) silent?.(false)
    hear(word)
  }
  const stream = new EventSource(address)
  stream.onmessage = ({ data }: MessageEvent<string>) => heard(data, now())
  const timer = setInterval(() => {
    const quiet = now() - heardAt
    if (quiet >= SILENT_AFTER) silent?.(true)
    if (quiet < ASK_AFTER || asking) return
    asking = true
    const at = now()
    void ask().then((word) => heard(word, at), () => undefined).finally(() => { asking = false })
  }, 300)
  return () => {
    clearInterval(timer)
    stream.close()
  }
}
