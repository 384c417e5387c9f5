import { createHash } from 'node:crypto'
import { expect } from '@playwright/test'
import { actions, pages, routes, type Takes } from '../access-matrix.ts'
import { askAction, callAction, shown, type everybody, type World } from './access.ts'
import { behindTheScreensOf } from './behind-the-screens.ts'
import { builtParts, type BuiltAction } from './build.ts'
import type { ByPost } from './by-post.ts'
import type { Database } from './database.ts'
import { somebodyWith } from './people.ts'
import { invites, opens, startsSharing } from './sharing-by-post.ts'
import { admin, adviser, staffByPost } from './staff.ts'

type Everybody = Awaited<ReturnType<typeof everybody>>
type Swap = (server: string, everyone: Everybody, world: World) => Promise<void>

const taking = (server: string, what: Takes): BuiltAction[] => {
  const found = builtParts(server).actions.filter(({ name }) => actions[name]?.[1] === what)
  expect(found, `actions that take a ${what}`).not.toEqual([])
  return found
}
/** Addresses with an id in them: the customer's own, or the bank's. */
const doorsWithId = (staff: boolean): string[] =>
  [...Object.keys(pages), ...Object.keys(routes).flatMap((door) => (door.startsWith('GET ') ? [door.slice(4)] : []))].filter((path) => path.includes('[id]') && path.startsWith('/staff/') === staff)
const named = ({ visitors }: Everybody, name: string): ByPost => {
  const visitor = visitors.find((one) => one.name === name)
  if (!visitor) throw new Error(`${name} is not here`)
  return visitor.browser
}
/** Who asks, and for whose consent: in two pairs within one bank, in two across. */
async function pairsOf(everyone: Everybody, { house, sandbox }: World): Promise<(readonly [ByPost, string])[]> {
  const { mine, another, elsewhere } = everyone.consents
  const stranger = await behindTheScreensOf(house.otherUrl, sandbox).logsIn(await somebodyWith(sandbox))
  return [[named(everyone, 'a customer'), another], [named(everyone, 'another customer'), mine], [named(everyone, 'a customer'), elsewhere], [stranger, mine]]
}
const refusals = (database: Database) => database.ask(`SELECT "id" FROM "AuditEvent" WHERE "type" IN ('access.refused', 'consent.wrong-person')`)

/** Nothing changes by the tries; of those within one bank each is logged. What is another bank's is not there at all. */
async function leadsNowhere(database: Database, tries: () => Promise<number>): Promise<void> {
  const [before, lines] = [await database.state(), (await refusals(database)).length]
  const tried = await tries()
  expect(await database.state(), 'nothing has changed').toEqual(before)
  expect((await refusals(database)).length - lines).toBe(tried / 2)
}

/** A customer asks for everything of another's, and of another bank's customer's, by the consent's id. */
const consents: Swap = async (server, everyone, world) => {
  const pairs = await pairsOf(everyone, world)
  await leadsNowhere(world.database, async () => {
    let tried = 0
    for (const [browser, id] of pairs) {
      for (const path of doorsWithId(false)) {
        const answer = await browser.send(path.replace('[id]', id))
        expect(answer.status, `${path} with another’s id`).toBe(404)
        expect(answer.body).not.toMatch(shown)
        tried++
      }
      for (const action of taking(server, 'consent')) {
        await callAction(browser, action, { consent: id })
        tried++
      }
    }
    return tried
  })
}

/** Somebody who is logged in comes back from Altinn with the reference of another's request, which waits for its answer. */
const returnReferences: Swap = async (server, everyone, { house, sandbox, database }) => {
  const at = { here: behindTheScreensOf(house.appUrl, sandbox), there: behindTheScreensOf(house.otherUrl, sandbox) }
  const waiting = async (bank: typeof at.here) => {
    await bank.isAsked(await somebodyWith(sandbox))
    return new URL((await sandbox.newest()).redirectUrl).searchParams.get('s')
  }
  const [here, there, stranger] = [await waiting(at.here), await waiting(at.there), await at.there.logsIn(await somebodyWith(sandbox))]
  const [one, other] = [named(everyone, 'a customer'), named(everyone, 'another customer')]
  await leadsNowhere(database, async () => {
    let tried = 0
    for (const action of taking(server, 'return reference'))
      for (const [browser, ref, says] of [[one, here, true], [other, here, true], [one, there, false], [stranger, here, false]] as const) {
        const answer = await callAction(browser, action, {}, [ref])
        expect([answer.status, answer.location?.includes('why=wrong-person')], action.name).toEqual([303, says])
        tried++
      }
    return tried
  })
}

/** What a customer shows one adviser, asked for by others with its id: another adviser, an adviser of the other bank, an auditor, the customer. Those known to the log are in it, for each try. */
const shares: Swap = async (server, everyone, { house, database }) => {
  const owner = named(everyone, 'an adviser')
  const { code } = await startsSharing(named(everyone, 'a customer'))
  const view = new URL((await opens(owner, code)).url).pathname
  const id = view.split('/').at(-1) ?? ''
  const sees = async () => expect((await owner.send(view)).body).toMatch(shown)
  await sees()
  const [doors, told] = [doorsWithId(true), taking(server, 'share')]
  for (const action of told.filter(({ name }) => name.endsWith('askAdviserShare'))) expect((await askAction(owner, action, [id])).body).toContain('"open"')

  const others = [named(everyone, 'another adviser'), await staffByPost(house.otherUrl, adviser), named(everyone, 'an auditor'), named(everyone, 'a customer')]
  const since = (await database.staffAudit()).length
  for (const browser of others) {
    for (const path of doors) {
      const answer = await browser.send(path.replace('[id]', id))
      expect(path.endsWith('/live') ? [204] : [404, 307], path).toContain(answer.status)
      expect(answer.body).not.toMatch(shown)
    }
    for (const action of told)
      for (const answer of [await callAction(browser, action, {}, [id]), await askAction(browser, action, [id])]) {
        expect(answer.body, action.name).not.toMatch(shown)
        expect(answer.body, action.name).not.toContain('"open"')
      }
  }
  const lines = (await database.staffAudit()).slice(since).filter(({ type }) => type === 'access.refused')
  const actors = [...new Set(lines.map(({ actor }) => actor))]
  expect(actors).toHaveLength(3)
  for (const actor of actors) expect(lines.filter((line) => line.actor === actor).length).toBeGreaterThanOrEqual(doors.length + 2 * told.length)
  // Nobody has ended it for the adviser.
  await sees()
}

/** A link that an adviser made: whoever holds it may follow it, at the bank that made it. */
const invitations: Swap = async (server, everyone, { database }) => {
  const caseNumber = 'BYTTET-17'
  const token = (await invites(named(everyone, 'an adviser'), { purpose: 'Refinansiering', caseNumber })).split('/').at(-1)
  expect(token).toMatch(/^[\w-]{43}$/)
  const before = await database.state()
  for (const [browser, seen] of [[everyone.elsewhere, 0], [named(everyone, 'another customer'), 1]] as const)
    for (const action of taking(server, 'invitation')) {
      await callAction(browser, action, {}, [token])
      const { status, body } = await browser.send('/balance')
      expect([status, body.split(caseNumber).length - 1 > 0], browser.origin).toEqual([200, seen === 1])
    }
  expect(await database.state(), 'nothing has changed').toEqual(before)
}

/** An admin ends the log-ins of an employee of the other bank. */
const employees: Swap = async (server, everyone, { house, database }) => {
  const [own, foreign] = [named(everyone, 'an adviser'), await staffByPost(house.otherUrl, admin)]
  const refOf = async (browser: ByPost) => String((await database.ask('SELECT "staffRef" FROM "StaffSession" WHERE "tokenHash" = $1', [createHash('sha256').update(browser.cookie('staff.session')).digest()]))[0]?.staffRef)
  const before = await database.state()
  for (const [browser, other] of [[named(everyone, 'an admin'), foreign], [foreign, own]] as const)
    for (const action of taking(server, 'employee')) expect((await callAction(browser, action, { staff: await refOf(other) })).location).toContain('did=ended')
  expect(await database.state(), 'nothing has changed').toEqual(before)
}

/** Everything that is named by an id or a reference, asked for by those whose it is not. */
export const swaps: Readonly<Record<Exclude<Takes, 'nothing'>, Swap>> = { consent: consents, 'return reference': returnReferences, share: shares, invitation: invitations, employee: employees }
