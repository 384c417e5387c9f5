import type { Page } from '@playwright/test'
import { expect, test } from './journey.ts'
import { answer, button, heading, logIn, logInAgain, logOut, seeBalance } from './steps/applicant.ts'
import { behindTheScreensOf } from './steps/behind-the-screens.ts'
import { byPost } from './steps/by-post.ts'
import { ordinaryTotal, somebodyWith, type Somebody } from './steps/people.ts'
import type { Sandbox } from './steps/sandbox.ts'
import { showsNoAmount, words } from './steps/screen.ts'
import { tellsOf } from './steps/trouble.ts'

/** The house as it was with Altinn 2, which wants to hear a person's last name and gives a token of its own. */
test.use({ houseSettings: { altinn2: true } })

const invitation = 'Vil du la oss hente saldoen din?'
const lastName = (page: Page) => page.getByLabel('Etternavnet ditt')
/** What the sandbox's register calls everybody who is not on its list. */
const RIGHT = 'Testesen'

async function askedByName(page: Page, name = RIGHT): Promise<void> {
  await lastName(page).fill(name)
  await button(page, 'Gå til Altinn').click()
}
async function giveConsent(page: Page, somebody: Somebody): Promise<void> {
  await askedByName(page)
  await expect(heading(page, 'Testbanken AS ber om samtykke fra deg')).toBeVisible()
  await answer(page, 'Ja, jeg gir samtykke')
  await logInAgain(page, somebody)
}
const count = async (sandbox: Sandbox, step: string) => (await sandbox.requests({ party: 'altinn2', step })).length
/** Has consented and seen the balance, and logs in once more. */
async function hasSeenTheirBalance(page: Page, somebody: Somebody): Promise<void> {
  await logIn(page, somebody)
  await giveConsent(page, somebody)
  await seeBalance(page, ordinaryTotal)
  await logOut(page)
}

test('a person writes their last name, which is explained, consents, and sees the balance; at a later log-in Lånekassen is shown no token', async ({ page, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  await logIn(page, somebody)
  await expect(heading(page, invitation)).toBeVisible()
  await expect(lastName(page)).toHaveAccessibleDescription(/slik det står i Folkeregisteret.*lagrer det ikke/)
  await giveConsent(page, somebody)
  await seeBalance(page, ordinaryTotal)
  expect([await count(sandbox, 'create'), await count(sandbox, 'consent-token')]).toEqual([1, 1])
  await logOut(page)

  await logIn(page, somebody)
  await seeBalance(page, ordinaryTotal)
  expect([await count(sandbox, 'create'), await count(sandbox, 'consent-token')], 'one question to Altinn').toEqual([1, 2])
  expect((await database.audit(somebody)).filter(({ type }) => type === 'consent.exchange-started')).toHaveLength(1)
  expect((await sandbox.calls()).answered).toBe(2)
})

test('Altinn’s page is asked for in the language that the person reads here, also when the question is taken up again', async ({ page, house, sandbox }) => {
  await logIn(page, await somebodyWith(sandbox))
  const asked = async () => (await sandbox.requests({ party: 'altinn2', step: 'page' })).map(({ language }) => language)
  for (const [locale, code] of [['nn', 'nn-NO'], ['en', 'en']] as const) {
    await page.context().addCookies([{ name: 'locale', value: locale, url: house.appUrl }])
    await page.goto('/consent')
    await page.locator('#last-name').fill(RIGHT)
    await page.locator('form:has(#last-name) button').click()
    await expect(heading(page, 'Testbanken AS ber om samtykke fra deg')).toBeVisible()
    expect((await asked()).at(-1)).toBe(code)
  }
  expect(await count(sandbox, 'create')).toBe(1)
})

test('a last name that is not the person’s is told, and stands neither in the address nor in the field; Altinn is not asked without one', async ({ page, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  await logIn(page, somebody)
  await expect(heading(page, invitation)).toBeVisible()
  await button(page, 'Gå til Altinn').click()
  expect(await lastName(page).evaluate((field: HTMLInputElement) => field.validity.valueMissing)).toBe(true)
  expect(await count(sandbox, 'create')).toBe(0)

  await askedByName(page, 'Kanarifugl')
  await expect(page.getByRole('alert').filter({ hasText: 'Altinn kjenner ikke igjen etternavnet.' })).toBeVisible()
  await expect(lastName(page)).toHaveAccessibleDescription(/^Altinn kjenner ikke igjen etternavnet/)
  await expect(lastName(page)).toHaveValue('')
  expect(page.url()).not.toMatch(/kanarifugl/i)
  expect(await page.content()).not.toMatch(/kanarifugl/i)
  expect(await database.consentOf(somebody)).toMatchObject({ status: 'expired' })
  await giveConsent(page, somebody)
  await seeBalance(page, ordinaryTotal)
})

test('digits for a name are told without asking Altinn, also where no browser looks at the field', async ({ house, sandbox }) => {
  const visitor = await behindTheScreensOf(house.appUrl, sandbox).logsIn(await somebodyWith(sandbox), byPost(house.appUrl))
  for (const name of ['', '12345678901', '<b>']) expect((await visitor.press(visitor.at, 'Gå til Altinn', { lastName: name })).body).toContain('Skriv etternavnet ditt, bare med bokstaver.')
  expect(await count(sandbox, 'create')).toBe(0)
})

test('somebody who says no in Altinn is not asked again by itself', async ({ page, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  await logIn(page, somebody)
  await askedByName(page)
  await answer(page, 'Nei, jeg gir ikke samtykke')
  await logInAgain(page, somebody)
  await expect(heading(page, 'Du sa nei')).toBeVisible()
  expect(await database.consentOf(somebody)).toMatchObject({ status: 'rejected' })
  expect([(await sandbox.calls()).asked, await count(sandbox, 'create'), await count(sandbox, 'consent-token')]).toEqual([0, 1, 0])
  await button(page, 'Spør meg på nytt').click()
  await expect(lastName(page)).toBeVisible()
  await expect(page.getByText(/^(Skriv etternavnet ditt|Altinn kjenner ikke igjen)/)).toHaveCount(0)
})

test('a consent that was withdrawn in Altinn is not used at the next log-in, though Lånekassen remembers it', async ({ page, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  await hasSeenTheirBalance(page, somebody)
  await sandbox.revoke()
  await logIn(page, somebody)
  await expect(heading(page, 'Samtykket er trukket')).toBeVisible()
  await showsNoAmount(page)
  expect((await sandbox.calls()).asked).toBe(1)
  expect((await database.audit(somebody)).at(-1)).toMatchObject({ type: 'source.read', outcome: 'consent-ended' })
  expect(await database.consentOf(somebody)).toMatchObject({ status: 'revoked' })
})

test('when the answer about a token is lost the person is told, and a new consent leads on', async ({ page, sandbox }) => {
  const somebody = await somebodyWith(sandbox)
  await sandbox.breaks('altinn2', { fault: 'lost-answer', step: 'consent-token', times: 1 })
  await logIn(page, somebody)
  await giveConsent(page, somebody)
  await tellsOf(page, 'Vi vet ikke om samtykket ditt ble brukt', 'Gi nytt samtykke')
  expect([await count(sandbox, 'consent-token'), (await sandbox.calls()).asked]).toEqual([1, 0])
  await page.reload()
  await expect(heading(page, 'Vi vet ikke om samtykket ditt ble brukt')).toBeVisible()

  await button(page, 'Gi nytt samtykke').click()
  await expect(heading(page, invitation)).toBeVisible()
  await giveConsent(page, somebody)
  await seeBalance(page, ordinaryTotal)
  expect(await words(page)).toContain('Samtykket er aktivt til')
  expect(await count(sandbox, 'consent-token')).toBe(2)
})
