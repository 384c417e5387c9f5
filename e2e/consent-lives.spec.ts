import { expect, test } from './journey.ts'
import { answer, button, heading, logIn, logInAgain, logOut, seeBalance } from './steps/applicant.ts'
import { formsOf } from './steps/by-post.ts'
import { ordinaryTotal, somebodyWith } from './steps/people.ts'
import { quiet } from './steps/sandbox.ts'
import { showsNoAmount, words } from './steps/screen.ts'

/** What becomes of a consent after it was given: told of, renewed, stopped, withdrawn, run out. */

test('the balance says how long the consent lasts and how to stop it', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  const { validTo } = (await database.consentOf(somebody)) ?? { validTo: new Date(0) }
  const day = new Intl.DateTimeFormat('nb-NO', { dateStyle: 'long', timeZone: 'Europe/Oslo' }).format(validTo)
  expect(await words(page)).toContain(`Samtykket er aktivt til ${day}.`)
  await expect(button(page, 'Forny samtykket')).toHaveCount(0)
  await page.getByText('Vil du trekke samtykket?').click()
  await expect(page.getByText('I Altinn velger du «Samtykke- og fullmaktsavtaler» og «Se/trekk samtykke».')).toBeVisible()
  const link = page.getByRole('link', { name: 'Trekk samtykket i Altinn' })
  expect(new URL(String(await link.getAttribute('href'))).origin).toBe(sandbox.url)
})

test('«Slutt å vise her» deletes the figures at once, and later log-ins fetch nothing', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await page.goto('/')
  await page.goto('/balance')
  await page.getByText('Vil du trekke samtykket?').click()
  await button(page, 'Slutt å vise her').click()
  await expect(heading(page, 'Vi viser ikke saldoen lenger')).toBeVisible()
  expect(await page.evaluate(() => document.body.innerText)).not.toMatch(/\d,\d\d.kr/)
  for (let steps = 0; steps < 2; steps++) {
    await page.goBack()
    await showsNoAmount(page)
  }
  expect([await database.count('HeldReading'), await database.count('ReadingSeal')]).toEqual([0, 0])
  expect(await database.consentOf(somebody)).toMatchObject({ status: 'revoked' })
  expect((await database.audit(somebody)).at(-1)).toMatchObject({ type: 'consent.closed', actor: 'applicant', outcome: 'stopped-here' })
  expect(await sandbox.consents(), 'in Altinn it stands until it is withdrawn there').toMatchObject([{ status: 'Accepted' }])

  await page.goto('/balance')
  await logOut(page)
  await logIn(page, somebody)
  await expect(heading(page, 'Vi viser ikke saldoen lenger')).toBeVisible()
  expect((await sandbox.calls()).asked).toBe(1)
  await button(page, 'Gi nytt samtykke').click()
  await answer(page, 'Ja, jeg gir samtykke')
  await logInAgain(page, somebody)
  await seeBalance(page, ordinaryTotal)
  expect(await sandbox.consents()).toHaveLength(2)
})

test('nobody can stop another person’s consent', async ({ page, sandbox, database, behindTheScreens }) => {
  const [somebody, intruder] = [await somebodyWith(sandbox), await somebodyWith(sandbox)]
  await behindTheScreens.seesTheirBalance(page, somebody)
  await behindTheScreens.consents(intruder)
  const visitor = await behindTheScreens.logsIn(intruder)
  const theirs = await database.consentOf(somebody)
  const form = formsOf(visitor.at.body).find(({ buttons }) => buttons.some(({ words: own }) => own === 'Slutt å vise her'))
  if (!form) throw new Error('there is no form to stop with')
  await visitor.submit(visitor.at, form, form.fields.map(([name, value]) => (name === 'consent' ? [name, String(theirs?.id)] : [name, value])))
  expect(await database.consentOf(somebody)).toMatchObject({ status: 'accepted' })
  await page.reload()
  await seeBalance(page, ordinaryTotal)
})

test('a consent that runs out in less than a month says so, and can be renewed while it still stands', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await database.ask(`UPDATE "Consent" SET "validTo" = now() + interval '31 days'`)
  await page.reload()
  await expect(button(page, 'Forny samtykket')).toHaveCount(0)
  await database.ask(`UPDATE "Consent" SET "validTo" = now() + interval '29 days'`)
  await page.reload()
  await expect(page.getByRole('heading', { name: /^Samtykket går ut \d+\. [a-z]+ \d{4}$/ })).toBeVisible()
  await button(page, 'Forny samtykket').click()
  await answer(page, 'Ja, jeg gir samtykke')
  await logInAgain(page, somebody)
  await seeBalance(page, ordinaryTotal)
  await expect(button(page, 'Forny samtykket')).toHaveCount(0)
  expect(await sandbox.consents()).toHaveLength(2)
})

test('somebody who begins to renew and says no keeps the consent they have', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await database.ask(`UPDATE "Consent" SET "validTo" = now() + interval '10 days'`)
  await page.reload()
  await button(page, 'Forny samtykket').click()
  await answer(page, 'Nei, jeg gir ikke samtykke')
  await logInAgain(page, somebody)
  await seeBalance(page, ordinaryTotal)
})

test('a withdrawal in Altinn is heard of while the balance is shown, and takes it away', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await sandbox.settings({ eventsDelaySeconds: 0 })
  await sandbox.revoke()
  await database.onTheMinute('follow-consent-events')
  await expect.poll(async () => (await database.consentOf(somebody))?.status).toBe('revoked')
  expect([await database.count('HeldReading'), await database.count('ReadingSeal')]).toEqual([0, 0])
  expect((await database.audit(somebody)).at(-1)).toMatchObject({ type: 'consent.closed', actor: 'system', outcome: 'revoked' })
  await page.reload()
  await expect(heading(page, 'Samtykket er trukket')).toBeVisible()
  await showsNoAmount(page)
})

test('an answer that the person never came back with is heard of, and costs no look-up', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await sandbox.settings({ eventsDelaySeconds: 0 })
  await database.onTheMinute('follow-consent-events')
  await expect.poll(async () => (await database.consentOf(somebody))?.status).toBe('accepted')
  await quiet(sandbox)
  expect(await sandbox.calls()).toEqual({ asked: 0, answered: 0 })
  await logIn(page, somebody)
  await seeBalance(page, ordinaryTotal)
})

test('a log-in that nobody ended is over when its time is, and what it held is gone', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await database.onTheMinute('end-expired-sessions')
  expect(await database.count('HeldReading')).toBe(1)
  await database.ages(somebody, 15)
  await database.onTheMinute('end-expired-sessions')
  await expect.poll(() => database.sessionsOf(somebody)).toEqual([])
  expect([await database.count('HeldReading'), await database.count('ReadingSeal')]).toEqual([0, 0])
  expect((await database.audit(somebody)).at(-1)).toMatchObject({ type: 'session.ended', actor: 'system', outcome: 'idle' })
})

test('a consent whose time is over is closed though nobody looks', async ({ sandbox, page, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await database.ask('UPDATE "Consent" SET "validTo" = now()')
  await database.onTheMinute('expire-consents')
  await expect.poll(async () => (await database.consentOf(somebody))?.status).toBe('expired')
  expect(await database.count('HeldReading')).toBe(0)
})
