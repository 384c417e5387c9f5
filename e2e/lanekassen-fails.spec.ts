import { expect, test } from './journey.ts'
import { button, heading, logIn, seeBalance } from './steps/applicant.ts'
import { ordinaryTotal, somebodyWith } from './steps/people.ts'
import { quiet, type Fault } from './steps/sandbox.ts'
import { referenceOn, waitAfterLogIn, words } from './steps/screen.ts'
import { isOver, tellsOf, triesAgain } from './steps/trouble.ts'

const away = 'Vi får ikke kontakt med Lånekassen'
const notUnderstood = 'Vi forstår ikke svaret fra Lånekassen'
const ours = 'Noe er galt hos oss'

for (const [what, fault, title] of [
  ['breaks the connection', { fault: 'down' }, away],
  ['answers 500', { fault: '500' }, away],
  ['answers 502', { fault: '502' }, away],
  ['answers 503', { fault: '503' }, away],
  ['answers 504', { fault: '504' }, away],
  ['hangs up half-way', { fault: 'cut-off' }, away],
  ['does the work and loses the answer', { fault: 'lost-answer' }, away],
  ['sends us elsewhere', { fault: 'redirect' }, away],
  ['answers with a web page', { fault: 'html' }, notUnderstood],
  ['sends half of its JSON', { fault: 'truncated' }, notUnderstood],
  ['sends other types than promised', { fault: 'wrong-types' }, notUnderstood],
  ['sends fifty megabytes', { fault: 'huge' }, notUnderstood],
  ['sends what unpacks to far too much', { fault: 'gzip-bomb' }, notUnderstood],
  ['refuses the call', { fault: '400' }, ours],
  ['refuses our token', { fault: '401' }, ours],
  ['does not get the person’s number', { fault: 'drop-psu-id' }, ours],
  ['has a clock an hour ahead', { fault: 'clock-skew', seconds: 3600 }, ours],
  ['refuses the consent', { fault: '403' }, 'Lånekassen godtok ikke samtykket'],
] as const satisfies readonly (readonly [string, Fault, string])[]) {
  test(`Lånekassen ${what}: the page says whose side it is on, and trying again works once it is over`, async ({ page, sandbox, database, behindTheScreens }) => {
    const somebody = await somebodyWith(sandbox)
    await behindTheScreens.consents(somebody)
    await sandbox.breaks('lanekassen', fault)
    await behindTheScreens.isLoggedIn(page, somebody)
    await tellsOf(page, title)
    await referenceOn(page)
    await page.reload()
    await tellsOf(page, title)
    expect(await database.count('HeldReading')).toBe(0)
    expect((await sandbox.requests({ party: 'lanekassen' })).length, 'a reload asks nobody').toBeLessThanOrEqual(2)

    await triesAgain(page)
    await tellsOf(page, title)
    await isOver(sandbox, database)
    await triesAgain(page)
    await seeBalance(page, ordinaryTotal)
    expect(await database.consentOf(somebody)).toMatchObject({ status: 'accepted' })
    expect((await sandbox.calls()).answered).toBe(1)
  })
}

for (const [what, fault] of [['answers after twelve seconds', { fault: 'slow', seconds: 12 }], ['never answers', { fault: 'black-hole' }], ['sends its answer drop by drop', { fault: 'trickle', seconds: 14 }]] as const) {
  test(`Lånekassen ${what}: within ten seconds the page says so, and never a spinner without words`, async ({ page, sandbox, database, behindTheScreens }) => {
    const somebody = await somebodyWith(sandbox)
    await behindTheScreens.consents(somebody)
    await sandbox.breaks('lanekassen', fault)
    const waits: number[] = []
    page.on('response', (answer) => void answer.finished().then(() => { waits.push(answer.request().timing().responseEnd) }, () => undefined))
    const wait = waitAfterLogIn(page)
    await logIn(page, somebody)
    expect(await words(page)).toMatch(/Vi spør Altinn om svaret ditt|Vi henter saldoen din|Vi får ikke kontakt med Lånekassen/)
    await tellsOf(page, away, 'Prøv igjen', 12_000)
    expect(wait()).toBeLessThan(12_000)
    expect(Math.max(...waits), 'every answer of ours comes within ten seconds').toBeLessThan(10_000)
    await isOver(sandbox, database)
    await button(page, 'Prøv igjen').click()
    await seeBalance(page, ordinaryTotal)
  })
}

test('a slow Lånekassen is waited for: the page shows the balance as soon as it is there, by itself', async ({ page, sandbox, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await sandbox.breaks('lanekassen', { fault: 'slow', seconds: 3.5 })
  await logIn(page, somebody)
  await seeBalance(page, ordinaryTotal)
  expect(await sandbox.calls()).toMatchObject({ asked: 1 })
})

test('a Lånekassen that is too busy says for how long, and nobody asks it before that', async ({ page, sandbox, database, behindTheScreens }) => {
  const [somebody, other] = [await somebodyWith(sandbox), await somebodyWith(sandbox)]
  await behindTheScreens.consents(somebody)
  await behindTheScreens.consents(other)
  await sandbox.breaks('lanekassen', { fault: '429', seconds: 40, times: 1 })
  await behindTheScreens.isLoggedIn(page, somebody)
  await tellsOf(page, 'Lånekassen har mye å gjøre akkurat nå')
  expect(await words(page)).toMatch(/Prøv igjen om (40|3\d) sekunder\./)
  await triesAgain(page)
  await tellsOf(page, 'Lånekassen har mye å gjøre akkurat nå')
  await behindTheScreens.logsIn(other)
  await quiet(sandbox)
  expect((await sandbox.calls()).asked, 'the gate is closed for everybody').toBe(1)
  expect((await sandbox.requests({ party: 'maskinporten', step: 'consent-token' })).length).toBe(1)

  await database.ask('UPDATE "UpstreamGate" SET "closedUntil" = now()')
  await button(page, 'Prøv igjen').click()
  await seeBalance(page, ordinaryTotal)
})

for (const [fault, seconds] of [
  [{ retryAfter: 'none' }, 30], [{ retryAfter: 'garbage', seconds: 5 }, 30], [{ retryAfter: 'date', seconds: 90 }, 90], [{ retryAfter: 'seconds', seconds: 7200 }, 900], [{ retryAfter: 'seconds', seconds: 0 }, 1], [{ retryAfter: 'seconds', seconds: -5 }, 30],
] as const) {
  test(`«Retry-After» as ${JSON.stringify(fault)} keeps us away for ${seconds} seconds`, async ({ sandbox, database, behindTheScreens }) => {
    const somebody = await somebodyWith(sandbox)
    await behindTheScreens.consents(somebody)
    await sandbox.breaks('lanekassen', { fault: '429', ...fault })
    const before = Date.now()
    await behindTheScreens.logsIn(somebody)
    const after = Date.now()
    const [gate] = (await database.ask('SELECT "closedUntil" FROM "UpstreamGate"')) as { closedUntil: Date }[]
    // An HTTP date has no fractions of a second.
    expect(Number(gate?.closedUntil)).toBeGreaterThan(before + (seconds - 2) * 1000)
    expect(Number(gate?.closedUntil)).toBeLessThan(after + (seconds + 1) * 1000)
  })
}

test('a Lånekassen that fails five times is left in peace for a while, then asked once to see whether it is back', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await sandbox.breaks('lanekassen', { fault: '503' })
  await behindTheScreens.isLoggedIn(page, somebody)
  // However long a press takes, the first failure was just now, and the while has just begun.
  const noTimePasses = () => database.ask(`UPDATE "UpstreamGate" SET "firstFailureAt" = now(), "closedUntil" = CASE WHEN "closedUntil" IS NOT NULL THEN now() + interval '5 seconds' END`)
  for (let times = 0; times < 6; times++) {
    await noTimePasses()
    await triesAgain(page)
  }
  await tellsOf(page, away)
  expect((await sandbox.calls()).asked).toBe(5)
  await database.ask('UPDATE "UpstreamGate" SET "closedUntil" = now()')
  await triesAgain(page)
  expect((await sandbox.calls()).asked).toBe(6)
  await noTimePasses()
  await triesAgain(page)
  expect((await sandbox.calls()).asked).toBe(6)
  await isOver(sandbox, database)
  await triesAgain(page)
  await seeBalance(page, ordinaryTotal)
})

test('somebody Lånekassen does not know can log out, and is not asked to try again', async ({ page, sandbox, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await sandbox.breaks('lanekassen', { fault: '404' })
  await behindTheScreens.isLoggedIn(page, somebody)
  await tellsOf(page, 'Lånekassen finner ingen opplysninger om deg', null)
  expect(await words(page)).toContain('Det er ikke det samme som at saldoen er null.')
  await expect(button(page, 'Prøv igjen')).toHaveCount(0)
})

test('the reference on the page is the one in the log and in the audit log', async ({ page, house, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await sandbox.breaks('lanekassen', { fault: '500' })
  await behindTheScreens.isLoggedIn(page, somebody)
  await expect(heading(page, away)).toBeVisible()
  const reference = await referenceOn(page)
  const event = (await database.audit(somebody)).find(({ type, outcome }) => type === 'source.read' && outcome === 'source-unavailable')
  expect.soft(event?.correlationId, 'the audit log has it').toBe(reference)
  expect.soft(house.log.app(), 'the log has it').toContain(reference)
})
