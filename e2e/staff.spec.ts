import { expect, test } from './journey.ts'
import { button, heading, isAtWork } from './steps/applicant.ts'
import { byPost } from './steps/by-post.ts'
import { tokenWithin } from './steps/screen.ts'
import { admin, adviser, auditor, beAtTheBank, logInAsStaff, otherAdviser, staffByPost, withoutRole } from './steps/staff.ts'

const SESSION = 'staff.session'
const reference = /Referanse: ([0-9A-Z-]{14})/

test('an employee logs in at the bank’s own provider, and sees who they are and where they may go', async ({ page, database }) => {
  await logInAsStaff(page, admin)
  await expect(heading(page, 'For ansatte')).toBeVisible()
  await expect(page.getByText('Dagny Drift, IT-drift, Internrevisjonen')).toBeVisible()
  await expect(page.getByRole('navigation', { name: 'Områder' }).getByRole('link')).toHaveText(['Revisjon', 'Drift', 'Tilganger'])
  expect(await database.staffAudit()).toMatchObject([{ type: 'staff-session.started', actor: expect.stringMatching(/^staff:[0-9a-f-]{36}$/) as unknown, outcome: 'auditor-admin' }])
})

test('an employee without a role is turned away with words, and it is logged', async ({ page, database }) => {
  await logInAsStaff(page, withoutRole)
  await expect(page.getByText('Du har ingen rolle her')).toBeVisible()
  const [, ref = ''] = reference.exec(await page.getByRole('main').innerText()) ?? []
  expect(await database.staffAudit()).toMatchObject([{ type: 'staff-session.refused', actor: 'staff', outcome: 'no-role', correlationId: ref }])
  expect((await page.context().cookies()).filter(({ name }) => name.startsWith('staff.'))).toEqual([])
  await page.goto('/staff')
  await expect(page).toHaveURL(/\/staff\/login$/)
})

test('an employee who cancels is told so', async ({ page }) => {
  await page.goto('/staff/login')
  await button(page, 'Logg inn').click()
  await button(page, 'Avbryt').click()
  await expect(page.getByText('Innloggingen ble avbrutt')).toBeVisible()
})

test('a role that is taken away ends the log-in at its next use after a minute, with words', async ({ page, sandbox, database }) => {
  await logInAsStaff(page, adviser)
  await sandbox.employs(adviser.id, { roles: [] })
  await page.goto('/staff')
  await expect(heading(page, 'For ansatte')).toBeVisible()
  await database.staffWaits(60)
  await page.goto('/staff')
  await expect(page).toHaveURL(/\/staff\/logged-out\?why=role-lost/)
  await expect(page.getByText('Banken har tatt bort rollen din')).toBeVisible()
  expect((await database.staffAudit()).at(-1)).toMatchObject({ type: 'staff-session.ended', outcome: 'role-lost' })
  expect(await database.count('StaffSession')).toBe(0)
})

test('an employee whose account is shut is out, and cannot come back', async ({ page, sandbox, database }) => {
  await logInAsStaff(page, otherAdviser)
  await sandbox.employs(otherAdviser.id, { disabled: true })
  await database.staffWaits(60)
  await page.goto('/staff')
  await expect(page.getByText('bekrefter ikke lenger')).toBeVisible()
  expect(await database.count('StaffSession')).toBe(0)
})

test('one role of two that is taken away shuts its room and not the other', async ({ page, sandbox, database }) => {
  await logInAsStaff(page, admin)
  await sandbox.employs(admin.id, { roles: ['auditor'] })
  await database.staffWaits(60)
  await page.goto('/staff')
  await expect(page.getByRole('navigation', { name: 'Områder' }).getByRole('link')).toHaveText(['Revisjon'])
  expect((await database.staffAudit()).at(-1)).toMatchObject({ type: 'staff-session.roles-changed', outcome: 'auditor' })
})

test('while the provider does not answer, the page goes on for a short while, then shows nothing, and comes back', async ({ page, sandbox, database }) => {
  await logInAsStaff(page, adviser)
  await sandbox.breaks('staff', { fault: 'down' })
  await database.staffWaits(100)
  await page.goto('/staff')
  await expect(heading(page, 'For ansatte')).toBeVisible()
  await database.staffWaits(100)
  await page.goto('/staff')
  await expect(heading(page, 'Vi kan ikke bekrefte tilgangen din nå')).toBeVisible()
  await expect(page.getByText(reference)).toBeVisible()
  await sandbox.worksAgain('staff')
  await page.getByRole('link', { name: 'Prøv igjen' }).click()
  await expect(heading(page, 'For ansatte')).toBeVisible()
})

test('log-out ends the log-in here and at the provider; the other tab leaves too, and Back shows nothing', async ({ page, context, database }) => {
  await logInAsStaff(page, auditor)
  await expect(heading(page, 'For ansatte')).toBeVisible()
  const second = await context.newPage()
  await second.goto('/staff')
  await isAtWork(second, 'For ansatte')
  await button(page, 'Logg ut').click()
  await expect(page).toHaveURL(/\/staff\/logged-out/)
  await expect(heading(page, 'Du er logget ut')).toBeVisible()
  await expect(second).toHaveURL(/\/staff\/logged-out/)
  expect(await database.count('StaffSession')).toBe(0)
  await page.goBack()
  await expect(page).not.toHaveURL(/\/staff$/)
  // At the provider they are logged out too: it asks who they are.
  await page.goto('/staff/login')
  await button(page, 'Logg inn').click()
  await beAtTheBank(page, auditor)
  await expect(heading(page, 'For ansatte')).toBeVisible()
})

test('with the keyboard alone an auditor logs in, reads the log, searches it and logs out', async ({ page }) => {
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
  /** Tab by tab until the focus stands on these words. */
  const tabTo = async (words: string, key = 'Tab') => {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press(key)
      if ((await focused()).startsWith(words)) return
    }
    throw new Error(`the keyboard does not lead to «${words}»`)
  }
  await page.goto('/staff/login')
  // The heading takes the focus once, when the page is ready; and its words begin as the button's do.
  await expect(heading(page, 'Logg inn som ansatt')).toBeFocused()
  await tabTo('Logg inn')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/staff\/login\//)
  await tabTo(auditor.name)
  await page.keyboard.press('Enter')
  await expect(heading(page, 'For ansatte')).toBeFocused()
  await page.goto('/staff')
  await expect(heading(page, 'For ansatte')).toBeFocused()
  await tabTo('Revisjon')
  await page.keyboard.press('Enter')
  await expect(heading(page, 'Revisjon')).toBeFocused()
  await page.getByRole('combobox', { name: 'Hendelse' }).focus()
  // A list that is closed takes letters for one name only while they come fast.
  await expect(async () => {
    await page.keyboard.type('Ansatt logget inn')
    await expect(page.getByRole('combobox', { name: 'Hendelse' })).toHaveValue('staff-session.started', { timeout: 1_500 })
  }).toPass({ timeout: 15_000 })
  await tabTo('Søk')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/type=staff-session\.started/)
  await expect(page.locator('ol > li').first()).toContainText('Ansatt logget inn')
  await expect(heading(page, 'Revisjon')).toBeFocused()
  // Back to the head of the page: the other way leads through every event that was found.
  await tabTo('Logg ut', 'Shift+Tab')
  await page.keyboard.press('Enter')
  await expect(heading(page, 'Du er logget ut')).toBeVisible()
})

test('an answer that this browser did not ask for logs nobody in', async ({ house, database }) => {
  const [mine, theirs] = [byPost(house.appUrl), byPost(house.appUrl)]
  const callback = await mine.press(await mine.press(await mine.get('/staff/login'), 'Logg inn'), adviser.id, {}, /\/api\/staff\/auth\/callback/)
  const lured = await theirs.get(String(callback.location))
  expect(lured.url).toContain('why=log-in-failed')
  expect(theirs.cookie(SESSION)).toBe('')
  expect(await database.count('StaffSession')).toBe(0)
})

test('an employee’s log-in is no applicant’s, nor the other way round: not by its cookie, nor by its answer', async ({ house, behindTheScreens, database }) => {
  const employee = await staffByPost(house.appUrl, adviser)
  const applicant = await behindTheScreens.logsIn({ pid: '24907524708' })
  const mixed = byPost(house.appUrl)
  mixed.setCookie(SESSION, applicant.cookie('applicant.session'))
  mixed.setCookie('applicant.session', employee.cookie(SESSION))
  expect((await mixed.get('/staff')).url).toContain('/staff/logged-out')
  expect((await mixed.get('/balance')).url).toContain('/logged-out')
  for (const [from, to] of [['/api/staff/auth/callback/staff', '/api/auth/callback/idporten'], ['/api/auth/callback/idporten', '/api/staff/auth/callback/staff']] as const) {
    const visitor = byPost(house.appUrl)
    const start = from.includes('staff') ? '/staff/login' : '/'
    const callback = await visitor.press(await visitor.press(await visitor.get(start), 'Logg inn'), from.includes('staff') ? adviser.id : 'Logg inn med nummeret', from.includes('staff') ? {} : { other: '24907524708' }, new RegExp(from))
    expect((await visitor.get(String(callback.location).replace(from, to))).url).toMatch(/why=log-in-failed/)
  }
  expect(await database.count('StaffSession')).toBe(1)
  expect(await database.count('Session')).toBe(1)
})

test('a form of another site ends nobody’s log-in, and begins none', async ({ house, database }) => {
  const employee = await staffByPost(house.appUrl, adviser)
  for (const origin of ['https://evil.example', 'null', undefined]) expect((await employee.send('/api/staff/auth/logout', { method: 'POST', headers: { origin } })).status).toBe(403)
  expect(await database.count('StaffSession')).toBe(1)
})

test('cookies of a staff log-in are opaque, and out of reach of scripts and of other sites', async ({ house }) => {
  const visitor = byPost(house.appUrl)
  const begun = await visitor.press(await visitor.get('/staff/login'), 'Logg inn', {}, /\/staff\/authorize/)
  const callback = await visitor.press(await visitor.get(String(begun.location)), adviser.id, {}, /\/api\/staff\/auth\/callback/)
  const answer = await visitor.send(String(callback.location))
  const lines = [...begun.headers.getSetCookie(), ...answer.headers.getSetCookie()]
  expect(lines.map((line) => line.split('=')[0])).toEqual(['staff.login', 'staff.login', SESSION])
  for (const line of lines) {
    expect(line).toMatch(/; Path=\/(;|$)/i)
    expect(line).toMatch(/; HttpOnly(;|$)/i)
    expect(line).toMatch(/; SameSite=Lax(;|$)/i)
    expect(line).not.toMatch(/domain=/i)
    expect(Buffer.byteLength(line.split(';')[0] ?? '')).toBeLessThanOrEqual(512)
    expect(line).not.toMatch(tokenWithin)
  }
  expect(answer.headers.get('referrer-policy')).toBe('same-origin')
})
