import { lookup as ask } from 'node:dns'
import { request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import type { LookupFunction } from 'node:net'

const CONNECT_MS = 2000
const READ_MS = 5000

/** Names under localhost are this machine (RFC 6761 §6.3): browsers know it, and not every resolver does. */
const lookup: LookupFunction = (hostname, options, give) => {
  if (!hostname.endsWith('.localhost')) ask(hostname, options, give)
  else if (options.all) give(null, [{ address: '127.0.0.1', family: 4 }])
  else give(null, '127.0.0.1', 4)
}

/**
 * Sends a log-out token: one attempt, 2 seconds to connect and 5 to read; any 2xx counts (ID-porten, back-channel log-out).
 * Has fetch's shape since oidc-provider calls it as such.
 */
export function postBackchannel(url: string | URL, { method = 'POST', headers, body }: { method?: string; headers?: Headers; body?: URLSearchParams }): Promise<Response> {
  return new Promise((resolve, reject) => {
    const target = new URL(url)
    const send = target.protocol === 'https:' ? overHttps : overHttp
    const request = send(target, { method, headers: Object.fromEntries(headers ?? []), agent: false, lookup }, (response) => {
      clearTimeout(limit)
      response.resume()
      const status = response.statusCode ?? 500
      resolve(new Response(null, { status: status >= 200 && status < 300 ? 200 : status }))
    })
    const give = (what: string) => (): void => { request.destroy(new Error(what)) }
    let limit = setTimeout(give(`no connection within ${CONNECT_MS / 1000} s`), CONNECT_MS)
    request.on('socket', (socket) => {
      socket.once('connect', () => {
        clearTimeout(limit)
        limit = setTimeout(give(`no answer within ${READ_MS / 1000} s`), READ_MS)
      })
    })
    request.on('error', (cause) => {
      clearTimeout(limit)
      reject(cause)
    })
    request.end(body?.toString())
  })
}
