import { createHash, randomUUID } from 'node:crypto'
import { expect } from '@playwright/test'
import { pages, routes } from '../access-matrix.ts'
import { callAction, shown, type everybody, type World } from './access.ts'
import { behindTheScreensOf } from './behind-the-screens.ts'
import { builtParts } from './build.ts'
import { somebodyWith } from './people.ts'
import { adviser, staffByPost } from './staff.ts'

type Everybody = Awaited<ReturnType<typeof everybody>>

/** A customer asks for everything of another's, and of another bank's customer's, by its id: each is not there, and each of this bank's is logged. */
export async function swapIds(server: string, { visitors, consents }: Everybody, { house, database, sandbox }: World): Promise<{ tried: number; logged: number }> {
  const browsers = visitors.filter(({ is }) => is.includes('applicant')).map(({ browser }) => browser)
  const elsewhere = await behindTheScreensOf(house.otherUrl, sandbox).logsIn(await somebodyWith(sandbox))
  const doors = [...Object.keys(pages), ...Object.keys(routes).flatMap((door) => (door.startsWith('GET ') ? [door.slice(4)] : []))].filter((path) => path.includes('[id]') && !path.startsWith('/staff'))
  const stop = builtParts(server).actions.filter(({ name }) => /stopHereFromMyData|stopShowing/.test(name))
  const before = await database.state()
  const firstLine = Number((await database.ask('SELECT coalesce(max("id"), 0) AS id FROM "AuditEvent"'))[0]?.id)
  let tried = 0
  const pairs = [[browsers[0], consents.another], [browsers[1], consents.mine], [browsers[0], consents.elsewhere], [elsewhere, consents.mine]] as const
  for (const [browser, id] of pairs) {
    if (!browser) throw new Error('two customers are needed')
    for (const path of doors) {
      const answer = await browser.send(path.replace('[id]', id))
      expect(answer.status, `${path} with another’s id`).toBe(404)
      expect(answer.body).not.toMatch(shown)
      tried++
    }
    for (const action of stop) {
      await callAction(browser, action, { consent: id })
      tried++
    }
  }
  expect(await database.state(), 'nothing has changed').toEqual(before)
  const lines = await database.ask(`SELECT "outcome" FROM "AuditEvent" WHERE "id" > $1 AND "type" = 'access.refused'`, [firstLine])
  return { tried, logged: lines.length }
}

/**
 * What a customer shows one adviser, asked for by others with its id: another adviser, an adviser of the other bank, an auditor,
 * the customer. How many tries there were, and the fewest lines in the log about one who is known to it.
 */
export async function swapShare(server: string, { visitors, consents }: Everybody, { house, database }: World): Promise<{ tried: number; logged: number }> {
  const named = (name: string) => visitors.find((visitor) => visitor.name === name)?.browser ?? Promise.reject(new Error(`${name} is not here`))
  const [owner, other, customer, auditing] = await Promise.all([named('an adviser'), named('another adviser'), named('a customer'), named('an auditor')])
  const stranger = await staffByPost(house.otherUrl, adviser)
  const hash = createHash('sha256').update(owner.cookie('staff.session')).digest()
  const id = randomUUID()
  await database.ask(`
    INSERT INTO "Share" ("id", "subjectRef", "consentId", "sessionHash", "createdAt", "codeUntil", "openedAt", "staffRef", "purpose", "caseNumber")
    SELECT $1, c."subjectRef", c."id", $2, now(), now(), now(), s."staffRef", 'Lånesøknad', '2026/17' FROM "Consent" c, "StaffSession" s WHERE c."id" = $3 AND s."tokenHash" = $2`, [id, hash, consents.mine])
  const leave = builtParts(server).actions.filter(({ name }) => name.endsWith('leaveView'))
  expect(leave).toHaveLength(1)
  const since = (await database.staffAudit()).length
  let tried = 0
  for (const browser of [other, stranger, auditing, customer]) {
    const [view, live] = [await browser.send(`/staff/view/${id}`), await browser.send(`/staff/view/${id}/live`)]
    expect([404, 307]).toContain(view.status)
    expect(live.status).toBe(204)
    for (const answer of [view, live]) expect(answer.body).not.toMatch(shown)
    for (const action of leave) await callAction(browser, action, {}, [id])
    tried += 2 + leave.length
  }
  expect(await database.ask(`SELECT 1 FROM "Share" WHERE "id" = $1 AND "end" = 'adviser-left'`, [id]), 'nobody has ended it for the adviser').toEqual([])
  const lines = (await database.staffAudit()).slice(since).filter(({ type }) => type === 'access.refused')
  const actors = [...new Set(lines.map(({ actor }) => actor))]
  return { tried, logged: actors.length === 3 ? Math.min(...actors.map((actor) => lines.filter((line) => line.actor === actor).length)) : 0 }
}
