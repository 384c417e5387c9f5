import { expect, test } from 'vitest'
import { z } from 'zod'
import { guarded } from './guarded-http'
import type { HttpFailure } from './http-answer'
import { breaker, policies, secondsAway } from './policies'
import { fail } from './result'
import { after, day } from './testing/builders'
import { freshDatabase } from './testing/database'
import { clockAt } from './testing/fakes'
import { createUpstreamGate } from './upstream-gate'

const { db, another } = await freshDatabase()
type Said = HttpFailure | 'ok'

/** Two instances on one database, calling one upstream that answers as told. */
async function twoInstances() {
  await db.upstreamGate.deleteMany()
  const clock = clockAt(day(0))
  const upstream = { says: 'ok' as Said, retryAfter: null as number | null, calls: 0, thinks: Promise.resolve(), takes: { ms: 0 } }
  const http = async () => {
    upstream.calls++
    await upstream.thinks
    clock.set(after(clock.now(), upstream.takes))
    return upstream.says === 'ok' ? { ok: true as const, value: null as never, created: false, clockAhead: null } : { ...fail(upstream.says), retryAfter: upstream.retryAfter }
  }
  const call = { url: 'https://upstream.example', schema: z.null(), deadline: 1_000 }
  const [one, two] = [db, another()].map((database) => guarded(http, createUpstreamGate(database), clock, 'lanekassen'))
  if (!one || !two) throw new Error('two instances')
  const reason = async (instance: typeof one) => {
    const answer = await instance(call)
    return answer.ok ? 'ok' : answer.reason
  }
  /** A call whose page has no time left after so long. */
  const broken = async (takes: { ms: number }) => {
    upstream.takes = takes
    const answer = await one({ ...call, signal: AbortSignal.abort() })
    return answer.ok ? 'ok' : answer.reason
  }
  return { clock, upstream, broken, answer: () => one(call), one: () => reason(one), two: () => reason(two) }
}

test('"too busy" keeps every instance away for as long as it said, without a byte sent', async () => {
  const { clock, upstream, one, two } = await twoInstances()
  Object.assign(upstream, { says: 'busy', retryAfter: 20 })
  expect(await one()).toBe('busy')
  clock.set(after(day(0), { seconds: 19 }))
  expect([await one(), await two()]).toEqual(['busy', 'busy'])
  expect(upstream.calls).toBe(1)
})

test('a call held back at the gate says that nothing was sent; one that was made does not', async () => {
  const { upstream, answer } = await twoInstances()
  upstream.says = 'busy'
  expect(await answer()).not.toHaveProperty('unsent')
  expect(await answer()).toMatchObject({ reason: 'busy', unsent: true })
})

test('when the time is up one call finds out, and opens the gate for all', async () => {
  const { clock, upstream, one, two } = await twoInstances()
  Object.assign(upstream, { says: 'busy', retryAfter: 20 })
  await one()
  clock.set(after(day(0), { seconds: 20 }))
  upstream.says = 'ok'
  const { promise, resolve } = Promise.withResolvers<void>()
  upstream.thinks = promise
  const probe = one()
  await expect.poll(() => upstream.calls).toBe(2)
  expect(await two()).toBe('busy')
  resolve()
  expect(await probe).toBe('ok')
  expect([await one(), await two()]).toEqual(['ok', 'ok'])
})

test('one failure after another closes the gate; then one call probes', async () => {
  const { clock, upstream, one, two } = await twoInstances()
  upstream.says = 'timed-out'
  for (let n = 0; n < breaker.failures; n++) await (n % 2 ? one() : two())
  expect([await one(), await two()]).toEqual(['held-back', 'held-back'])
  expect(upstream.calls).toBe(breaker.failures)
  clock.set(after(day(0), { ms: breaker.closedFor }))
  expect((await Promise.all([one(), two()])).sort()).toEqual(['held-back', 'timed-out'])
  expect(upstream.calls).toBe(breaker.failures + 1)
})

test('failures far apart, and answers that are a no, close nothing', async () => {
  const { clock, upstream, one } = await twoInstances()
  for (let n = 0; n < 3 * breaker.failures; n++) {
    clock.set(after(day(0), { ms: n * breaker.within }))
    upstream.says = 'server-error'
    expect(await one()).toBe('server-error')
    upstream.says = 'forbidden'
    for (let m = 0; m < breaker.failures; m++) expect(await one()).toBe('forbidden')
  }
})

test('a call that its page broke off early says nothing of the upstream; one that had half its time says that it is silent', async () => {
  const { clock, upstream, broken } = await twoInstances()
  upstream.says = 'timed-out'
  for (let n = 0; n < 2 * breaker.failures; n++) expect(await broken({ ms: 100 })).toBe('timed-out')
  clock.set(day(1))
  for (let n = 0; n < breaker.failures; n++) {
    clock.set(day(1))
    expect(await broken({ ms: policies.lanekassen.total / 2 })).toBe('timed-out')
  }
  expect(await broken({ ms: 0 })).toBe('held-back')
})

test('a later end stands', async () => {
  const { clock, one, upstream } = await twoInstances()
  const gates = createUpstreamGate(db)
  await gates.busy('lanekassen', 60, clock.now())
  await gates.busy('lanekassen', 5, clock.now())
  clock.set(after(day(0), { seconds: 59 }))
  expect(await one()).toBe('busy')
  expect(upstream.calls).toBe(0)
})

test('the seconds to stay away are bounded, and thirty when nothing was said', () => {
  expect([null, undefined, 0, 7, 10 ** 9].map(secondsAway)).toEqual([30, 30, 1, 7, 900])
})
