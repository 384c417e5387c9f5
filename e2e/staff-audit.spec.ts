import { expect, test } from './journey.ts'
import { button, heading } from './steps/applicant.ts'
import { ordinaryDigits, plain } from './steps/screen.ts'
import { adviser, auditor, logInAsStaff, staffByPost } from './steps/staff.ts'
import { newNumber, ordinaryTotal, somebodyWith } from './steps/people.ts'
import { enterCode, seesTheCustomersBalance, startSharing } from './steps/sharing.ts'

test('an auditor finds a person by their number, reads who has seen their balance, and that stands in the log too', async ({ page, sandbox, database, behindTheScreens, anotherBrowser }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(await anotherBrowser(), somebody)
  const subjectRef = await database.subjectOf(somebody)

  await logInAsStaff(page, auditor)
  await page.getByRole('link', { name: 'Revisjon' }).first().click()
  await expect(heading(page, 'Revisjon')).toBeVisible()
  await page.getByText('Finn personreferansen til en kunde').click()
  await page.getByLabel('Fødselsnummer').fill(somebody.pid)
  await button(page, 'Finn referansen').click()
  await expect(page).toHaveURL(new RegExp(`person=${subjectRef}`))
  await expect(page.getByRole('heading', { name: 'Alt om denne personen' })).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'Beløp vist' })).toHaveCount(2)
  await page.getByLabel('Hendelse').selectOption({ label: 'Beløp vist' })
  await button(page, 'Søk').click()
  await expect(page.locator('ol > li')).toHaveCount(2)
  await expect(page.locator('ol > li').first()).toContainText('Kunden')

  const shown = await page.content()
  for (const secret of [somebody.pid, '13 055', ordinaryDigits]) expect(plain(shown)).not.toMatch(secret)
  const read = (await database.staffAudit()).map(({ type, outcome }) => `${type}: ${outcome}`)
  expect(read).toEqual(expect.arrayContaining(['audit.read: newest', 'audit.person-sought: found', 'audit.read: person', 'audit.read: event-person']))
})

test('an auditor finds an adviser’s look by its case: who, where, what for and of whom, and no amount', async ({ page, anotherBrowser, sandbox, behindTheScreens, database }) => {
  const [customer, bank] = [await anotherBrowser(), await anotherBrowser()]
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(customer, somebody)
  await logInAsStaff(bank, adviser)
  await enterCode(bank, await startSharing(customer), { caseNumber: 'A-77/3' })
  await seesTheCustomersBalance(bank, ordinaryTotal)

  await logInAsStaff(page, auditor)
  await page.getByRole('link', { name: 'Revisjon' }).first().click()
  await page.getByLabel('Saksnummer').fill('A-77/3')
  await button(page, 'Søk').click()
  const look = page.locator('ol > li', { hasText: 'Beløp vist' })
  await expect(look).toHaveCount(1)
  for (const words of [adviser.name, 'Avdeling Sentrum', 'Lånesøknad', 'A-77/3', await database.subjectOf(somebody)]) await expect(look).toContainText(words)
  await expect(page.locator('ol > li', { hasText: 'Kunde logget inn' })).toHaveCount(0)
  const shown = await page.content()
  for (const secret of [somebody.pid, '13 055', '12 684', ordinaryDigits]) expect(plain(shown)).not.toMatch(secret)
})

test('a number that nobody here has, and one that is none, are told apart, and stand in no address', async ({ page, database }) => {
  await logInAsStaff(page, auditor)
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  for (const [typed, words] of [[newNumber(), 'Vi kjenner ingen med dette nummeret'], ['12345678901', 'Dette er ikke et fødselsnummer']] as const) {
    await page.goto('/staff/audit')
    await page.getByText('Finn personreferansen til en kunde').click()
    await page.getByLabel('Fødselsnummer').fill(typed)
    await button(page, 'Finn referansen').click()
    await expect(page.getByText(words)).toBeVisible()
    expect(asked.join()).not.toContain(typed)
  }
  expect((await database.staffAudit()).filter(({ type }) => type === 'audit.person-sought')).toMatchObject([{ outcome: 'not-found' }])
})

test('what cannot be searched for is said beside its field, and nothing is read', async ({ page, database }) => {
  await logInAsStaff(page, auditor)
  await page.goto('/staff/audit?person=hvem&reference=x&from=2026-02-30')
  for (const words of ['En personreferanse har 36 tegn', 'En referanse ser slik ut', 'Skriv en dato som finnes']) await expect(page.getByText(words)).toBeVisible()
  expect((await database.staffAudit()).filter(({ type }) => type === 'audit.read')).toEqual([])
})

test('the log is taken out as JSON Lines and as CSV, and that is logged', async ({ house, database, behindTheScreens }) => {
  await behindTheScreens.logsIn({ pid: newNumber() })
  const employee = await staffByPost(house.appUrl, auditor)
  const [jsonl, csv] = [await employee.send('/staff/audit/export.jsonl?type=session.started'), await employee.send('/staff/audit/export.csv?type=session.started')]
  const lines = jsonl.body.trim().split('\n').map((line) => JSON.parse(line) as { type: string })
  expect(lines.length).toBeGreaterThan(0)
  expect(new Set(lines.map(({ type }) => type))).toEqual(new Set(['session.started']))
  expect(csv.body.trim().split('\r\n')).toHaveLength(lines.length + 1)
  expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="audit-[\d-]+\.csv"$/)
  expect((await database.staffAudit()).filter(({ type }) => type === 'audit.exported').map(({ outcome }) => outcome)).toEqual(['jsonl', 'csv'])
  expect((await employee.send('/staff/audit/export.csv', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
})

test('when it cannot be written down that the log is read, nothing of it is shown, and nothing taken out', async ({ page, house, database, behindTheScreens }) => {
  await behindTheScreens.logsIn({ pid: newNumber() })
  await logInAsStaff(page, auditor)
  await expect(heading(page, 'For ansatte')).toBeVisible()
  const employee = await staffByPost(house.appUrl, auditor)
  await database.ask('REVOKE INSERT ON "AuditEvent" FROM saldosyn_app')
  try {
    await page.goto('/staff/audit')
    await expect(heading(page, 'Vi kan ikke vise loggen nå')).toBeVisible()
    expect(await page.content()).not.toContain('Kunde logget inn')
    const file = await employee.send('/staff/audit/export.jsonl')
    expect(file.status).toBe(500)
    expect(file.body).not.toContain('session.started')
  } finally {
    await database.ask('GRANT INSERT ON "AuditEvent" TO saldosyn_app')
  }
})

test('an adviser gets neither the log nor a file of it; each try is logged', async ({ page, house, database }) => {
  await logInAsStaff(page, adviser)
  await page.goto('/staff/audit')
  await expect(heading(page, 'Du har ikke tilgang til dette')).toBeVisible()
  const employee = await staffByPost(house.appUrl, adviser)
  for (const form of ['jsonl', 'csv']) expect((await employee.send(`/staff/audit/export.${form}`)).location).toContain('/staff/no-access?why=wrong-role')
  expect((await database.staffAudit()).filter(({ type }) => type === 'access.refused').map(({ outcome }) => outcome)).toEqual(['needs-auditor', 'needs-auditor', 'needs-auditor'])
})
