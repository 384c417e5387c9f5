/** Milliseconds that one stream lasts; the browser then asks for another, and who may follow is asked anew. */
const LASTS = 40_000

/**
 * Server-sent events: each word that `words` gives, until the browser leaves, the time is up, or `last` says that nothing
 * follows. A proxy must neither hold it back nor compress it, which would.
 */
export function eventStream(request: Request, words: (signal: AbortSignal) => AsyncGenerator<string>, last: (word: string) => boolean): Response {
  const left = new AbortController()
  const over = AbortSignal.any([request.signal, left.signal, AbortSignal.timeout(LASTS)])
  const encoder = new TextEncoder()
  const said = words(over)
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode('retry: 500\n\n')),
    async pull(controller) {
      const next = await said.next().catch(() => null)
      const word = next && !next.done ? next.value : null
      if (word !== null) controller.enqueue(encoder.encode(`data: ${word}\n\n`))
      if (word === null || last(word)) {
        await said.return(undefined).catch(() => undefined)
        controller.close()
      }
    },
    async cancel() {
      left.abort()
      await said.return(undefined).catch(() => undefined) // it may stand between two words, where no signal reaches it
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' } })
}
