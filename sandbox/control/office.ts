import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Office } from '../dispatch.ts'
import { empty, isFromOwnPage, json, readBody, send, text, type Answer } from '../http.ts'
import { scrub } from '../log.ts'
import type { Street } from '../street.ts'
import { control } from './api.ts'
import { submitted } from './forms.ts'
import type { Levers } from './levers.ts'
import { startPage } from './start-page.ts'

/** The start page and the control API. Foreign web pages may not pull the levers. */
export function createOffice(street: Street, levers: Levers): Office {
  async function answer(req: IncomingMessage, url: URL): Promise<Answer> {
    const { pathname: path } = url
    const method = req.method ?? 'GET'
    if (path === '/') return method === 'GET' || method === 'HEAD' ? startPage(street) : empty(405, { allow: 'GET' })
    if (path === '/favicon.ico') return empty(204)
    if (path !== '/control' && !path.startsWith('/control/')) return text(404, 'Her er det ingenting.')
    if (!isFromOwnPage(req, street.origin)) {
      street.log('Control refused: the request came from another web page')
      return json(403, { error: 'The control API takes no requests from other web pages' })
    }
    const body = await readBody(req, 8 * 1024 * 1024)
    if (body === null) return json(413, { error: 'Too large' })
    const result = path.startsWith('/control/form/') ? submitted(street, method, path, body) : control({ street, levers, method, path, query: url.searchParams, body })
    if (method !== 'GET') street.log(scrub(`Control: ${method} ${path.replace(/\d{11}/, '<person>')}, ${result.status}`))
    return result
  }

  return {
    serve: async (req, res: ServerResponse, url) => { send(res, await answer(req, url)) },
  }
}
