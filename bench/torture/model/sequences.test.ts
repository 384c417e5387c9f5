import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { freshDatabase, today } from '@/lib/testing/database'
import { syntheticPeople } from '../people.ts'
import { anyBeginning, anySteps, play } from './commands.ts'
import { aSequence, openHouse, type Sequence } from './house.ts'
import { playSequences } from './sequences.ts'

const database = await freshDatabase()
const house = await openHouse(database)
afterAll(() => house.close())

const people = syntheticPeople()
const somebody = () => {
  const { value } = people.next()
  if (!value) throw new Error('there is nobody')
  return value
}

/** Some sequences in the model and in a core that is not quite the real one. */
async function playWith(change: (core: Sequence) => Partial<Sequence>): Promise<string> {
  await house.ensureRoom(today)
  const property = fc.asyncProperty(anyBeginning, anySteps, async (beginning, steps) => {
    const core = await aSequence(house, { ada: somebody(), bo: somebody() }, today.getTime())
    await play({ ...core, ...change(core) }, today.getTime(), beginning, steps, () => undefined).finally(() => core.forget())
  })
  const { failed, errorInstance } = await fc.check(property, { numRuns: 40, seed: 1, endOnFailure: true })
  return failed ? String(errorInstance) : 'no difference'
}

test('the core does what the model says, in some sequences', { timeout: 60_000 }, async () => {
  const played = await playSequences({ amount: 30, seed: 1, databases: [database], start: today })
  expect(played).toMatchObject({ sequences: 30, failure: null })
  expect(Object.keys(played.steps).length).toBeGreaterThan(12)
})

test('a core that differs is found, by its answers and by what it leaves at rest', { timeout: 60_000 }, async () => {
  expect(await playWith((core) => ({ look: async (browser) => ((await core.look(browser)) ? 'bo' : null) }))).toMatch(/^Error: look \(browser \d\): it is "bo", and the model says "ada"/)
  expect(await playWith(() => ({ logOut: async () => undefined }))).toMatch(/^Error: log-ins: it is/)
  expect(await playWith((core) => ({ readings: () => core.readings() + 1 }))).toMatch(/^Error: calls for a balance/)
})

test('there are people enough, each with a number of their own', () => {
  const numbers = new Set<string>()
  for (const nationalId of syntheticPeople()) {
    numbers.add(nationalId.reveal())
    if (numbers.size === 20_000) break
  }
  expect(numbers.size).toBe(20_000)
})
