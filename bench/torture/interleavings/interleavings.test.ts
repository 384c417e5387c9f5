import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brokenIn, interleave, scenarios } from './interleavings.ts'
import { aWorld } from './world.ts'

/** A world in which everything happens in the order in which it is asked for. */
async function played(play: (world: ReturnType<typeof aWorld>) => Promise<unknown>, consent: Parameters<typeof aWorld>[1] = { status: 'accepted' }) {
  let world: ReturnType<typeof aWorld> | undefined
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      world = aWorld(scheduler, consent)
      await scheduler.waitFor(play(world))
    }),
    { numRuns: 1 },
  )
  if (!world) throw new Error('nothing was played')
  return world
}

describe('the world of the interleavings', () => {
  test('shows what was read, and nothing after a log-out', async () => {
    const world = await played(async (w) => {
      await w.goOn()
      await w.look()
      await w.logOut()
      await w.look()
    })
    expect(world.shown).toEqual([{ wrong: null }])
    expect(brokenIn(world)).toEqual([])
  })

  test('finds what is held though it must not be, and what is shown too late', async () => {
    const world = await played((w) => w.goOn())
    world.shown.push({ wrong: 'the log-in or the consent was over' })
    world.sessions.rows.clear()
    expect(brokenIn(world)).toEqual(['the log-in or the consent was over', 'an amount held for a log-in that is over'])
  })

  test('finds a record that differs from Altinn’s word, and from the log', async () => {
    const world = await played((w) => w.stop())
    const [row] = world.consents.rows.values()
    if (row) world.consents.rows.set(row.id, { ...row, stoppedHereAt: null })
    expect(brokenIn(world)).toEqual(['the row says revoked, and Altinn said accepted', 'the row and the log differ on who ended it'])
  })

  test('finds a call that was not written down', async () => {
    const world = await played((w) => w.goOn())
    world.calls.source++
    expect(brokenIn(world)).toEqual(['a call to the source without a line before it'])
  })
})

test('every scenario holds in some hundred orders', async () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length)
  expect(await interleave({ amount: 300, seed: 1 })).toMatchObject({ runs: 300, failure: null })
})
