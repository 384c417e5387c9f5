import { randomUUID } from 'node:crypto'
import { importSigningKey } from '@/lib/keys/signing-key'
import { signJwtGrant } from '@/lib/maskinporten/jwt-grant'
import type { Services } from '@/lib/services'
import type { Applicant, LogIn } from './applicants.ts'
import type { Call, Caller, Reply } from './exchange.ts'
import type { Send } from './load.ts'

/** Name and value of the hidden fields by which Next knows a server action when there is no JavaScript. */
export type ActionFields = readonly (readonly [name: string, value: string])[]

const BOUNDARY = 'saldosyn-bench-boundary'
const cookieOf = ({ token }: LogIn) => `applicant.session=${token}`

/** Takes one after the other, round and round. */
export function inTurn<T>(list: readonly T[]): () => T {
  let next = 0
  return () => {
    const one = list[next++ % list.length]
    if (one === undefined) throw new Error('nobody in the list')
    return one
  }
}

const wrong = ({ status }: Reply, expected: number, what: string): string => (status === expected ? `${what} without its content` : `${what} ${status}`)

/** The hello page, asked by the same browser: with the cookie of somebody who is logged in. */
export function hello(appUrl: string, caller: Caller, logIns: readonly LogIn[]): Send {
  const turn = inTurn(logIns)
  const url = new URL('/hello', appUrl)
  return async () => {
    const reply = await caller.call({ url, headers: { cookie: cookieOf(turn()) } })
    return { failed: reply.status === 200 && reply.body.includes('Hello, world') ? null : wrong(reply, 200, 'hello') }
  }
}

const balanceCall = (appUrl: string, logIn: LogIn): Call => ({ url: new URL('/balance', appUrl), headers: { cookie: cookieOf(logIn) } })
/** Only a page with figures has a table. */
const failureOf = (reply: Reply): string | null => (reply.status === 200 && reply.body.includes('<table') ? null : wrong(reply, 200, 'balance'))

/** The balance page of people whose log-in holds a reading. */
export function balance(appUrl: string, caller: Caller, logIns: readonly LogIn[]): Send {
  const turn = inTurn(logIns)
  return async () => ({ failed: failureOf(await caller.call(balanceCall(appUrl, turn()))) })
}

/** Finds the form of `Hent saldoen` in the page of somebody who has not read yet. */
export async function findFetchForm(appUrl: string, caller: Caller, logIn: LogIn): Promise<ActionFields> {
  const page = (await caller.call(balanceCall(appUrl, logIn))).body.toString('utf8')
  const main = page.slice(page.indexOf('<main'), page.indexOf('</main>'))
  const fields = [...main.matchAll(/<input type="hidden" name="(\$ACTION[^"]*)"(?: value="([^"]*)")?/g)].map(([, name = '', value = '']) => [name, value] as const)
  if (fields.length === 0) throw new Error('the page has no form to fetch the balance with')
  return fields
}

/** The form as a browser without JavaScript sends it. */
export function fetchForm(appUrl: string, logIn: LogIn, fields: ActionFields): Call {
  const parts = fields.map(([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
  return {
    ...balanceCall(appUrl, logIn),
    method: 'POST',
    headers: { cookie: cookieOf(logIn), origin: appUrl, 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: `${parts.join('')}--${BOUNDARY}--\r\n`,
  }
}

/** The transition: the form's POST, in which the upstreams are called, and the page that it leads to. Takes a log-in from the heap. */
export function fetchAndShow(appUrl: string, caller: Caller, heap: LogIn[], fields: ActionFields): Send {
  return async () => {
    const logIn = heap.pop()
    if (!logIn) return { failed: 'no log-in left' }
    const posted = await caller.call(fetchForm(appUrl, logIn, fields))
    const halfway = performance.now()
    if (posted.status !== 303 || new URL(posted.headers.location ?? '', appUrl).pathname !== '/balance') return { failed: wrong(posted, 303, 'fetch') }
    return { failed: failureOf(await caller.call(balanceCall(appUrl, logIn))), halfway }
  }
}

/** The same two upstream calls with nothing around them: a signed grant for a consent token, and the balance with it. */
export async function rawUpstream({ config, clock }: Services, caller: Caller, applicants: readonly Applicant[]): Promise<Send> {
  const turn = inTurn(applicants)
  const key = await importSigningKey(config.keys.maskinporten.keys[0])
  const accounts = new URL(config.LANEKASSEN_URL)
  const token = new URL('token', config.MASKINPORTEN_ISSUER)
  return async () => {
    const { nationalId, consentId } = turn()
    const consent = { type: 'urn:altinn:consent', id: consentId, from: `urn:altinn:person:identifier-no:${nationalId.reveal()}` } as const
    const grant = await signJwtGrant(key, { clientId: config.MASKINPORTEN_CLIENT_ID, audience: config.MASKINPORTEN_ISSUER, scope: config.LANEKASSEN_SCOPE, consumerOrg: undefined, consent }, clock.now(), randomUUID())
    const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: grant.reveal() }).toString()
    const granted = await caller.call({ url: token, method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body })
    if (granted.status !== 200) return { failed: wrong(granted, 200, 'token') }
    const { access_token: authorization } = JSON.parse(granted.body.toString('utf8')) as { access_token: string }
    const headers = { ApiKey: config.LANEKASSEN_API_KEY.reveal(), Authorization: authorization, PSU_ID: nationalId.reveal(), 'X-Request-Id': randomUUID(), Accept: 'application/json' }
    const answer = await caller.call({ url: accounts, headers })
    return { failed: answer.status === 200 && answer.body.includes('Accounts') ? null : wrong(answer, 200, 'accounts') }
  }
}
