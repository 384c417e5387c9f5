import { expect, test } from './journey.ts'
import { beAtIdporten, button, goToAltinn, heading, logIn, seeBalance } from './steps/applicant.ts'
import { formsOf } from './steps/by-post.ts'
import { newNumber, ordinaryTotal, somebodyWith } from './steps/people.ts'
import { quiet } from './steps/sandbox.ts'

const pages = ['/', '/consent', '/consent/return', '/balance', '/logged-out', '/login', '/no-such-page', '/api/health/live', '/api/health/ready', '/favicon.svg']

test('reloading, a second tab, Back and Forward ask Lånekassen nothing more', async ({ page, sandbox, behindTheScreens, database }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await logIn(page, somebody)
  await seeBalance(page, ordinaryTotal)
  for (let times = 0; times < 3; times++) await page.reload()
  const tab = await page.context().newPage()
  await tab.goto('/balance')
  await seeBalance(tab, ordinaryTotal)
  await tab.goto('/consent/return')
  await seeBalance(tab, ordinaryTotal)
  await page.goto('/')
  await page.goBack()
  await seeBalance(page, ordinaryTotal)
  await page.goForward()
  await page.goBack()
  await seeBalance(page, ordinaryTotal)
  await quiet(sandbox)
  expect(await sandbox.calls()).toEqual({ asked: 1, answered: 1 })
  expect(await sandbox.requests({ party: 'maskinporten', step: 'consent-token' })).toHaveLength(1)
  expect((await database.audit(somebody)).filter(({ type }) => type === 'source.read')).toHaveLength(1)
})

test('a browser that fetches ahead costs no look-up, whatever it calls it', async ({ sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await sandbox.breaks('lanekassen', { fault: '503' })
  const visitor = await behindTheScreens.logsIn(somebody)
  await sandbox.worksAgain()
  const asked = await quiet(sandbox)
  const before = await database.state()
  const ahead: Record<string, string>[] = [
    {}, { rsc: '1' }, { rsc: '1', 'next-router-prefetch': '1' }, { rsc: '1', 'next-router-prefetch': '2' }, { 'next-router-segment-prefetch': '/_tree', rsc: '1' }, { purpose: 'prefetch' },
    { 'sec-purpose': 'prefetch;prerender' }, { 'x-moz': 'prefetch' }, { 'x-middleware-prefetch': '1' },
  ]
  for (const headers of ahead) {
    for (const address of pages) {
      for (const method of ['GET', 'HEAD']) expect((await visitor.send(address, { method, headers })).status, `${method} ${address}`).toBeLessThan(500)
    }
  }
  expect(await quiet(sandbox)).toBe(asked)
  expect(await database.state()).toEqual(before)
})

test('looking at every page twice changes nothing and asks nobody', async ({ sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  const visitor = await behindTheScreens.logsIn(somebody)
  const consent = await database.consentOf(somebody)
  const stranger = await behindTheScreens.isAsked({ pid: newNumber() })
  const asked = await quiet(sandbox)
  const before = await database.state()
  const events = (await database.audit(somebody)).length
  for (const who of [visitor, stranger]) {
    for (const address of [...pages, `/consent/${consent?.id}`, `/consent/return?s=${'x'.repeat(43)}&Status=OK`]) {
      await who.send(address)
      await who.send(address)
    }
  }
  expect(await quiet(sandbox)).toBe(asked)
  expect(await database.state()).toEqual(before)
  const looks = (await database.audit(somebody)).slice(events)
  expect(looks.map(({ type }) => type)).toEqual(['reading.shown', 'reading.shown'])
})

test('each look at the figures stands in the audit log, once', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await logIn(page, somebody)
  await seeBalance(page, ordinaryTotal)
  await page.reload()
  await page.reload()
  await seeBalance(page, ordinaryTotal)
  const looks = (await database.audit(somebody)).filter(({ type }) => type === 'reading.shown')
  expect(looks).toHaveLength(3)
  expect(new Set(looks.map(({ correlationId }) => correlationId)).size).toBe(3)
})

test('a double click on «Gå til Altinn» asks once', async ({ page, sandbox, database }) => {
  await logIn(page, await somebodyWith(sandbox))
  await button(page, 'Gå til Altinn').dblclick()
  await expect(heading(page, 'Testbanken AS ber om samtykke fra deg')).toBeVisible()
  expect(await sandbox.consents()).toHaveLength(1)
  expect(await database.count('Consent')).toBe(1)
  expect(await sandbox.requests({ party: 'altinn', step: 'create' })).toHaveLength(1)
})

test('two tabs that both ask get the same request', async ({ sandbox, database, behindTheScreens }) => {
  const visitor = await behindTheScreens.logsIn(await somebodyWith(sandbox))
  const ends = await Promise.all(Array.from({ length: 6 }, () => visitor.press(visitor.at, 'Gå til Altinn')))
  expect(new Set(ends.map(({ url }) => url)).size).toBe(1)
  expect(await sandbox.consents()).toHaveLength(1)
  expect(await database.count('Consent')).toBe(1)
})

test('a double click on ID-porten’s button logs in once', async ({ page, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  await page.goto('/')
  await button(page, 'Logg inn').dblclick()
  await beAtIdporten(page, somebody)
  await goToAltinn(page)
  expect(await database.sessionsOf(somebody)).toHaveLength(1)
})

test('a double click on «Prøv igjen» fetches once', async ({ page, sandbox, behindTheScreens }) => {
  await sandbox.breaks('lanekassen', { fault: '503' })
  await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
  await expect(heading(page, 'Vi får ikke kontakt med Lånekassen')).toBeVisible()
  await sandbox.worksAgain()
  await button(page, 'Prøv igjen').dblclick()
  await seeBalance(page, ordinaryTotal)
  await quiet(sandbox)
  expect((await sandbox.calls()).answered).toBe(1)
})

test('ten who press at the same moment, in ten tabs, are served by one call', async ({ sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await sandbox.breaks('lanekassen', { fault: '503' })
  const visitor = await behindTheScreens.logsIn(somebody)
  await sandbox.breaks('lanekassen', { fault: 'slow', seconds: 0.5 })
  const form = formsOf(visitor.at.body).find(({ buttons }) => buttons.some(({ words }) => words === 'Prøv igjen'))
  if (!form) throw new Error('there is no form to try again with')
  const answers = await Promise.all(Array.from({ length: 10 }, () => visitor.submit(visitor.at, form, form.fields)))
  expect(new Set(answers.map(({ status, location }) => `${status} ${location}`))).toEqual(new Set([`303 ${visitor.origin}/balance`]))
  expect((await sandbox.requests({ party: 'lanekassen' })).filter(({ status }) => status === 200)).toHaveLength(1)
  expect(await database.count('HeldReading')).toBe(1)
  expect((await database.audit(somebody)).filter(({ type, outcome }) => type === 'source.read' && outcome === 'ok')).toHaveLength(1)
})
