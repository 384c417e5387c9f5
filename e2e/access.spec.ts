import { expect, test } from './journey.ts'
import { compareWithBuild, everybody, tryEveryAction, tryEveryDoor } from './steps/access.ts'
import { swaps } from './steps/swapped-ids.ts'

/** Who may come where, tried at every door. e2e/access-without-proxy.spec.ts tries the same in a house that has no proxy. */
test.use({ houseSettings: { twoBanks: true } })
test.describe.configure({ timeout: 120_000 })
const server = () => String(process.env.JOURNEYS_SERVER)

test('every page, route and action of the build is in the access matrix, and nothing else is', () => {
  compareWithBuild(server())
})

test('nobody comes through a door that is not theirs; whoever lacks the role is logged', async ({ house, sandbox, database }) => {
  const { visitors } = await everybody({ house, sandbox, database })
  const { refused, wrongRole } = await tryEveryDoor(visitors)
  expect(refused).toBeGreaterThan(90)
  const logged = (await database.staffAudit()).filter(({ type, outcome }) => type === 'access.refused' && outcome?.startsWith('needs-'))
  expect([wrongRole > 0, logged.length]).toEqual([true, wrongRole])
})

test('nobody does what is not theirs to do', async ({ house, sandbox, database }) => {
  const { visitors } = await everybody({ house, sandbox, database })
  expect(await tryEveryAction(server(), visitors, { house, sandbox, database })).toBeGreaterThan(90)
})

for (const [what, swap] of Object.entries(swaps))
  test(`another’s ${what} leads nowhere, within the bank or at the other`, async ({ house, sandbox, database }) => {
    const world = { house, sandbox, database }
    await swap(server(), await everybody(world), world)
  })
