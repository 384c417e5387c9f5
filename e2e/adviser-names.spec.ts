import { expect, test } from './journey.ts'
import { galleries } from './steps/galleries.ts'
import { lookAtEach } from './steps/look-at-each.ts'
import { ordinaryTotal, somebodyWith } from './steps/people.ts'
import { downloadsEverything, enterCode, seesTheCustomersBalance, startSharing, stop } from './steps/sharing.ts'
import { adviser, logInAsStaff } from './steps/staff.ts'

test.use({ houseSettings: galleries.named.settings })
lookAtEach(galleries.named.screens)

test('where the bank tells names, the customer reads who looks and who looked, on the screen and in the files; one who is gone has role and unit', async ({ page, anotherBrowser, sandbox, behindTheScreens, database, house }) => {
  await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
  const bank = await anotherBrowser()
  await logInAsStaff(bank, adviser)
  await enterCode(bank, await startSharing(page))
  await seesTheCustomersBalance(bank, ordinaryTotal)
  await expect(page.getByText(`Delt nå – ${adviser.name}, rådgiver ved Avdeling Sentrum, har kunnet se saldoen din siden`)).toBeVisible()
  await stop(page)
  await expect(page.getByText('Delingen er stoppet.')).toBeVisible()

  const seen = page.getByRole('region', { name: 'Hvem har sett saldoen din' })
  await page.goto('/my-data')
  await expect(seen).toContainText(`Vist for ${adviser.name}, rådgiver ved Avdeling Sentrum. Formål: Lånesøknad.`)
  const { json, html } = await downloadsEverything(page)
  expect(JSON.parse(json)).toMatchObject({ shares: [{ name: adviser.name, unit: 'Avdeling Sentrum', purpose: 'Lånesøknad', caseNumber: '2026/17' }] })
  expect(html).toContain(`Vist for ${adviser.name}, rådgiver ved Avdeling Sentrum. Formål: Lånesøknad.`)

  expect(JSON.stringify(await database.ask('SELECT to_jsonb(e) AS line FROM "AuditEvent" e'))).not.toContain('Ragnhild')
  expect(house.log.app()).not.toContain('Ragnhild')

  await database.ask('DELETE FROM "StaffSession"; DELETE FROM "StaffMember"')
  await page.reload()
  await expect(seen).toContainText('Vist for en rådgiver ved Avdeling Sentrum. Formål: Lånesøknad.')
  expect(await page.content()).not.toContain('Ragnhild')
})
