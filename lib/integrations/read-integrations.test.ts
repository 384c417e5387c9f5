import { describe, expect, test } from 'vitest'
import type { KeyRing } from '@/lib/keys/key-ring'
import type { KeyMaterial } from '@/lib/keys/key-material'
import { Secret } from '@/lib/secret'
import { after, anOrgNumber } from '@/lib/testing/builders'
import { freshDatabase, today } from '@/lib/testing/database'
import { clockAt } from '@/lib/testing/fakes'
import { createUpstreamGate } from '@/lib/upstream-gate'
import { createUpstreamSights } from '@/lib/upstream-sight-store'
import { readIntegrations } from './read-integrations'

/** What an operator is told, with a real database. */
const database = await freshDatabase()
const clock = clockAt(today)
const config = { CONSENT_PROVIDER: 'altinn3', LANEKASSEN_LOGO: '/logo.svg', ALTINN_EVENTS_POLL_SECONDS: 60 } as const
const key = (but: Partial<KeyMaterial> = {}): KeyMaterial => ({ id: 'bank-2026', alg: 'RS256', header: { kid: 'bank-2026' }, bits: 3072, since: null, expiresAt: after(today, { hours: 24 * 200 }), jwk: new Secret('{}'), ...but })
const ring = (trouble: string | null, ...keys: [KeyMaterial, ...KeyMaterial[]]): KeyRing => ({ setting: 'MASKINPORTEN_JWK', signingKey: () => Promise.reject(new Error('nobody signs here')), keys: () => keys, trouble: () => trouble, refresh: async () => undefined })
const house = (but: Partial<Parameters<typeof readIntegrations>[0]> = {}) => ({ clock, db: database.db, gates: createUpstreamGate(database.db), sights: createUpstreamSights(database.db, clock), keyRings: [ring(null, key())], config, staff: {}, ...but })
const read = (but = {}) => readIntegrations(house(but))
const one = async (name: string, but = {}) => (await read(but)).upstreams.find((upstream) => upstream.name === name)
const reset = () => database.asOwner('DELETE FROM "UpstreamSight"; DELETE FROM "UpstreamGate"; DELETE FROM "EventFeed"')
/** What is written in passing has arrived. */
const written = (name: string, how: (sight: Record<string, unknown>) => boolean) => expect.poll(async () => (await database.asOwner('SELECT * FROM "UpstreamSight" WHERE "upstream" = $1', [name])).some(how)).toBe(true)

test('nobody has asked anybody yet: that is said, and is no trouble', async () => {
  const { upstreams, feeds } = await read()
  expect(upstreams.map(({ name, state, level }) => [name, state, level])).toEqual(['idporten', 'staff', 'maskinporten', 'altinn', 'lanekassen'].map((name) => [name, 'unseen', 'good']))
  expect(feeds).toEqual([])
})

test('the upstreams are those of this bank', async () => {
  expect((await read({ staff: null, config: { ...config, CONSENT_PROVIDER: 'altinn2' } })).upstreams.map(({ name }) => name)).toEqual(['idporten', 'maskinporten', 'altinn2', 'lanekassen'])
})

describe('an upstream', () => {
  test('works when it last answered, be it with a no; and fails when it did not, was broken, or too busy', async () => {
    await reset()
    const { sights } = house()
    for (const [outcome, state] of [['200', 'works'], ['503', 'failing'], ['403', 'works'], ['timed-out', 'failing'], ['404', 'works'], ['429', 'failing'], ['200', 'works']] as const) {
      clock.set(after(clock.now(), { seconds: 30 }))
      const at = clock.now()
      sights.saw('lanekassen', outcome, null)
      await written('lanekassen', ({ answeredAt, failedAt }) => [answeredAt, failedAt].some((time) => (time as Date | null)?.getTime() === at.getTime()))
      expect(await one('lanekassen'), outcome).toMatchObject({ state, level: state === 'works' ? 'good' : 'bad', ...(state === 'failing' && { sight: { failedAt: at, failure: outcome } }) })
    }
  })

  test('is written of once in a while, and at once when something changes', async () => {
    await reset()
    const counting = createUpstreamSights(database.db, clock)
    for (let nr = 0; nr < 50; nr++) counting.saw('idporten', '200', null)
    await written('idporten', ({ okAt }) => okAt !== null)
    clock.set(after(clock.now(), { seconds: 9 }))
    counting.saw('idporten', '200', null)
    counting.saw('idporten', 'unreachable', null)
    await written('idporten', ({ failure, okAt }) => failure === 'unreachable' && (okAt as Date).getTime() === after(clock.now(), { seconds: -9 }).getTime())
  })

  test.each([[0, null, 'good'], [2.4, null, 'good'], [-2.4, null, 'good'], [2.6, 3, 'look'], [-8.4, -8, 'look'], [9, 9, 'bad'], [-9, -9, 'bad'], [40_000, 32_767, 'bad']] as const)('whose clock is at least %d seconds behind ours', async (behind, skew, level) => {
    await reset()
    createUpstreamSights(database.db, clock).saw('maskinporten', '200', behind)
    await written('maskinporten', () => true)
    expect(await one('maskinporten')).toMatchObject({ skew, level })
  })

  test('that does not take our key is told by the key’s name, until it takes one', async () => {
    await reset()
    const { sights } = house()
    sights.sawKey('maskinporten', 'bank-2026')
    await written('maskinporten', ({ refusedKey }) => refusedKey === 'bank-2026')
    expect(await one('maskinporten')).toMatchObject({ level: 'bad', sight: { refusedKey: 'bank-2026' } })
    sights.sawKey('maskinporten', null)
    await written('maskinporten', ({ refusedKey }) => refusedKey === null)
    expect(await one('maskinporten')).toMatchObject({ level: 'good' })
  })

  test('that is left in peace is told with why and until when', async () => {
    await reset()
    const { gates } = house()
    await gates.busy('lanekassen', 30, clock.now())
    expect(await one('lanekassen')).toMatchObject({ level: 'look', gate: { gate: 'busy', until: after(clock.now(), { seconds: 30 }) } })
    for (let nr = 0; nr < 5; nr++) await gates.failed('altinn', clock.now())
    expect(await one('altinn')).toMatchObject({ level: 'bad', gate: { gate: 'failing' } })
    expect(await read()).toMatchObject({ level: 'bad' })
  })

  test('of another bank is nobody’s business here', async () => {
    await reset()
    const other = database.another(anOrgNumber('312222221'))
    createUpstreamSights(other, clock).saw('lanekassen', '503', null)
    await written('lanekassen', () => true)
    expect(await one('lanekassen')).toMatchObject({ state: 'unseen' })
  })
})

test.each([[61, 'good'], [60, 'look'], [0, 'look'], [-1, 'bad']] as const)('a key that ends in %i days', async (days, level) => {
  await reset()
  const ends = after(clock.now(), { hours: 24 * days, minutes: 1 })
  const { keys } = await read({ keyRings: [ring(null, key({ expiresAt: ends }), key({ id: 'next', expiresAt: null }))] })
  expect(keys).toMatchObject([{ id: 'bank-2026', signs: true, level }, { id: 'next', signs: false, level: 'good' }])
})

test('a key file that cannot be used, a feed that lags, and a missing logo are worth a look', async () => {
  await reset()
  expect(await read({ keyRings: [ring('MASKINPORTEN_JWK is not JSON', key())] })).toMatchObject({ keyTroubles: ['MASKINPORTEN_JWK'] })
  expect(await read({ config: { ...config, LANEKASSEN_LOGO: undefined } })).toMatchObject({ logoMissing: true })
  await database.asOwner(`INSERT INTO "EventFeed" ("name", "readUpTo", "askedAt") VALUES ('altinn3', $1, $1)`, [clock.now()])
  clock.set(after(clock.now(), { minutes: 5 }))
  expect((await read()).feeds).toMatchObject([{ name: 'altinn3', late: false }])
  clock.set(after(clock.now(), { seconds: 1 }))
  expect((await read()).feeds).toMatchObject([{ name: 'altinn3', late: true }])
})

test('the jobs are told with their last runs; a queue that is not there is told as that', async () => {
  const without = await read()
  expect(without).toMatchObject({ jobs: { waiting: 0, givenUp: 0, runs: [] } })
  await database.asOwner(`INSERT INTO graphile_worker._private_known_crontabs ("identifier", "known_since", "last_execution") VALUES ('seal-audit-log', now(), $1)`, [today])
  expect((await read()).jobs).toMatchObject({ runs: [{ name: 'seal-audit-log', known: 'seal-audit-log', lastRun: today }] })
})
