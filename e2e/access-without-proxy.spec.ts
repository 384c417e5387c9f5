import { expect, test } from './journey.ts'
import { everybody, tryEveryAction, tryEveryDoor } from './steps/access.ts'
import { byPost } from './steps/by-post.ts'
import { swaps } from './steps/swapped-ids.ts'

/** The proxy is never a lock (docs/decisions/13): with it taken out of the build, every door is as shut as before. */
test.use({ houseSettings: { twoBanks: true, withoutProxy: true } })
test.describe.configure({ timeout: 120_000 })

test('the proxy is gone', async ({ house }) => {
  expect((await byPost(house.appUrl).send('/')).headers.get('content-security-policy')).toBeNull()
})

test('without it nobody comes through a door that is not theirs, nor does what is not theirs', async ({ house, sandbox, database }) => {
  const world = { house, sandbox, database }
  const everyone = await everybody(world)
  const { refused, wrongRole } = await tryEveryDoor(everyone.visitors)
  expect([refused > 90, wrongRole > 0]).toEqual([true, true])
  expect((await database.staffAudit()).filter(({ type, outcome }) => type === 'access.refused' && outcome?.startsWith('needs-'))).toHaveLength(wrongRole)
  expect(await tryEveryAction(String(process.env.JOURNEYS_SERVER), everyone.visitors, world)).toBeGreaterThan(90)
  for (const swap of Object.values(swaps)) await swap(String(process.env.JOURNEYS_SERVER), everyone, world)
})
