import { expect, test } from 'vitest'
import { followShare } from './follow-share'

const share = { bank: '311111116', id: 'a' }

/** News that somebody can bring by hand. */
function bell() {
  const hearing = new Set<() => void>()
  return { hearing, ring: () => hearing.forEach((hear) => hear()), news: { follow: (_share: unknown, hear: () => void) => { hearing.add(hear); return () => void hearing.delete(hear) } } }
}

test('tells how it stands at once, and again as soon as there is news', async () => {
  const { news, ring, hearing } = bell()
  let state = 'waiting'
  const leaving = new AbortController()
  const told = followShare({ news, share, ask: async () => state, every: 60_000, signal: leaving.signal })
  expect((await told.next()).value).toBe('waiting')
  const next = told.next()
  state = 'open'
  ring()
  expect((await next).value).toBe('open')
  leaving.abort()
  expect((await told.next()).done).toBe(true)
  expect(hearing.size).toBe(0)
})

test('looks by itself when nobody brings news', async () => {
  const told = followShare({ news: bell().news, share, ask: async () => 'open', every: 5, signal: AbortSignal.timeout(5_000) })
  for (let time = 0; time < 4; time++) expect((await told.next()).value).toBe('open')
  await told.return(undefined)
})

test('news that comes while it looks is not lost', async () => {
  const { news, ring } = bell()
  const states = ['open', 'ended']
  const told = followShare({ news, share, ask: async () => { if (states.length === 2) ring(); return states.shift() ?? 'ended' }, every: 60_000, signal: AbortSignal.timeout(5_000) })
  expect([(await told.next()).value, (await told.next()).value]).toEqual(['open', 'ended'])
  await told.return(undefined)
})

test('ends when the browser leaves while it waits, and when it cannot be told', async () => {
  const { news, hearing } = bell()
  const leaving = new AbortController()
  const told = followShare({ news, share, ask: async () => 'open', every: 60_000, signal: leaving.signal })
  await told.next()
  const next = told.next()
  leaving.abort()
  expect((await next).done).toBe(true)
  const broken = followShare({ news, share, ask: () => Promise.reject(new Error('no database')), every: 5, signal: AbortSignal.timeout(5_000) })
  await expect(broken.next()).rejects.toThrow('no database')
  expect(hearing.size).toBe(0)
})
