import type { Page } from '@playwright/test'
import { expect, test } from './journey.ts'
import { button, heading, isAtWork, logOut } from './steps/applicant.ts'
import type { BehindTheScreens } from './steps/behind-the-screens.ts'
import type { Database } from './steps/database.ts'
import { bringBack, putAside } from './steps/memory.ts'
import { ordinaryTotal, somebodyWith, type Somebody } from './steps/people.ts'
import type { Sandbox } from './steps/sandbox.ts'
import { downloadsEverything, enterCode, seesNothingMore, seesTheCustomersBalance, startSharing, stop, wrongly } from './steps/sharing.ts'
import { adviser, auditor, logInAsStaff, otherAdviser } from './steps/staff.ts'

type Scene = { page: Page; anotherBrowser: () => Promise<Page>; sandbox: Sandbox; behindTheScreens: BehindTheScreens }
/** A customer with their balance, and an adviser, each in a browser of their own. */
async function together({ page, anotherBrowser, sandbox, behindTheScreens }: Scene) {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  const bank = await anotherBrowser()
  await logInAsStaff(bank, adviser)
  return { somebody, bank }
}
/** The same, and the adviser sees what the customer shows. */
async function shown(scene: Scene) {
  const { somebody, bank } = await together(scene)
  await enterCode(bank, await startSharing(scene.page))
  await seesTheCustomersBalance(bank, ordinaryTotal)
  return { somebody, bank }
}
const looks = async (database: Database, somebody: Somebody) => (await database.audit(somebody)).filter(({ type, actor }) => type === 'reading.shown' && actor.startsWith('staff:'))

test('a customer shows their balance by a code, sees that the adviser has come, and stops it; both see so at once', async ({ page, anotherBrowser, sandbox, behindTheScreens, database }) => {
  const { somebody, bank } = await shown({ page, anotherBrowser, sandbox, behindTheScreens })
  await expect(page.getByText(/Delt nå – en rådgiver ved .+ har kunnet se saldoen din siden/)).toBeVisible()
  await expect(page.getByText('Formål: Lånesøknad. Saksnummer: 2026/17.')).toBeVisible()
  await expect(bank.getByText('Alt du ser her, blir logget.')).toBeVisible()

  await stop(page)
  await seesNothingMore(bank, 'Kunden har stoppet delingen.')
  await expect(page.getByText('Delingen er stoppet. Rådgiveren ser ikke lenger tallene.')).toBeVisible()
  expect((await database.audit(somebody)).map(({ type, outcome, actor }) => `${actor.replace(/:.*/, '')} ${type} ${outcome ?? ''}`.trim()).filter((line) => /share|staff/.test(line))).toEqual([
    'applicant share.started by-code', 'staff share.opened', 'staff reading.shown', 'applicant share.ended stopped',
  ])
  expect(await database.count('ShareSeal')).toBe(0)

  await page.goto('/my-data#seen')
  await expect(page.getByText('Vist for en rådgiver ved Avdeling Sentrum. Formål: Lånesøknad.')).toBeVisible()
  await expect(page.getByText('Ingen andre enn du har sett saldoen.')).toHaveCount(0)
  const { json, html } = await downloadsEverything(page)
  expect(JSON.parse(json)).toMatchObject({ shares: [{ name: null, unit: 'Avdeling Sentrum', purpose: 'Lånesøknad', caseNumber: '2026/17' }] })
  expect(html).toContain('Vist for en rådgiver ved Avdeling Sentrum. Formål: Lånesøknad.')
  for (const told of [await page.content(), json, html]) expect(told).not.toContain('Ragnhild')
})

for (const memory of ['loads them anew', 'keeps pages in memory'] as const)
  test(`Back, a second tab and the address show the adviser nothing afterwards, in a browser that ${memory}`, async ({ page, browserThat, sandbox, behindTheScreens, database }) => {
    const { somebody, bank } = await shown({ page, anotherBrowser: () => browserThat(memory), sandbox, behindTheScreens })
    const second = await bank.context().newPage()
    await second.goto(bank.url())
    await seesTheCustomersBalance(second, ordinaryTotal)
    expect(await looks(database, somebody)).toHaveLength(2)
    await stop(page)
    await seesNothingMore(bank, 'Kunden har stoppet delingen.')
    await seesNothingMore(second, 'Kunden har stoppet delingen.')
    const view = bank.url()
    await bank.getByRole('link', { name: 'Til forsiden for rådgivere' }).click()
    await expect(heading(bank, 'For ansatte')).toBeVisible()
    await bank.goBack()
    await seesNothingMore(bank, 'Kunden har stoppet delingen.')
    const third = await bank.context().newPage()
    await third.goto(view)
    await seesNothingMore(third, 'Kunden har stoppet delingen.')
    expect(await looks(database, somebody)).toHaveLength(2)
  })

test('a view that the browser puts aside in memory is put aside empty; brought back it is asked for anew, and the look is logged', async ({ page, anotherBrowser, sandbox, behindTheScreens, database }) => {
  const { somebody, bank } = await shown({ page, anotherBrowser, sandbox, behindTheScreens })
  await isAtWork(bank, 'Studielånet kunden viser deg')
  await putAside(bank)
  expect(await bank.evaluate(() => document.body.innerText)).not.toMatch(/\d\s?kr\b/)
  await bringBack(bank)
  await seesTheCustomersBalance(bank, ordinaryTotal)
  expect(await looks(database, somebody)).toHaveLength(2)
})

test('the adviser who goes away and comes Back while it is shown is asked for anew, and each look is logged', async ({ page, anotherBrowser, sandbox, behindTheScreens, database }) => {
  const { somebody, bank } = await shown({ page, anotherBrowser, sandbox, behindTheScreens })
  await bank.goto('/staff')
  await expect(bank.getByText('Pågår')).toBeVisible()
  await bank.goBack()
  await seesTheCustomersBalance(bank, ordinaryTotal)
  await expect.poll(async () => (await looks(database, somebody)).length).toBeGreaterThanOrEqual(2)
})

test('the adviser is done: the customer sees so at once', async ({ page, anotherBrowser, sandbox, behindTheScreens }) => {
  const { bank } = await shown({ page, anotherBrowser, sandbox, behindTheScreens })
  await expect(page.getByText(/Delt nå/).first()).toBeVisible()
  await button(bank, 'Avslutt visningen').click()
  await seesNothingMore(bank, 'Du har avsluttet visningen, eller logget ut.')
  await expect(page.getByText('Rådgiveren er ferdig og ser ikke lenger tallene.')).toBeVisible()
})

test('a customer who logs out while they share takes the figures from the adviser’s screen', async ({ page, anotherBrowser, sandbox, behindTheScreens, database }) => {
  const { bank } = await shown({ page, anotherBrowser, sandbox, behindTheScreens })
  await logOut(page)
  await seesNothingMore(bank, 'Kunden har logget ut. Beløpene er slettet.')
  expect([await database.count('ShareSeal'), await database.count('HeldReading')]).toEqual([0, 0])
})

test('a consent withdrawn in Altinn while it is shared blanks the adviser’s screen', async ({ page, anotherBrowser, sandbox, behindTheScreens, database }) => {
  const { bank } = await shown({ page, anotherBrowser, sandbox, behindTheScreens })
  await sandbox.settings({ eventsDelaySeconds: 0 })
  await sandbox.revoke()
  await database.onTheMinute('follow-consent-events')
  await seesNothingMore(bank, 'Samtykket er trukket. Du kan ikke se saldoen.')
})

const byTimeAlone = [
  ['was away too long', 'Kunden var borte en stund og er logget ut.', (database: Database, somebody: Somebody) => database.ages(somebody, 16)],
  ['has a consent that has run out', 'Samtykket har gått ut. Du kan ikke se saldoen.', (database: Database) => database.ask('UPDATE "Consent" SET "validTo" = now()')],
] as const
for (const [what, said, passes] of byTimeAlone)
  test(`a customer who ${what} is not shown any more, though no job has come by`, async ({ page, anotherBrowser, sandbox, behindTheScreens, database }) => {
    const { somebody, bank } = await shown({ page, anotherBrowser, sandbox, behindTheScreens })
    await page.goto('about:blank')
    await passes(database, somebody)
    await seesNothingMore(bank, said)
  })

test('an adviser whose role is taken away sees nothing more though they press nothing, and the customer sees that they are gone', async ({ page, anotherBrowser, sandbox, behindTheScreens, database }) => {
  const { bank } = await shown({ page, anotherBrowser, sandbox, behindTheScreens })
  await expect(page.getByText(/Delt nå –/)).toBeVisible()
  await sandbox.employs(adviser.id, { roles: [] })
  // The provider is asked when its word is a minute old, and the stream asks who may follow every forty seconds: long before its word counts for nothing.
  test.setTimeout(90_000)
  await database.staffWaits(60)
  await expect(bank).toHaveURL(/\/staff\/logged-out\?why=role-lost/, { timeout: 50_000 })
  await expect(heading(bank, 'Du er logget ut')).toBeVisible()
  expect(await bank.content()).not.toMatch(/\d\s?kr\b/)
  await expect(page.getByText('Rådgiveren er ferdig og ser ikke lenger tallene.')).toBeVisible()
  expect(await database.count('ShareSeal')).toBe(0)
})

test('what an adviser does keeps no log-in of the customer’s alive: a page that nobody sits at leaves at its time', async ({ page, anotherBrowser, sandbox, behindTheScreens, database }) => {
  const { somebody, bank } = await together({ page, anotherBrowser, sandbox, behindTheScreens })
  const code = await startSharing(page)
  await database.ages(somebody, 8)
  await enterCode(bank, code)
  await expect(page.getByText(/Delt nå –/)).toBeVisible()
  await button(bank, 'Avslutt visningen').click()
  await expect(page.getByText('Rådgiveren er ferdig og ser ikke lenger tallene.')).toBeVisible()
  const [session] = await database.sessionsOf(somebody)
  expect(Date.now() - Number(session?.lastSeenAt)).toBeGreaterThan(7.9 * 60_000)
})

test('a wrong code five times is dead, and nobody has seen anything', async ({ page, anotherBrowser, sandbox, behindTheScreens, database }) => {
  const { somebody, bank } = await together({ page, anotherBrowser, sandbox, behindTheScreens })
  const code = await startSharing(page)
  for (let time = 0; time < 5; time++) {
    await enterCode(bank, wrongly(code))
    await expect(bank.getByText('Koden er feil eller brukt.')).toBeVisible()
  }
  await expect(page.getByText('Koden ble skrevet feil for mange ganger')).toBeVisible()
  await enterCode(bank, code)
  await expect(bank.getByText('Koden er feil eller brukt.')).toBeVisible()
  expect(await looks(database, somebody)).toEqual([])
  await enterCode(bank, await startSharing(page, 'Start ny deling'))
  await seesTheCustomersBalance(bank, ordinaryTotal)
})

test('an adviser says what for, in their own words too, and never a national id', async ({ page, anotherBrowser, sandbox, behindTheScreens }) => {
  const { bank } = await together({ page, anotherBrowser, sandbox, behindTheScreens })
  const code = await startSharing(page)
  await enterCode(bank, code, { caseNumber: '158190 10029' })
  await expect(bank.getByText('kan ikke inneholde et fødselsnummer')).toBeVisible()
  await expect(bank.locator('form:has(#open-case)').getByLabel('Lånesøknad', { exact: true })).toBeChecked()
  await bank.getByLabel('Skriv koden kunden ga deg').fill(code)
  await bank.getByLabel('Noe annet').first().check()
  await bank.getByLabel('Beskriv formålet').first().fill('Spørsmål om avdrag')
  await bank.getByLabel('Saksnummer').first().fill('S/1')
  await button(bank, 'Vis saldo').first().click()
  await seesTheCustomersBalance(bank, ordinaryTotal)
  await expect(page.getByText('Formål: Spørsmål om avdrag. Saksnummer: S/1.')).toBeVisible()
})

test('nobody but the adviser who opened it is shown anything at its address, and what they tried is logged', async ({ page, anotherBrowser, sandbox, behindTheScreens, database }) => {
  const { bank } = await shown({ page, anotherBrowser, sandbox, behindTheScreens })
  const other = await anotherBrowser()
  await logInAsStaff(other, otherAdviser)
  await other.goto(bank.url())
  await expect(heading(other, 'Siden finnes ikke')).toBeVisible()
  expect((await database.staffAudit()).at(-1)).toMatchObject({ type: 'access.refused', outcome: 'share' })
  const third = await anotherBrowser()
  await logInAsStaff(third, auditor)
  await third.goto(bank.url())
  await expect(third).toHaveURL(/\/staff\/no-access/)
  const stranger = await anotherBrowser()
  await stranger.goto(bank.url())
  await expect(stranger).toHaveURL(/\/staff\/login/)
  await seesTheCustomersBalance(bank, ordinaryTotal)
})
