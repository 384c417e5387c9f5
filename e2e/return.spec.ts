import { randomBytes } from 'node:crypto'
import { expect, test } from './journey.ts'
import { answer, button, goToAltinn, heading, logIn, logInAgain, logOut, seeBalance } from './steps/applicant.ts'
import { ordinaryTotal, somebodyWith } from './steps/people.ts'
import { quiet } from './steps/sandbox.ts'
import { showsNoAmount, words } from './steps/screen.ts'

const refOf = (redirectUrl: string): string => new URL(redirectUrl).searchParams.get('s') ?? ''
const tampered = (ref: string): string => `${ref.startsWith('A') ? 'B' : 'A'}${ref.slice(1)}`

test('the address back holds nothing but a random reference and Altinn’s own words', async ({ page, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  await logIn(page, somebody)
  await goToAltinn(page)
  await answer(page, 'Ja, jeg gir samtykke')
  const { search } = new URL(page.url())
  expect(search).toMatch(/^\?s=[A-Za-z0-9_-]{43}&Status=OK$/)
  const [{ returnRefHash }] = (await database.ask('SELECT "returnRefHash", "id"::text FROM "Consent"')) as [{ returnRefHash: Buffer }]
  expect(returnRefHash.toString('utf8')).not.toContain(refOf(page.url()))
})

test('a return that somebody has made up changes nothing, whatever it says', async ({ page, sandbox, database, behindTheScreens }) => {
  const [somebody, other] = [await somebodyWith(sandbox), await somebodyWith(sandbox)]
  await behindTheScreens.isAsked(other)
  const theirs = refOf((await sandbox.newest()).redirectUrl)
  await behindTheScreens.isLoggedIn(page, somebody)
  const before = await database.state()
  const asked = await quiet(sandbox)

  for (const forged of ['', '?Status=OK', `?s=${randomBytes(32).toString('base64url')}&Status=OK`, `?s=${tampered(theirs)}&Status=OK`, '?s=..%2F..%2Fbalance', `?s=${theirs}&s=${theirs}&Status=OK`, `?s=${'x'.repeat(2000)}`]) {
    await page.goto(`/consent/return${forged}`)
    await expect(heading(page, 'Vil du la oss hente saldoen din?'), forged).toBeVisible()
  }
  await page.goto(`/consent/return?s=${theirs}&Status=OK`)
  await expect(heading(page, 'Feil person er logget inn')).toBeVisible()

  expect(await database.state()).toEqual(before)
  expect(await quiet(sandbox)).toBe(asked)
  expect((await database.audit(somebody)).filter(({ type }) => type === 'consent.wrong-person')).toHaveLength(1)
})

test('a return without a log-in changes nothing either', async ({ page, sandbox, database, behindTheScreens }) => {
  await behindTheScreens.consents(await somebodyWith(sandbox))
  const ref = refOf((await sandbox.newest()).redirectUrl)
  const before = await database.state()
  const asked = await quiet(sandbox)
  for (const address of [`/consent/return?s=${ref}&Status=OK`, `/consent/return?s=${tampered(ref)}&Status=OK`, '/consent/return?Status=OK']) {
    await page.goto(address)
    await expect(heading(page, 'Logg inn igjen')).toBeVisible()
  }
  expect(await database.state()).toEqual(before)
  expect(await quiet(sandbox)).toBe(asked)
})

test('Altinn’s word counts, not the address: «Status=OK» on a declined request is a no', async ({ page, sandbox, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.isAsked(somebody)
  await sandbox.reject()
  await page.goto(`/consent/return?s=${refOf((await sandbox.newest()).redirectUrl)}&Status=OK`)
  await logInAgain(page, somebody)
  await expect(heading(page, 'Du sa nei')).toBeVisible()
  expect(await sandbox.calls()).toEqual({ asked: 0, answered: 0 })
})

test('«Status=Failed» with a text on an accepted request is a yes, and the text is not shown', async ({ page, sandbox, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await page.goto(`/consent/return?s=${refOf((await sandbox.newest()).redirectUrl)}&Status=Failed&ErrorMessage=Ring+oss+straks`)
  expect(await words(page)).not.toContain('Ring oss')
  await logInAgain(page, somebody)
  await seeBalance(page, ordinaryTotal)
})

test('coming back twice, from another tab, finds it done', async ({ page, sandbox, database }) => {
  const somebody = await somebodyWith(sandbox)
  await logIn(page, somebody)
  await goToAltinn(page)
  await answer(page, 'Ja, jeg gir samtykke')
  const back = page.url()
  await logInAgain(page, somebody)
  await seeBalance(page, ordinaryTotal)
  const before = await database.state()
  const tab = await page.context().newPage()
  for (let times = 0; times < 2; times++) {
    await tab.goto(back)
    await seeBalance(tab, ordinaryTotal)
  }
  expect(await database.state()).toEqual(before)
  expect(await sandbox.calls()).toEqual({ asked: 1, answered: 1 })
})

test('another person who comes back with the answer sees nothing of the first, and can log out', async ({ page, sandbox, database, behindTheScreens }) => {
  const [first, second] = [await somebodyWith(sandbox, [['Lån', '777333.11']]), await somebodyWith(sandbox)]
  await behindTheScreens.consents(first)
  const back = (await sandbox.newest()).redirectUrl
  await page.goto(`${back}&Status=OK`)
  await logInAgain(page, second)

  await expect(heading(page, 'Feil person er logget inn')).toBeVisible()
  await expect(page.getByText('Samtykket gjelder en annen person enn den som er logget inn.')).toBeVisible()
  await showsNoAmount(page)
  expect(await page.content()).not.toContain(first.pid)
  expect(page.url()).not.toContain(refOf(back))
  expect(await sandbox.calls()).toEqual({ asked: 0, answered: 0 })
  expect(await database.consentOf(first)).toMatchObject({ status: 'requested' })
  expect(await database.consentOf(second)).toBeUndefined()
  expect((await database.audit(second)).map(({ type }) => type)).toContain('consent.wrong-person')
  await logOut(page)

  await page.goto(`${back}&Status=OK`)
  await logInAgain(page, first)
  await seeBalance(page, '777 333,11 kr')
})

test('somebody else logged in on the same machine sees only their own', async ({ page, sandbox, behindTheScreens }) => {
  const [first, second] = [await somebodyWith(sandbox, [['Lån', '111.0']]), await somebodyWith(sandbox, [['Lån', '222.0']])]
  await behindTheScreens.consents(first)
  await behindTheScreens.consents(second)
  await behindTheScreens.isLoggedIn(page, first)
  await seeBalance(page, '111,00 kr')
  await logOut(page)
  await logIn(page, second)
  await seeBalance(page, '222,00 kr')
  expect(await page.content()).not.toContain('111,00')
})

test('an answer that Altinn only knows a moment later is waited for, not lost', async ({ page, sandbox, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.isAsked(somebody)
  await page.goto((await sandbox.newest()).redirectUrl)
  await logInAgain(page, somebody)
  await expect(heading(page, 'Du har ikke svart i Altinn ennå')).toBeVisible()
  await sandbox.accept()
  await page.goto('/consent/return')
  await seeBalance(page, ordinaryTotal)
})

test('without a session, every page behind the log-in leads to the start', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.isAsked(somebody)
  const consent = await database.consentOf(somebody)
  for (const address of ['/balance', '/consent', `/consent/${consent?.id}`, '/login']) {
    await page.goto(address)
    await expect(heading(page, 'Se studielånet ditt hos Testbanken AS'), address).toBeVisible()
    await expect(button(page, 'Logg ut')).toHaveCount(0)
  }
})
