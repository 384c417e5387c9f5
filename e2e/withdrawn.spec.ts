import { expect, test } from './journey.ts'
import { answer, button, goToAltinn, heading, logIn, logInAgain, logOut, seeBalance } from './steps/applicant.ts'
import { ordinaryTotal, somebodyWith } from './steps/people.ts'
import { showsNoAmount } from './steps/screen.ts'

test('a consent withdrawn before the figures were fetched: the page says so, and the record is closed', async ({ page, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  await logIn(page, somebody)
  await goToAltinn(page)
  await answer(page, 'Ja, jeg gir samtykke')
  await sandbox.revoke()
  await logInAgain(page, somebody)
  await expect(heading(page, 'Samtykket er trukket')).toBeVisible()
  await showsNoAmount(page)
  expect(await sandbox.calls()).toEqual({ asked: 0, answered: 0 })
  expect(await database.consentOf(somebody)).toMatchObject({ status: 'revoked' })
})

test('a consent withdrawn since the last log-in: nothing is shown, and a new one may be given', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await logOut(page)
  await sandbox.revoke()

  await logIn(page, somebody)
  await expect(heading(page, 'Samtykket er trukket')).toBeVisible()
  await showsNoAmount(page)
  expect(await sandbox.calls()).toEqual({ asked: 1, answered: 1 })
  expect(await database.consentOf(somebody)).toMatchObject({ status: 'revoked' })
  expect((await database.audit(somebody)).at(-2)).toMatchObject({ type: 'consent.closed', outcome: 'revoked' })

  await button(page, 'Gi nytt samtykke').click()
  await answer(page, 'Ja, jeg gir samtykke')
  await logInAgain(page, somebody)
  await seeBalance(page, ordinaryTotal)
})

test('somebody who withdraws in Altinn’s own pages is believed at the next log-in', async ({ page, sandbox, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await logIn(page, somebody)
  await seeBalance(page, ordinaryTotal)
  await page.goto(`${sandbox.url}/altinn/profile`)
  await page.getByRole('link', { name: 'Se/trekk samtykke' }).click()
  await button(page, 'Trekk samtykket').click()
  await expect(page.getByText(/^Trukket/)).toBeVisible()
  await page.goto('/balance')
  await logOut(page)
  await logIn(page, somebody)
  await expect(heading(page, 'Samtykket er trukket')).toBeVisible()
})

test('a consent that has run out is told of, and may be given anew', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await logOut(page)
  await sandbox.expire()
  await database.ask(`UPDATE "Consent" SET "validTo" = now() - interval '1 second'`)

  await logIn(page, somebody)
  await expect(heading(page, 'Samtykket har gått ut')).toBeVisible()
  await showsNoAmount(page)
  expect(await sandbox.calls()).toEqual({ asked: 1, answered: 1 })
  await button(page, 'Gi nytt samtykke').click()
  await expect(heading(page, 'Testbanken AS ber om samtykke fra deg')).toBeVisible()
})

test('a consent that runs out while its balance is shown takes the balance with it', async ({ page, sandbox, database, behindTheScreens }) => {
  await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
  await seeBalance(page, ordinaryTotal)
  await database.ask(`UPDATE "Consent" SET "validTo" = now()`)
  await page.reload()
  await expect(heading(page, 'Samtykket har gått ut')).toBeVisible()
  await showsNoAmount(page)
})
