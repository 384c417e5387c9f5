import { expect, test } from './journey.ts'
import { button, heading } from './steps/applicant.ts'
import { newNumber, somebodyWith } from './steps/people.ts'
import { admin, adviser, logInAsStaff, staffByPost } from './steps/staff.ts'

test('an admin sees what works, and what does not, as it was last seen', async ({ page, sandbox, behindTheScreens, anotherBrowser }) => {
  const upstream = (name: string) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) })
  const somebodyAsks = async () => behindTheScreens.seesTheirBalance(await anotherBrowser(), await somebodyWith(sandbox))
  await logInAsStaff(page, admin)
  await page.getByRole('link', { name: 'Drift' }).first().click()
  await expect(heading(page, 'Drift')).toBeVisible()
  await expect(async () => {
    await somebodyAsks()
    await page.reload()
    for (const name of ['ID-porten', 'Bankens innlogging for ansatte', 'Maskinporten', 'Altinn', 'Lånekassen']) await expect(upstream(name)).toContainText('Virker', { timeout: 500 })
  }).toPass()
  await expect(page.getByText('Lånekassens logo mangler. Be om den gjennom Bits.')).toBeVisible()
  await expect(page.getByText('seal-audit-log')).toBeVisible()

  await sandbox.breaks('lanekassen', { fault: 'down' })
  await somebodyAsks()
  await expect(async () => {
    await page.reload()
    await expect(upstream('Lånekassen')).toContainText('Svarte ikke sist vi spurte', { timeout: 500 })
  }).toPass()
  await expect(page.getByRole('heading', { name: 'Virker ikke' })).toBeVisible()
})

test('an admin ends an employee’s log-ins, and they are out at once', async ({ page, house, database }) => {
  const employee = await staffByPost(house.appUrl, adviser)
  await logInAsStaff(page, admin)
  await page.getByRole('link', { name: 'Tilganger' }).first().click()
  await button(page, `Logg ut ${adviser.name}`).click()
  await expect(page.getByText('Innloggingene er avsluttet.')).toBeVisible()
  expect((await employee.get('/staff')).url).toContain('/staff/logged-out?why=elsewhere')
  expect((await database.staffAudit()).map(({ type, outcome }) => `${type}: ${outcome}`)).toEqual(expect.arrayContaining(['staff-session.end-ordered: null', 'staff-session.ended: ended-by-admin']))
})

test('an admin protects somebody and takes it back; the number stands in no address, page, log or table', async ({ page, database, house }) => {
  const pid = newNumber()
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await logInAsStaff(page, admin)
  await page.goto('/staff/access')
  const change = async (typed: string, what: string, words: string) => {
    await page.getByLabel('Fødselsnummer').fill(typed)
    await page.getByLabel(what).check()
    await button(page, 'Lagre').click()
    await expect(page.getByText(words).first()).toBeVisible()
  }
  await change('12345678901', 'Skjerm personen', 'Dette er ikke et fødselsnummer')
  await change(pid, 'Skjerm personen', 'Personen er skjermet.')
  await change(pid, 'Skjerm personen', 'Personen var skjermet fra før.')
  expect(await database.count('ProtectedPerson')).toBe(1)
  const shown = await page.content()
  await change(pid, 'Ta bort skjermingen', 'Personen er ikke lenger skjermet.')
  expect(await database.count('ProtectedPerson')).toBe(0)
  for (const place of [asked.join(), shown, house.log.app(), JSON.stringify(await database.dump())]) expect(place).not.toContain(pid)
})
