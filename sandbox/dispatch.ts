import type { IncomingMessage, ServerResponse } from 'node:http'
import { header, readBody, send, text } from './http.ts'
import { scrub } from './log.ts'
import { partyLabels } from './parties.ts'
import { nameOf } from './people.ts'
import type { Street } from './street.ts'
import { strikeAfter, strikeBefore, type Waiting } from './strike.ts'
import type { Party, Visit } from './visit.ts'

/** Everything that is not a party: the start page and the control API. */
export type Office = { serve(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> }

/** Takes a request to the party it is for, lets a fault strike it, and writes down what came of it. */
export function createDispatch(street: Street, parties: readonly Party[], office: Office, waiting: Waiting) {
  const host = new URL(street.origin).host

  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const began = new Date()
    const url = new URL(req.url ?? '/', street.origin)
    // One name only, so that the issuer is what it says it is; a person who typed `localhost` is helped along.
    if (header(req, 'host') !== host) {
      if (req.method === 'GET') return send(res, { status: 307, headers: { location: street.origin + url.pathname + url.search } })
      return send(res, text(421, `This is ${host}`))
    }
    const party = parties.find(({ name }) => url.pathname === `/${name}` || url.pathname.startsWith(`/${name}/`))
    if (!party) return office.serve(req, res, url)

    const method = req.method ?? 'GET'
    const path = url.pathname.slice(party.name.length + 1) || '/'
    const body = party.readsBody ? '' : await readBody(req).catch(() => undefined)
    if (body === undefined) return void res.destroy()
    if (body === null) return send(res, text(413, 'Too large'))
    const step = party.stepOf(method, path, body)
    const fault = street.faults.take(party.name, step, path)
    const skew = fault?.fault === 'clock-skew' ? (fault.seconds ?? 0) * 1000 : 0
    const visit: Visit = { req, res, party: party.name, method, path, query: url.searchParams, body, step, fault, now: Date.now() + skew }
    if (skew !== 0) res.setHeader('date', new Date(visit.now).toUTCString())

    res.once('close', () => { writeDown(street, visit, url.pathname, began) })
    try {
      if (await strikeBefore(visit, party, waiting)) return
      strikeAfter(visit, waiting)
      const answer = await party.serve(visit)
      if (answer) send(res, answer)
    } catch (cause) {
      visit.refusedBecause = `the sandbox itself failed: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`
      send(res, party.failure(500))
    }
  }
}

const withoutIds = (path: string): string => path.replaceAll(/(?<!\d)\d{11}(?!\d)/g, (pid) => `<${nameOf(pid)}>`)

/** One line in the log and one entry in the journal. Neither holds a number, a token, a key or an amount. */
function writeDown(street: Street, visit: Visit, pathname: string, began: Date): void {
  const { party, step, method, res, person, consent, scope, language, refusedBecause, warning, fault } = visit
  const retryAfter = res.getHeader('retry-after')
  const status = res.writableEnded && res.headersSent ? res.statusCode : 0
  street.journal.add({
    at: new Date().toISOString(), began: began.toISOString(), party, step, method, path: withoutIds(pathname), status,
    ...(person !== undefined && { person }), ...(consent !== undefined && { consent }), ...(scope !== undefined && { scope }), ...(language !== undefined && { language }), ...(retryAfter !== undefined && { retryAfter: String(retryAfter) }),
    ...(refusedBecause !== undefined && { refusedBecause: scrub(refusedBecause) }), ...(fault && { fault: fault.fault }),
  })
  const label = partyLabels[party]
  const whose = person === undefined ? '' : ` for ${person}`
  const outcome = status === 0 ? 'gave no answer' : `${status}`
  const line = refusedBecause === undefined ? `${label}: ${step}${whose}, ${outcome}` : `${label} refused ${step}${whose} (${outcome}): ${refusedBecause}`
  street.log(scrub(`${line}${fault ? ` [fault: ${fault.fault}]` : ''}${warning === undefined ? '' : ` – warning: ${warning}`}`))
}
