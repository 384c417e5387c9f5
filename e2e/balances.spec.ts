import { expect, test } from './journey.ts'
import { comesBack, giveConsent, logIn, seeBalance } from './steps/applicant.ts'
import type { Sandbox } from './steps/sandbox.ts'
import { kroner, shownParts, words } from './steps/screen.ts'

const through = ['Steinar Bruun', 'Fabian Jonassen', 'Hauk Haugnes']
const others = [
  'Ahmad Berland', 'Iver Borge', 'Sigve Austad', 'Teodor Gjestvang', 'Ronny Holte', 'Agathe Unhjem', 'Nataniel Stølan',
  'Ingeborg Sølvberg', 'Inge Zhang', 'Vegar Moa', 'Vanja Øyan', 'Mari Brunstad', 'Gabrielle Grønseth', 'Elise Olufsen',
]

async function published(sandbox: Sandbox, name: string) {
  const person = (await sandbox.people()).find((it) => it.group === 'published' && it.name === name)
  if (!person?.expected) throw new Error(`${name} is not among the published customers`)
  return { ...person, expected: person.expected }
}

async function seesWhatLanekassenSays(page: Parameters<typeof seeBalance>[0], { expected }: Awaited<ReturnType<typeof published>>): Promise<void> {
  if (expected.parts.length === 0) {
    await expect(page.getByText('Du har ingen gjeld i Lånekassen.')).toBeVisible()
    await expect(page.getByRole('table')).toHaveCount(0)
    return
  }
  const total = kroner(expected.totalOre ?? NaN)
  await seeBalance(page, total)
  expect(await shownParts(page)).toEqual({ parts: expected.parts.map(({ name, ore }) => [name, kroner(ore ?? NaN)]), sum: total })
  const alone = expected.parts.filter(({ name }) => name === 'Lån').length === 0
  expect((await words(page)).includes(`Du har ikke lån igjen, men ${total} i `)).toBe(alone)
}

test('there are seventeen published customers, and each has a test here', async ({ sandbox }) => {
  const names = (await sandbox.people()).filter(({ group }) => group === 'published').map(({ name }) => name)
  expect([...through, ...others].sort()).toEqual(names.sort())
  expect(names).toHaveLength(17)
})

for (const name of through) {
  test(`${name} gives consent in Altinn, and sees what Lånekassen says`, async ({ page, sandbox }) => {
    const person = await published(sandbox, name)
    await logIn(page, person)
    await giveConsent(page, person)
    await seesWhatLanekassenSays(page, person)
  })
}

for (const name of others) {
  test(`${name} sees what Lånekassen says`, async ({ page, sandbox, behindTheScreens }) => {
    const person = await published(sandbox, name)
    await comesBack(page, behindTheScreens, person)
    await seesWhatLanekassenSays(page, person)
  })
}
