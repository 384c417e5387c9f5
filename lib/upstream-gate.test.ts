import { describe, expect, test } from 'vitest'
import { after } from './testing/builders'
import { freshDatabase, later, today } from './testing/database'
import { createUpstreamGate } from './upstream-gate'

const database = await freshDatabase({ timeZone: 'America/New_York' })
const [here, there] = [createUpstreamGate(database.db), createUpstreamGate(database.another())]

describe('the gate in front of an upstream', () => {
  test('is open until it is closed', async () => {
    expect(await here.closedUntil('never-busy', today)).toBeNull()
  })

  test('is closed for every instance, until the very instant it opens', async () => {
    const until = later({ seconds: 30 })
    await here.close('lanekassen', until)
    expect(await there.closedUntil('lanekassen', today)).toEqual(until)
    expect(await there.closedUntil('lanekassen', after(until, { ms: -1 }))).toEqual(until)
    expect(await there.closedUntil('lanekassen', until)).toBeNull()
  })

  test('an earlier end does not open it sooner; a later one keeps it closed longer', async () => {
    await here.close('altinn', later({ minutes: 10 }))
    await there.close('altinn', later({ minutes: 5 }))
    expect(await here.closedUntil('altinn', today)).toEqual(later({ minutes: 10 }))
    await there.close('altinn', later({ minutes: 15 }))
    expect(await here.closedUntil('altinn', today)).toEqual(later({ minutes: 15 }))
  })

  test('of many at once the latest end counts', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? here : there).close('many', later({ seconds: (n * 7) % 20 }))))
    expect(await here.closedUntil('many', today)).toEqual(later({ seconds: 19 }))
  })

  test('of one upstream is not the gate of another', async () => {
    await here.close('one', later({ seconds: 30 }))
    expect(await here.closedUntil('other', today)).toBeNull()
  })
})
