import { expect, test } from 'vitest'
import { fail, ok } from '@/lib/result'
import { eventsAnswer, feedAddress, readFeed, type EventsAnswer } from './events'

const platform = 'https://platform.example'
const first = feedAddress(`${platform}/accessmanagement/api/v1/enterprise/consentrequests`, new Date('2026-11-21T09:00:00Z'))
const id = '7d1f0a52-5c1e-4f2b-9a55-0d6f3a1b2c3d'
const page = (types: readonly string[], next: string | null = null): EventsAnswer =>
  eventsAnswer.parse({ links: { next }, data: types.map((eventType, n) => ({ consentRequestId: id, eventType, changedDate: `2026-11-21T12:00:0${n}.123+00:00` })) })

test('asks for what concerns the state of a consent, in lower case', () => {
  const query = new URL(first).searchParams
  expect(query.get('createdAfter')).toBe('2026-11-21T09:00:00.000Z')
  expect(query.getAll('eventType')).toEqual(['accepted', 'rejected', 'revoked', 'deleted'])
})

test('reads either casing, takes deleted for a withdrawal, and passes over what it does not know', async () => {
  const news = await readFeed(first, async () => ok(page(['Accepted', 'revoked', 'DELETED', 'Created', 'SomethingNew', 'constructor', '__proto__'])))
  expect(news.ok && news.value).toHaveLength(3)
  expect(news).toMatchObject({ ok: true, value: [{ reference: id, status: 'accepted' }, { status: 'revoked' }, { status: 'revoked' }] })
})

test('follows next word for word, on the platform it knows', async () => {
  const asked: string[] = []
  const next = `${platform}/accessmanagement/api/v1/enterprise/consentrequests/events?continuationToken=a%2Bb%3D%3D`
  const news = await readFeed(first, async (url) => (asked.push(url), ok(asked.length === 1 ? page(['accepted'], next) : page([]))))
  expect(asked).toEqual([first, next])
  expect(news).toMatchObject({ ok: true, value: [{ status: 'accepted' }] })
})

test('does not follow next to another origin', async () => {
  for (const next of ['https://platform.example.evil/x', 'http://platform.example/x', 'https://platform.example:8443/x', 'https://user@evil.example/x']) {
    let calls = 0
    expect(await readFeed(first, async () => (calls++, ok(page(['accepted'], next))))).toMatchObject({ ok: false, reason: 'provider-unavailable' })
    expect(calls).toBe(1)
  }
})

test('a page that cannot be had ends the reading with its reason', async () => {
  expect(await readFeed(first, async () => fail('misconfigured'))).toMatchObject({ ok: false, reason: 'misconfigured' })
})
