import { expect, test } from 'vitest'
import { eventStream } from './event-stream'

test('a stream that the browser leaves while it is told nothing new lets go of what it followed', async () => {
  let followed = 0
  async function* words(): AsyncGenerator<string> {
    followed++
    try {
      for (;;) yield 'open'
    } finally {
      followed--
    }
  }
  const { body } = eventStream(new Request('http://localhost/'), words, () => false)
  const reader = body!.getReader()
  for (let n = 0; n < 2; n++) await reader.read()
  expect(followed).toBe(1)
  await reader.cancel()
  await expect.poll(() => followed).toBe(0)
})
