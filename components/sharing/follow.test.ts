import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { follow } from './follow'

/** A stream that never says anything, as behind a proxy that holds streams back. */
class SilentStream {
  onmessage = null
  close = () => undefined
}
beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', SilentStream)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('a word is as old as the question: one that was ten seconds under way is no contact', async () => {
  const answers: ((word: string) => void)[] = []
  let silent = false
  const stop = follow({ address: '/', ask: () => new Promise((answer) => answers.push(answer)), hear: () => undefined, silent: (is) => { silent = is } })
  await vi.advanceTimersByTimeAsync(1_500)
  expect(answers).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(silent).toBe(true)
  answers[0]?.('open')
  await vi.advanceTimersByTimeAsync(0)
  expect(silent).toBe(true)
  // The next question is asked at once, and answered at once: there is contact again.
  await vi.advanceTimersByTimeAsync(300)
  answers[1]?.('open')
  await vi.advanceTimersByTimeAsync(0)
  expect(silent).toBe(false)
  stop()
})
