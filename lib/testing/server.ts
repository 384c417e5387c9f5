import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export type Seen = { readonly method: string; readonly url: string; readonly rawHeaders: readonly string[]; readonly headers: IncomingMessage['headers']; readonly body: string }
export type Server = { readonly origin: string; readonly seen: readonly Seen[]; close(): Promise<void> }
export type Answering = (request: Seen, response: ServerResponse, nth: number) => unknown

/** A small upstream of a test's own on a free port, for the faults that the sandbox has not; gone when the test is. */
export async function aServer(answer: Answering): Promise<Server> {
  const seen: Seen[] = []
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const one = { method: request.method ?? '', url: request.url ?? '', rawHeaders: request.rawHeaders, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') }
      seen.push(one)
      void Promise.resolve(answer(one, response, seen.length)).catch(() => response.destroy())
    })
    request.on('error', () => undefined)
    response.on('error', () => undefined)
  }
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  onTestFinished(close)
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, close }
}

/** Answers in JSON. */
export const saying = (status: number, body: unknown, headers: Record<string, string> = {}): Answering => (_request, response) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body))

/** A port on which nobody listens. */
export async function nobodyThere(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}
