import { expect, test } from './journey.ts'
import { comesBack, heading, seeBalance } from './steps/applicant.ts'
import { somebodyWith, type Somebody } from './steps/people.ts'
import type { Sandbox } from './steps/sandbox.ts'
import { plain, shownParts, showsNoAmount, words } from './steps/screen.ts'

async function named(sandbox: Sandbox, name: string): Promise<Somebody> {
  const person = (await sandbox.people()).find((it) => it.name === name)
  if (!person) throw new Error(`${name} is not in the sandbox`)
  return person
}

test('who has paid too much sees money to be refunded, not a debt', async ({ page, sandbox, behindTheScreens }) => {
  await comesBack(page, behindTheScreens, await named(sandbox, 'Kåre Kreditt'))
  await seeBalance(page, '1 523,50 kr')
  expect(await words(page)).toContain('Du har til gode 1 523,50 kr')
  expect(await words(page)).not.toContain('Du skylder')
  expect(await shownParts(page)).toEqual({ parts: [['Lån', 'Til gode 1 523,50 kr']], sum: 'Til gode 1 523,50 kr' })
})

test('an amount that Lånekassen leaves out is unknown, and so is the sum', async ({ page, sandbox, behindTheScreens }) => {
  await comesBack(page, behindTheScreens, await named(sandbox, 'Nils Nullverdi'))
  await expect(page.getByText('Vi kan ikke vise en sum')).toBeVisible()
  expect(await shownParts(page)).toEqual({ parts: [['Lån', '154 200,00 kr'], ['Renter', 'Ikke tilgjengelig']], sum: 'Ikke tilgjengelig' })
  expect(await words(page)).not.toContain(' 0,00 kr')
})

test('a total that Lånekassen leaves out is unknown', async ({ page, sandbox, behindTheScreens }) => {
  await comesBack(page, behindTheScreens, await named(sandbox, 'Tove Totalløs'))
  await expect(page.getByText('Vi kan ikke vise en sum')).toBeVisible()
  expect(await shownParts(page)).toEqual({ parts: [['Lån', '154 200,00 kr']], sum: 'Ikke tilgjengelig' })
})

test('a part nobody has heard of is shown under Lånekassen’s own name, and counts', async ({ page, sandbox, behindTheScreens }) => {
  await comesBack(page, behindTheScreens, await named(sandbox, 'Frida Forsinket'))
  await seeBalance(page, '88 723,00 kr')
  expect(await shownParts(page)).toEqual({ parts: [['Lån', '88 310,25 kr'], ['Annet: Forsinkelsesrenter', '412,75 kr']], sum: '88 723,00 kr' })
})

test('a name that Lånekassen sends is text, whatever is in it', async ({ page, sandbox, behindTheScreens }) => {
  await comesBack(page, behindTheScreens, await somebodyWith(sandbox, [['<img src=x onerror=alert(1)>', '10.0'], ['{amount}', '20.5']]))
  await seeBalance(page, '30,50 kr')
  expect((await shownParts(page)).parts).toEqual([['Annet: <img src=x onerror=alert(1)>', '10,00 kr'], ['Annet: {amount}', '20,50 kr']])
})

test('a total that is not the sum of the parts is told of, and the sum is shown', async ({ page, sandbox, behindTheScreens }) => {
  await comesBack(page, behindTheScreens, await named(sandbox, 'Sumaya Stemmerikke'))
  await seeBalance(page, '13 055,23 kr')
  await expect(page.getByText('Lånekassens totalsum er ikke lik summen av delene. Vi viser delene og summen av dem.')).toBeVisible()
})

test('several balances of one part stand one by one', async ({ page, sandbox, behindTheScreens }) => {
  await comesBack(page, behindTheScreens, await named(sandbox, 'Berit Balansesen'))
  await seeBalance(page, '125 000,50 kr')
  expect((await shownParts(page)).parts).toEqual([['Lån', '100 000,00 kr'], ['Lån', '25 000,50 kr']])
})

test('a balance that is not booked yet is left out', async ({ page, sandbox, behindTheScreens }) => {
  await comesBack(page, behindTheScreens, await named(sandbox, 'Ulla Underveis'))
  await seeBalance(page, '75 000,00 kr')
  expect((await shownParts(page)).parts).toEqual([['Lån', '75 000,00 kr']])
})

test('somebody Lånekassen does not know is told so, which is not a balance of zero', async ({ page, sandbox, behindTheScreens }) => {
  await comesBack(page, behindTheScreens, await named(sandbox, 'Una Ukjent'))
  await expect(heading(page, 'Lånekassen finner ingen opplysninger om deg')).toBeVisible()
  await showsNoAmount(page)
})

test('zero, unknown and unavailable never look alike', async ({ page, sandbox, behindTheScreens, anotherBrowser }) => {
  const said = []
  for (const name of ['Fabian Jonassen', 'Tove Totalløs', 'Una Ukjent', 'Tom Tomliste']) {
    const own = name === 'Fabian Jonassen' ? page : await anotherBrowser()
    await comesBack(own, behindTheScreens, await named(sandbox, name))
    await expect(own.getByRole('heading', { level: 1 })).not.toHaveText(/…$/)
    said.push(plain(await own.getByRole('main').innerText()).slice(0, 90))
  }
  expect(new Set(said).size).toBe(4)
})

for (const [name, what] of [
  ['Tom Tomliste', 'a total without parts'],
  ['Eira Euro', 'a foreign currency'],
  ['Desi Desimal', 'a tenth of an øre'],
  ['Frode Forveksling', 'another person’s figures'],
  ['Ada Avkuttet', 'JSON that stops half-way'],
  ['Stine Storsvar', 'fifty megabytes'],
  ['Helge Html', 'a web page'],
] as const) {
  test(`an answer with ${what} is not shown, and the page says that we do not understand it`, async ({ page, sandbox, behindTheScreens, database }) => {
    const person = await named(sandbox, name)
    await comesBack(page, behindTheScreens, person)
    await expect(heading(page, 'Vi forstår ikke svaret fra Lånekassen')).toBeVisible()
    await showsNoAmount(page)
    expect(await database.count('HeldReading')).toBe(0)
    expect(await database.consentOf(person)).toMatchObject({ status: 'accepted' })
  })
}
