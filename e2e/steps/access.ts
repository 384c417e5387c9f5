import { randomUUID } from 'node:crypto'
import { expect } from '@playwright/test'
import { actions, pages, routes, type Who } from '../access-matrix.ts'
import { behindTheScreensOf } from './behind-the-screens.ts'
import { builtParts, type BuiltAction } from './build.ts'
import { byPost, type Answer, type ByPost } from './by-post.ts'
import type { Database } from './database.ts'
import type { House } from './house.ts'
import { newNumber, statement } from './people.ts'
import type { Sandbox } from './sandbox.ts'
import { admin, adviser, auditor, onlyAdmin, otherAdviser, staffByPost, withoutRole } from './staff.ts'

export type World = { readonly house: House; readonly sandbox: Sandbox; readonly database: Database }
type Visitor = { readonly name: string; readonly is: readonly Who[]; readonly browser: ByPost }
const COOKIES = ['applicant.session', 'staff.session']

/** Amounts that stand nowhere else: whoever sees them where they should not has been let in. */
const amounts = ['771133.55', '991.07'] as const
export const shown = /771.?133,55|991,07/

/** Everybody who may try a door of the first bank's, each with the log-in that they have; and the other bank's customer at their own. */
export async function everybody({ house, sandbox, database }: World): Promise<{ visitors: Visitor[]; consents: Record<'mine' | 'another' | 'elsewhere', string>; elsewhere: ByPost }> {
  const [first, second] = [behindTheScreensOf(house.appUrl, sandbox), behindTheScreensOf(house.otherUrl, sandbox)]
  const customer = async (at: typeof first) => {
    const somebody = { pid: newNumber() }
    await sandbox.answers(somebody.pid, statement(somebody.pid, [['Lån', amounts[0]], ['Gebyr', amounts[1]]]))
    await at.consents(somebody)
    const visitor = await at.logsIn(somebody)
    return { somebody, visitor, id: String((await database.ask('SELECT "id" FROM "Consent" ORDER BY "requestedAt" DESC LIMIT 1'))[0]?.id) }
  }
  const [mine, another, elsewhere] = [await customer(first), await customer(first), await customer(second)]
  /** The same cookies, shown at the first bank's address. */
  const brought = (from: ByPost): ByPost => {
    const browser = byPost(house.appUrl)
    for (const name of COOKIES) if (from.cookie(name)) browser.setCookie(name, from.cookie(name))
    return browser
  }
  const forger = byPost(house.appUrl)
  for (const name of COOKIES) forger.setCookie(name, 'x'.repeat(43))
  const employee = async (name: string, who: typeof admin, is: readonly Who[], at = house.appUrl) => ({ name, is, browser: await staffByPost(at, who) })
  const foreign = await staffByPost(house.otherUrl, admin)
  const visitors: Visitor[] = [
    { name: 'nobody', is: [], browser: byPost(house.appUrl) },
    { name: 'somebody with made-up cookies', is: [], browser: forger },
    { name: 'a customer', is: ['applicant'], browser: mine.visitor },
    { name: 'another customer', is: ['applicant'], browser: another.visitor },
    { name: 'a customer of the other bank', is: [], browser: brought(elsewhere.visitor) },
    await employee('an adviser', adviser, ['staff', 'adviser']),
    await employee('another adviser', otherAdviser, ['staff', 'adviser']),
    await employee('an auditor', auditor, ['staff', 'auditor']),
    await employee('an admin, who is auditor too', admin, ['staff', 'auditor', 'admin']),
    await employee('an admin', onlyAdmin, ['staff', 'admin']),
    { name: 'an admin of the other bank', is: [], browser: brought(foreign) },
    await employee('an employee without a role', withoutRole, []),
  ]
  return { visitors, consents: { mine: mine.id, another: another.id, elsewhere: elsewhere.id }, elsewhere: elsewhere.visitor }
}

const may = ({ is }: Visitor, who: Who): boolean => who === 'anybody' || is.includes(who)
/** Where people are sent who may not go on: the start or the log-in, with words about why. */
const wayOut = /^\/(logged-out|staff\/(login|logged-out|no-access))?(\?|$)/
const onwardOf = (answer: Answer): string | null => answer.location ?? /<meta http-equiv="refresh" content="0;url=([^"]+)"/.exec(answer.body)?.[1]?.replaceAll('&amp;', '&') ?? null
const isOut = (answer: Answer): boolean => {
  const onward = onwardOf(answer)
  return onward !== null && wayOut.test(new URL(onward, answer.url).href.slice(new URL(answer.url).origin.length))
}
const filled = (path: string): string => path.replace(/\[id\]/g, randomUUID()).replace(/\[token\]/g, 'a'.repeat(43))

/** The build and the matrix tell of the same doors. */
export function compareWithBuild(server: string): void {
  const built = builtParts(server)
  expect([...built.pages].sort(), 'pages').toEqual(Object.keys(pages).sort())
  expect([...built.routes].sort(), 'routes').toEqual(Object.keys(routes).sort())
  expect(built.actions.map(({ name }) => name).sort(), 'actions').toEqual(Object.keys(actions).sort())
  const told = Object.entries(actions).flatMap(([name, [, takes]]) => (takes === 'nothing' ? [] : [name]))
  expect(built.actions.flatMap(({ name, isToldWhich }) => (isToldWhich ? [name] : [])).sort(), 'actions that take an id').toEqual(told.sort())
}

/** Each visitor at each page and each route that is read: how many tries were refused, and how many for want of a role. */
export async function tryEveryDoor(visitors: readonly Visitor[]): Promise<{ refused: number; wrongRole: number }> {
  let [refused, wrongRole] = [0, 0]
  const doors = [...Object.entries(pages), ...Object.entries(routes).flatMap(([door, who]) => (door.startsWith('GET ') ? [[door.slice(4), who] as const] : []))]
  for (const [path, who] of doors)
    for (const visitor of visitors) {
      const answer = await visitor.browser.send(filled(path))
      const what = `${visitor.name} at ${path}: ${answer.status} ${onwardOf(answer) ?? ''}`
      if (who === 'machine') expect(answer.status, what).toBeGreaterThanOrEqual(400)
      else if (!may(visitor, who)) {
        // A page's stream ends at once in place of leading anywhere.
        const silent = path.endsWith('/live') && answer.status === 204
        expect(silent || isOut(answer), what).toBe(true)
        expect(answer.body, what).not.toMatch(shown)
        refused++
        if (onwardOf(answer)?.includes('why=wrong-role') || (silent && path.startsWith('/staff') && visitor.is.includes('staff'))) wrongRole++
      } else if (who !== 'anybody') expect(isOut(answer), what).toBe(false)
      if (!visitor.is.includes('applicant')) expect(answer.body, what).not.toMatch(shown)
    }
  return { refused, wrongRole }
}

/** Each visitor at each action that is not theirs: nobody gets further, and nothing changes. */
export async function tryEveryAction(server: string, visitors: readonly Visitor[], { database }: World): Promise<number> {
  const before = await database.state()
  let refused = 0
  for (const action of builtParts(server).actions)
    for (const visitor of visitors.filter((one) => !may(one, actions[action.name]?.[0] ?? 'machine'))) {
      const answer = await callAction(visitor.browser, action, {})
      expect(isOut(answer), `${visitor.name} at ${action.name}: ${answer.status} ${onwardOf(answer) ?? ''}`).toBe(true)
      refused++
    }
  expect(await database.state(), 'nothing has changed').toEqual(before)
  return refused
}

/** Of an action that a form hands its own state to first, the build's id says so: two arguments. */
const takesState = (id: string): boolean => id.startsWith('60')

/** Calls an action as a form without JavaScript does; `bound` are the arguments that the page gave it. */
export function callAction(browser: ByPost, { id, page }: BuiltAction, fields: Record<string, string>, bound: readonly unknown[] = takesState(id) ? [{}] : []): Promise<Answer> {
  const body = new FormData()
  if (bound.length === 0) body.append(`$ACTION_ID_${id}`, '')
  else for (const [name, value] of [['$ACTION_REF_1', ''], ['$ACTION_1:0', JSON.stringify({ id, bound: '$@1' })], ['$ACTION_1:1', JSON.stringify(bound)]] as const) body.append(name, value)
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  return browser.send(filled(page), { method: 'POST', body, headers: { origin: browser.origin } })
}

/** Calls it as a page's script does, which is told what the action answers. */
export const askAction = (browser: ByPost, { id, page }: BuiltAction, given: readonly unknown[]): Promise<Answer> =>
  browser.send(filled(page), { method: 'POST', body: JSON.stringify(given), headers: { origin: browser.origin, accept: 'text/x-component', 'next-action': id, 'content-type': 'text/plain;charset=UTF-8' } })
