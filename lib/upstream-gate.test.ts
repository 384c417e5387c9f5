import { describe, expect, test } from 'vitest'
import { after } from './testing/builders'
import { freshDatabase, later, today } from './testing/database'
import { createUpstreamGate } from './upstream-gate'

const database = await freshDatabase({ timeZone: 'America/New_York' })
const [here, there] = [createUpstreamGate(database.db), createUpstreamGate(database.another())]

describe('the gate in front of an upstream', () => {
  test('is open until it is closed', async () => {
    expect(await here.closed('idporten', today)).toBeNull()
    expect(await here.admit('idporten', 1_000, today)).toEqual({ gate: 'open' })
  })

  test('is closed for every instance, until the very instant it opens', async () => {
    const until = later({ seconds: 30 })
    await here.busy('lanekassen', 30, today)
    expect(await there.closed('lanekassen', today)).toEqual({ gate: 'busy', until })
    expect(await there.closed('lanekassen', after(until, { ms: -1 }))).toEqual({ gate: 'busy', until })
    expect(await there.closed('lanekassen', until)).toBeNull()
  })

  test('an earlier end does not open it sooner; a later one keeps it closed longer; of many at once the latest counts', async () => {
    await here.busy('altinn', 600, today)
    await there.busy('altinn', 300, today)
    expect((await here.closed('altinn', today))?.until).toEqual(later({ minutes: 10 }))
    await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? here : there).busy('altinn', 601 + ((n * 7) % 20), today)))
    expect((await here.closed('altinn', today))?.until).toEqual(later({ seconds: 620 }))
  })

  test('of one upstream is not the gate of another', async () => {
    await here.busy('maskinporten', 30, today)
    expect(await here.closed('idporten', today)).toBeNull()
  })
})
