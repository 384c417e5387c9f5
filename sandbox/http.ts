import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** What a party answers with. Bodies are text already: how a number is written is part of the simulation. */
export type Answer = { status: number; headers?: OutgoingHttpHeaders; body?: string | Buffer }

const noStore = { 'cache-control': 'no-store' }

export const empty = (status: number, headers: OutgoingHttpHeaders = {}): Answer => ({ status, headers: { ...noStore, ...headers } })

export const text = (status: number, body: string, headers: OutgoingHttpHeaders = {}): Answer => ({
  status, body, headers: { 'content-type': 'text/plain; charset=utf-8', ...noStore, ...headers },
})

export const json = (status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Answer => ({
  status, body: JSON.stringify(value), headers: { 'content-type': 'application/json; charset=utf-8', ...noStore, ...headers },
})

/** 303: the browser follows with GET, whatever it came with. */
export const seeOther = (location: string): Answer => empty(303, { location })

/** Sends an answer unless the connection is gone already. */
export function send(res: ServerResponse, { status, headers = {}, body }: Answer): void {
  if (res.headersSent || res.destroyed) return
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) res.setHeader(name, value)
  res.statusCode = status
  const bytes = body === undefined ? undefined : Buffer.from(body as string)
  if (status !== 204 && status !== 304) res.setHeader('content-length', bytes?.length ?? 0)
  res.end(bytes)
}

/** The whole body as text, or null when it is larger than allowed. */
export async function readBody(req: IncomingMessage, limit = 256 * 1024): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** One header's value; several of the same name count as none, since nobody can tell which is meant. */
export function header(req: IncomingMessage, name: string): string | undefined {
  const values = req.headersDistinct[name.toLowerCase()]
  return values?.length === 1 ? values[0] : undefined
}

export const isForm = (req: IncomingMessage): boolean => /^application\/x-www-form-urlencoded\b/i.test(header(req, 'content-type') ?? '')
export const isJson = (req: IncomingMessage): boolean => /^application\/json\b/i.test(header(req, 'content-type') ?? '')

/** Was this posted by one of our own pages? A browser always says where a form comes from; a test client says nothing. */
export function isFromOwnPage(req: IncomingMessage, origin: string): boolean {
  const from = header(req, 'origin')
  const site = header(req, 'sec-fetch-site')
  return (from === undefined || from === origin) && (site === undefined || site === 'same-origin' || site === 'none')
}
