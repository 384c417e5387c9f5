import { expect, test } from 'vitest'
import { freshDatabase, later, today } from '@/lib/testing/database'
import { createEventFeedStore } from './event-feed-store'

const database = await freshDatabase({ timeZone: 'Asia/Kathmandu' })
const [here, there] = [createEventFeedStore(database.db), createEventFeedStore(database.another())]

test('a feed that was never read has no position', async () => {
  expect(await here.position('never')).toBeNull()
})

test('how far it was read is known to every instance, to the millisecond', async () => {
  await here.advance('feed', later({ ms: 1 }), later({ minutes: 1 }))
  expect(await there.position('feed')).toEqual({ readUpTo: later({ ms: 1 }), askedAt: later({ minutes: 1 }) })
})

test('it moves forward and never back, whoever comes last', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? here : there).advance('many', later({ seconds: (n * 7) % 20 }), today)))
  expect((await here.position('many'))?.readUpTo).toEqual(later({ seconds: 19 }))
  await there.advance('many', today, later({ minutes: 5 }))
  expect(await here.position('many')).toEqual({ readUpTo: later({ seconds: 19 }), askedAt: later({ minutes: 5 }) })
})

test('one bank’s feed is not another’s', async () => {
  await here.advance('altinn3/311111116', today, today)
  expect(await here.position('altinn3/312222221')).toBeNull()
})
