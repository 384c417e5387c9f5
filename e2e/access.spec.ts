import { expect, test } from './journey.ts'
import { compareWithBuild, everybody, tryEveryAction, tryEveryDoor } from './steps/access.ts'
import { swapIds, swapShare } from './steps/swapped-ids.ts'

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

test('another’s id leads nowhere: not a customer’s, not the other bank’s; a try within the bank is logged', async ({ house, sandbox, database }) => {
  const everyone = await everybody({ house, sandbox, database })
  const { tried, logged } = await swapIds(server(), everyone, { house, sandbox, database })
  expect(tried).toBeGreaterThan(20)
  // Of four pairs, two are within one bank; what is another bank's is not there at all.
  expect(logged).toBe(tried / 2)
})

test('what a customer shows one adviser is nobody else’s, by its id either, and who tried is logged', async ({ house, sandbox, database }) => {
  const world = { house, sandbox, database }
  const { tried, logged } = await swapShare(server(), await everybody(world), world)
  expect([tried, logged >= 3]).toEqual([12, true])
})
