import { expect, test } from './journey.ts'
import { button, goToAltinn, heading, logIn, seeBalance } from './steps/applicant.ts'
import { ordinaryTotal, somebodyWith } from './steps/people.ts'
import type { Fault } from './steps/sandbox.ts'
import { referenceOn, waitAfterLogIn } from './steps/screen.ts'
import { isOver, saysAbove, tellsOf, triesAgain } from './steps/trouble.ts'

const away = 'Vi får ikke kontakt med Maskinporten'
const ours = 'Noe er galt hos oss'

/** No instance has a token left from before. */
test.beforeEach(async ({ database }) => { await database.ask('DELETE FROM "TokenLease"') })

for (const [what, fault, title] of [
  ['breaks the connection', { fault: 'down' }, away],
  ['answers 500', { fault: '500' }, away],
  ['answers 503', { fault: '503' }, away],
  ['answers 429', { fault: '429', seconds: 30 }, away],
  ['answers with a web page', { fault: 'html' }, away],
  ['sends half of its JSON', { fault: 'truncated' }, away],
  ['sends other types than promised', { fault: 'wrong-types' }, away],
  ['sends fifty megabytes', { fault: 'huge' }, away],
  ['sends us elsewhere', { fault: 'redirect' }, away],
  ['refuses our grant', { fault: '400' }, ours],
  ['refuses our client', { fault: '401' }, ours],
  ['has a clock a minute behind ours', { fault: 'clock-skew', seconds: -60 }, ours],
  ['has a clock a minute ahead of ours', { fault: 'clock-skew', seconds: 60 }, ours],
] as const satisfies readonly (readonly [string, Fault, string])[]) {
  test(`Maskinporten ${what} when the balance is to be fetched: no call without a token, plain words, and later it works`, async ({ page, sandbox, database, behindTheScreens }) => {
    const somebody = await somebodyWith(sandbox)
    await behindTheScreens.consents(somebody)
    await behindTheScreens.logsIn(somebody) // has been here before: Altinn’s answer is known
    await database.ask('DELETE FROM "Session"')
    await sandbox.breaks('maskinporten', { ...fault, step: 'consent-token' })
    const asked = (await sandbox.calls()).asked
    const wait = waitAfterLogIn(page)
    await logIn(page, somebody)
    await tellsOf(page, title, 'Prøv igjen', 10_000)
    expect(wait()).toBeLessThan(10_000)
    expect((await sandbox.calls()).asked).toBe(asked)
    expect(await database.consentOf(somebody)).toMatchObject({ status: 'accepted' })
    await isOver(sandbox, database)
    await triesAgain(page)
    await seeBalance(page, ordinaryTotal)
  })
}

for (const [what, fault, title] of [
  ['is down', { fault: 'down' }, away], ['never answers', { fault: 'black-hole' }, away], ['answers after twelve seconds', { fault: 'slow', seconds: 12 }, away], ['refuses our grant', { fault: '400' }, ours], ['refuses our scope', { fault: '403' }, ours],
] as const satisfies readonly (readonly [string, Fault, string])[]) {
  test(`Maskinporten ${what} when Altinn is to be asked: the invitation says so with a reference, and later it works`, async ({ page, sandbox, database, behindTheScreens }) => {
    const somebody = await somebodyWith(sandbox)
    await behindTheScreens.isLoggedIn(page, somebody)
    await sandbox.breaks('maskinporten', { ...fault, step: 'token' })
    const since = Date.now()
    await button(page, 'Gå til Altinn').click()
    await saysAbove(page, title)
    expect(Date.now() - since).toBeLessThan(10_000)
    await referenceOn(page)
    expect(await sandbox.consents()).toEqual([])
    await isOver(sandbox, database)
    await goToAltinn(page)
    expect(await sandbox.consents()).toHaveLength(1)
  })
}

for (const fault of ['token-from', 'token-to', 'token-resource', 'token-type', 'token-id', 'token-consent-expired', 'token-without-consent', 'token-expired', 'token-key', 'token-consumer']) {
  test(`a consent token with the fault ${fault} never reaches Lånekassen`, async ({ page, sandbox, database, behindTheScreens }) => {
    const somebody = await somebodyWith(sandbox)
    await behindTheScreens.consents(somebody)
    await sandbox.breaks('maskinporten', { fault, step: 'consent-token' })
    await behindTheScreens.isLoggedIn(page, somebody)
    await tellsOf(page, ours)
    expect(await sandbox.calls()).toEqual({ asked: 0, answered: 0 })
    expect(await database.count('HeldReading')).toBe(0)
    expect(await database.consentOf(somebody)).toMatchObject({ status: 'accepted' })
    await isOver(sandbox, database)
    await triesAgain(page)
    await seeBalance(page, ordinaryTotal)
  })
}

for (const fault of ['expires-in-zero', 'expires-in-negative', 'expires-in-string', 'expires-in-absent']) {
  test(`a token answer with the fault ${fault} is either good for this once or refused in plain words`, async ({ page, sandbox, database, behindTheScreens }) => {
    const somebody = await somebodyWith(sandbox)
    await behindTheScreens.consents(somebody)
    await database.ask('DELETE FROM "TokenLease"')
    await sandbox.breaks('maskinporten', { fault })
    await logIn(page, somebody)
    await expect(heading(page, /Studielånet ditt|Vi får ikke kontakt med Maskinporten|Noe er galt hos oss/)).toBeVisible({ timeout: 10_000 })
    await isOver(sandbox, database)
    if ((await heading(page, 'Studielånet ditt').count()) === 0) await triesAgain(page)
    await seeBalance(page, ordinaryTotal)
  })
}

test('a Maskinporten that stumbles once is asked once more, and nobody notices', async ({ page, sandbox, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await sandbox.breaks('maskinporten', { fault: '503', times: 1, step: 'consent-token' })
  await logIn(page, somebody)
  await seeBalance(page, ordinaryTotal)
  expect(await sandbox.requests({ party: 'maskinporten', step: 'consent-token' })).toMatchObject([{ status: 503 }, { status: 200 }])
})

test('a clock that drifts is told of in the log before it is too late', async ({ house, sandbox, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await sandbox.breaks('maskinporten', { fault: 'clock-skew', seconds: 9 })
  const before = house.log.app().length
  await behindTheScreens.logsIn(somebody)
  expect((await sandbox.calls()).answered).toBe(1)
  expect(house.log.app().slice(before)).toContain('This machine’s clock is off: Maskinporten refuses grants from 10 s')
})

test('the reference on the page is the one in the log and in the audit log', async ({ page, house, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await sandbox.breaks('maskinporten', { fault: '400', step: 'consent-token' })
  await behindTheScreens.isLoggedIn(page, somebody)
  await expect(heading(page, ours)).toBeVisible()
  const reference = await referenceOn(page)
  const event = (await database.audit(somebody)).find(({ type, outcome }) => type === 'source.read' && outcome === 'misconfigured')
  expect.soft(event?.correlationId, 'the audit log has it').toBe(reference)
  expect.soft(house.log.app(), 'the log has it').toContain(reference)
})
