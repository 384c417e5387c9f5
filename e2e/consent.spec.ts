import { expect, test } from './journey.ts'
import { answer, button, decline, giveConsent, goToAltinn, heading, logIn, logInAgain, logOut, seeBalance } from './steps/applicant.ts'
import { ordinaryTotal, somebodyWith } from './steps/people.ts'
import { quiet } from './steps/sandbox.ts'
import { showsNoAmount } from './steps/screen.ts'

test('somebody who says yes sees their student loan, and nothing once they have logged out', async ({ page, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  await logIn(page, somebody)
  await expect(heading(page, 'Vil du la oss hente saldoen din?')).toBeVisible()
  await giveConsent(page, somebody)
  await seeBalance(page, ordinaryTotal)
  await logOut(page)
  await showsNoAmount(page)
  expect(await sandbox.calls()).toEqual({ asked: 1, answered: 1 })
  expect((await database.audit(somebody)).map(({ type, outcome }) => [type, outcome])).toEqual([
    ['session.started', null], ['consent.requested', null], ['session.ended', 'back-channel'],
    ['session.started', null], ['consent.settled', 'accepted'], ['source.read-started', null], ['source.read', 'ok'], ['reading.shown', null], ['session.ended', 'own'],
  ])
})

test('somebody who says no is told so and nothing is fetched; asked again, they may say yes', async ({ page, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  await logIn(page, somebody)
  await decline(page, somebody)
  await expect(heading(page, 'Du sa nei')).toBeVisible()
  await expect(page.getByText('Vi har ikke hentet noe.')).toBeVisible()
  await quiet(sandbox)
  expect(await sandbox.calls()).toEqual({ asked: 0, answered: 0 })
  expect(await sandbox.requests({ party: 'maskinporten', step: 'consent-token' })).toEqual([])
  expect(await database.consentOf(somebody)).toMatchObject({ status: 'rejected' })

  await button(page, 'Spør meg på nytt').click()
  await answer(page, 'Ja, jeg gir samtykke')
  await logInAgain(page, somebody)
  await seeBalance(page, ordinaryTotal)
  expect(await sandbox.consents()).toMatchObject([{ status: 'Rejected' }, { status: 'Accepted' }])
})

test('somebody who declined and is done is at the start, still logged in', async ({ page, sandbox }) => {
  const somebody = await somebodyWith(sandbox)
  await logIn(page, somebody)
  await decline(page, somebody)
  await button(page, 'Ferdig').click()
  await expect(heading(page, 'Se studielånet ditt hos Testbanken AS')).toBeVisible()
  await expect(button(page, 'Logg ut')).toBeVisible()
})

test('somebody who does not want to now is at the start, and Altinn has heard nothing', async ({ page, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  await logIn(page, somebody)
  await button(page, 'Nei takk, ikke nå').click()
  await expect(heading(page, 'Se studielånet ditt hos Testbanken AS')).toBeVisible()
  expect(await sandbox.consents()).toEqual([])
  expect(await database.consentOf(somebody)).toBeUndefined()
})

test('somebody who turns round in Altinn and presses again gets the same request', async ({ page, sandbox }) => {
  await logIn(page, await somebodyWith(sandbox))
  await goToAltinn(page)
  const [asked] = await sandbox.consents()
  await page.goBack()
  await expect(heading(page, 'Vil du la oss hente saldoen din?')).toBeVisible()
  await goToAltinn(page)
  expect(page.url()).toContain(String(asked?.id))
  expect(await sandbox.consents()).toHaveLength(1)
})

test('somebody who has not answered can go on where they were', async ({ page, sandbox, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.isAsked(somebody)
  const asked = await sandbox.newest()

  await logIn(page, somebody)
  await expect(heading(page, 'Du har ikke svart i Altinn ennå')).toBeVisible()
  expect(await sandbox.calls()).toEqual({ asked: 0, answered: 0 })
  await button(page, 'Fortsett i Altinn').click()
  await expect(heading(page, 'Testbanken AS ber om samtykke fra deg')).toBeVisible()
  expect(page.url()).toContain(asked.id)
  await answer(page, 'Ja, jeg gir samtykke')
  await logInAgain(page, somebody)
  await seeBalance(page, ordinaryTotal)
  expect(await sandbox.consents()).toHaveLength(1)
})

test('a request that ran out before the answer is not mourned: the person is asked anew', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.isAsked(somebody)
  await database.ask(`UPDATE "Consent" SET "requestedAt" = "requestedAt" - interval '25 hours'`)
  const old = await database.consentOf(somebody)

  await logIn(page, somebody)
  await page.goto(`/consent/${old?.id}`)
  await expect(heading(page, 'Forespørselen gikk ut før du svarte')).toBeVisible()
  await button(page, 'Lag ny forespørsel').click()
  await answer(page, 'Ja, jeg gir samtykke')
  await logInAgain(page, somebody)
  await seeBalance(page, ordinaryTotal)
  expect(await database.ask('SELECT "status" FROM "Consent" ORDER BY "requestedAt"')).toEqual([{ status: 'expired' }, { status: 'accepted' }])
})

test('where Altinn does not log people out, the answer is taken up by itself', async ({ page, sandbox }) => {
  await sandbox.settings({ ssoLogoutAfterConsent: false })
  const somebody = await somebodyWith(sandbox)
  await logIn(page, somebody)
  await goToAltinn(page)
  await button(page, 'Ja, jeg gir samtykke').click()
  await seeBalance(page, ordinaryTotal)
  expect(await sandbox.requests({ party: 'idporten', step: 'login' })).toHaveLength(2)
})

test('somebody whose answer comes back in another browser logs in there and goes on', async ({ page, sandbox, anotherBrowser }) => {
  const somebody = await somebodyWith(sandbox)
  await logIn(page, somebody)
  await goToAltinn(page)
  await answer(page, 'Ja, jeg gir samtykke')
  const phone = await anotherBrowser()
  await phone.goto(page.url())
  await logInAgain(phone, somebody)
  await seeBalance(phone, ordinaryTotal)
})

test('the day after, the log-in leads straight to the balance, without Altinn', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await seeBalance(page, ordinaryTotal)
  await logOut(page)
  await logIn(page, somebody)
  await seeBalance(page, ordinaryTotal)
  expect(await sandbox.calls()).toEqual({ asked: 2, answered: 2 })
  expect(await sandbox.requests({ party: 'altinn', step: 'create' })).toHaveLength(1)
  expect(await database.count('Consent')).toBe(1)
})
