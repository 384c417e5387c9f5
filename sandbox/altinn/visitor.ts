import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Idporten } from '../idporten/idporten.ts'
import type { Street } from '../street.ts'
import type { Visit } from '../visit.ts'

const COOKIE = 'altinn_sandbox'

/** Who has logged in on Altinn's own pages. */
export type Visitors = {
  /** The person with an ID-porten session in this browser, or else the one who picked themselves here. */
  whoIs(visit: Visit): Promise<string | undefined>
  enter(visit: Visit, pid: string): void
  /** The global log-out: Altinn's session and ID-porten's. Gives the front-channel addresses to load. */
  leave(visit: Visit): Promise<string[]>
  /** Forgets only Altinn's own session. */
  forget(visit: Visit): void
}

const cookieOf = (req: IncomingMessage, name: string): string | undefined =>
  (req.headers.cookie ?? '').split(/;\s*/).find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)

export function createVisitors(street: Street, idporten: Idporten): Visitors {
  const sessions = new Map<string, string>()
  street.onReset.push(() => { sessions.clear() })
  const name = `${COOKIE}_${new URL(street.origin).port}`
  const setCookie = (visit: Visit, value: string, more: string): void => {
    visit.res.appendHeader('set-cookie', `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${more}`)
  }
  const forget = (visit: Visit): void => {
    sessions.delete(cookieOf(visit.req, name) ?? '')
    setCookie(visit, '', '; Max-Age=0')
  }
  return {
    whoIs: async (visit) => (await idporten.signedIn(visit.req, visit.res)) ?? sessions.get(cookieOf(visit.req, name) ?? ''),
    enter(visit, pid) {
      const id = randomBytes(18).toString('base64url')
      sessions.set(id, pid)
      setCookie(visit, id, '')
    },
    forget,
    async leave(visit) {
      forget(visit)
      return idporten.endSession(visit.req, visit.res)
    },
  }
}
