import { expect, test } from './journey.ts'
import { button, goToAltinn, heading, logIn, seeBalance } from './steps/applicant.ts'
import { ordinaryTotal, somebodyWith } from './steps/people.ts'
import type { Fault } from './steps/sandbox.ts'
import { referenceOn, waitAfterLogIn } from './steps/screen.ts'
import { isOver, saysAbove, tellsOf, triesAgain } from './steps/trouble.ts'

const away = 'Vi får ikke kontakt med Altinn'

for (const [what, fault, title] of [
  ['is down', { fault: 'down' }, away],
  ['never answers', { fault: 'black-hole' }, away],
  ['answers 500', { fault: '500' }, away],
  ['answers with a web page', { fault: 'html' }, away],
  ['sends half of its JSON', { fault: 'truncated' }, away],
  ['sends fifty megabytes', { fault: 'huge' }, away],
  ['sends us elsewhere', { fault: 'redirect' }, away],
  ['refuses us', { fault: '403' }, 'Noe er galt hos oss'],
] as const satisfies readonly (readonly [string, Fault, string])[]) {
  test(`Altinn ${what} when it is to be asked: the invitation says so with a reference within ten seconds, and later it works`, async ({ page, sandbox, database, behindTheScreens }) => {
    const somebody = await somebodyWith(sandbox)
    await behindTheScreens.isLoggedIn(page, somebody)
    await sandbox.breaks('altinn', { ...fault, step: 'create' })
    const since = Date.now()
    await button(page, 'Gå til Altinn').click()
    await saysAbove(page, title)
    expect(Date.now() - since).toBeLessThan(10_000)
    await referenceOn(page)
    await isOver(sandbox, database)
    await goToAltinn(page)
    expect(await sandbox.consents()).toHaveLength(1)
    expect(await database.count('Consent'), 'it is still the same request').toBe(1)
  })
}

for (const [what, fault, title] of [
  ['is down', { fault: 'down' }, away],
  ['never answers', { fault: 'black-hole' }, away],
  ['answers 500', { fault: '500' }, away],
  ['answers with a web page', { fault: 'html' }, away],
  ['sends other types than promised', { fault: 'wrong-types' }, away],
  ['does not know the request', { fault: '404' }, 'Noe er galt hos oss'],
  ['refuses us', { fault: '403' }, 'Noe er galt hos oss'],
] as const satisfies readonly (readonly [string, Fault, string])[]) {
  test(`Altinn ${what} when the answer is to be had: the page says so within ten seconds, and the answer is not lost`, async ({ page, sandbox, database, behindTheScreens }) => {
    const somebody = await somebodyWith(sandbox)
    await behindTheScreens.consents(somebody)
    await sandbox.breaks('altinn', { ...fault, step: 'status' })
    const wait = waitAfterLogIn(page)
    await logIn(page, somebody)
    await tellsOf(page, title, 'Prøv igjen', 10_000)
    expect(wait()).toBeLessThan(10_000)
    await referenceOn(page)
    expect(await sandbox.calls()).toEqual({ asked: 0, answered: 0 })
    expect(await database.consentOf(somebody), 'only Altinn’s word ends a consent').toMatchObject({ status: 'requested' })
    await isOver(sandbox, database)
    await triesAgain(page)
    await seeBalance(page, ordinaryTotal)
  })
}

test('Altinn down from the first to the last: nothing is lost that was there', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.isLoggedIn(page, somebody)
  await sandbox.breaks('altinn', { fault: 'down' })
  await button(page, 'Gå til Altinn').click()
  await saysAbove(page, away)
  await page.goto('/consent/return')
  await tellsOf(page, away, 'Prøv igjen', 10_000)
  await isOver(sandbox, database)
  await page.goto('/consent')
  await goToAltinn(page)
})

test('a request whose answer got lost on the way is not made twice', async ({ page, sandbox, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.isLoggedIn(page, somebody)
  await sandbox.breaks('altinn', { fault: 'lost-answer', step: 'create', times: 1 })
  await goToAltinn(page)
  expect(await sandbox.consents()).toHaveLength(1)
  expect((await sandbox.requests({ party: 'altinn', step: 'create' })).map(({ status }) => status)).toEqual([0, 200])
})

test('a token that Altinn refuses is replaced, once', async ({ page, sandbox, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.isLoggedIn(page, somebody)
  await sandbox.breaks('altinn', { fault: '401', step: 'create', times: 1 })
  await goToAltinn(page)
  await page.goBack()
  await sandbox.breaks('altinn', { fault: '401', step: 'create' })
  const before = (await sandbox.requests({ party: 'altinn', step: 'create' })).length
  await button(page, 'Gå til Altinn').click()
  await expect(page.getByRole('heading', { level: 2 })).toBeVisible({ timeout: 10_000 })
  expect((await sandbox.requests({ party: 'altinn', step: 'create' })).length - before).toBe(2)
})

test('somebody whom Altinn’s register does not know is told so in plain words', async ({ page, sandbox }) => {
  const alma = (await sandbox.people()).find(({ name }) => name === 'Alma Altinnløs')
  if (!alma) throw new Error('Alma is not in the sandbox')
  await logIn(page, alma)
  await button(page, 'Gå til Altinn').click()
  await saysAbove(page, 'Altinn tok ikke imot forespørselen')
  await referenceOn(page)
})

test('the reference on the invitation is the one in the log and in the audit log', async ({ page, house, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.isLoggedIn(page, somebody)
  await sandbox.breaks('altinn', { fault: '500', step: 'create' })
  await button(page, 'Gå til Altinn').click()
  await saysAbove(page, away)
  const reference = await referenceOn(page)
  expect.soft((await database.audit(somebody)).find(({ type }) => type === 'consent.requested')?.correlationId, 'the audit log has it').toBe(reference)
  expect.soft(house.log.app(), 'the log has it').toContain(reference)
})

test('the reference on the page after the answer is one that the log has', async ({ page, house, sandbox, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await sandbox.breaks('altinn', { fault: '500', step: 'status' })
  await behindTheScreens.isLoggedIn(page, somebody)
  await expect(heading(page, away)).toBeVisible()
  expect(house.log.app()).toContain(await referenceOn(page))
})
