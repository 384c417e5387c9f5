import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * Runs `attempt` up to `most` times while its answer is worth another, with full jitter of 100–800 ms between
 * (bounded by `signal`). The last answer counts. Only for calls that may be repeated.
 */
export async function attempts<T>(most: number, attempt: (n: number) => Promise<T>, worthAnother: (answer: T, n: number) => boolean, signal?: AbortSignal): Promise<T> {
  for (let n = 1; ; n++) {
    const answer = await attempt(n)
    if (n >= most || !worthAnother(answer, n) || signal?.aborted) return answer
    const slept = await pause(randomInt(100, 800), true, { signal }).catch(() => false)
    if (!slept) return answer
  }
}
