import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSandbox, type Sandbox } from '../start.ts'
import { createBank, type Bank, type Json, type Reply } from '../testing/bank.ts'
import { registration, SCOPES } from '../testing/registration.ts'

const STEINAR = '01085301957'
let sandbox: Sandbox
let bank: Bank

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, registration: registration(), log: () => {} })
  bank = createBank(sandbox.origin)
})
beforeEach(() => bank.control('POST', 'reset'))
afterAll(() => sandbox.close())

const rows = (answer: Reply): Json[] => answer.json.data as Json[]
const next = (answer: Reply): string | undefined => (answer.json.links as { next?: string }).next
const atOnce = (): Promise<Reply> => bank.control('PUT', 'settings', { eventsDelaySeconds: 0 })
const encoded = (query: Record<string, string>): string => `?${new URLSearchParams(query)}`

test('an event shows after five minutes only, unless the delay is set lower', async () => {
  await bank.accepted(STEINAR)
  expect(rows(await bank.events())).toEqual([])
  await atOnce()
  expect(rows(await bank.events()).map(({ eventType }) => eventType)).toEqual(['Created', 'Accepted'])
})

test('oldest first, with the id, the type in Pascal case and the time', async () => {
  await atOnce()
  const id = await bank.accepted(STEINAR)
  await bank.control('POST', `consents/${id}/revoke`)
  const found = rows(await bank.events('?eventType=accepted&eventType=revoked'))
  expect(found).toMatchObject([{ consentRequestId: id, eventType: 'Accepted' }, { consentRequestId: id, eventType: 'Revoked' }])
  expect(String(found[0]?.changedDate)).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/)
})

describe('filters', () => {
  test('by consent, by type, by time (from and including, until and excluding)', async () => {
    await atOnce()
    const first = await bank.accepted(STEINAR)
    const second = await bank.accepted(STEINAR)
    expect(rows(await bank.events(`?consentRequestId=${second}`)).map(({ consentRequestId }) => consentRequestId)).toEqual([second, second])
    expect(rows(await bank.events('?eventType=rejected'))).toEqual([])
    const [{ changedDate } = {}] = rows(await bank.events(`?consentRequestId=${first}`))
    const at = String(changedDate)
    const after = rows(await bank.events(encoded({ createdAfter: at })))
    expect(after[0]).toMatchObject({ consentRequestId: first, eventType: 'Created' })
    expect(rows(await bank.events(encoded({ createdBefore: at })))).toEqual([])
  })
})

describe('pages', () => {
  test('are of 100; the full page names the next, the last one does not', async () => {
    await atOnce()
    const token = await bank.token(SCOPES.write)
    for (let made = 0; made < 103; made++) await bank.create(bank.request(STEINAR), token)
    const first = await bank.events()
    expect(rows(first)).toHaveLength(100)
    const link = next(first) ?? ''
    expect(new URL(link).origin).toBe(sandbox.origin)
    const second = await bank.events(new URL(link).search)
    expect([rows(second).length, next(second)]).toEqual([3, undefined])
    const ids = [...rows(first), ...rows(second)].map(({ consentRequestId }) => consentRequestId)
    expect(new Set(ids).size).toBe(103)
  })
  test('a full page may be followed by an empty one, and filters go with the link', async () => {
    await atOnce()
    const token = await bank.token(SCOPES.write)
    for (let made = 0; made < 100; made++) {
      const body = bank.request(STEINAR)
      await bank.create(body, token)
      await bank.control('POST', `consents/${String(body.id)}/reject`)
    }
    const first = await bank.events('?eventType=rejected')
    expect(rows(first)).toHaveLength(100)
    expect(next(first)).toContain('eventType=rejected')
    const second = await bank.events(new URL(next(first) ?? '').search)
    expect([rows(second), next(second)]).toEqual([[], undefined])
  })
})

describe('refused', () => {
  test.each([
    ['a cursor that is none', { continuationToken: 'abc' }, 'AM.VLD-00053'],
    ['dates the wrong way round', { createdAfter: '2026-02-01T00:00:00Z', createdBefore: '2026-01-01T00:00:00Z' }, 'AM.VLD-00051'],
    ['an unknown type', { eventType: 'expired' }, 'AM.VLD-00052'],
    ['a type in Pascal case', { eventType: 'Revoked' }, 'AM.VLD-00052'],
  ])('%s', async (_what, query, code) => {
    const answer = await bank.events(encoded(query))
    expect([answer.status, answer.json.code]).toEqual([400, 'STD-00000'])
    expect(answer.json.validationErrors).toMatchObject([{ code }])
  })
  test('what cannot be read at all', async () => {
    expect((await bank.events('?createdAfter=snart')).status).toBe(400)
    expect((await bank.events('?consentRequestId=1')).status).toBe(400)
  })
  test('another consumer sees nothing of ours', async () => {
    await atOnce()
    await bank.accepted(STEINAR)
    await bank.control('PUT', 'faults/maskinporten', { fault: 'token-consumer', times: 1 })
    expect(rows(await bank.events('', await bank.token(SCOPES.read)))).toEqual([])
  })
})

test('a consent that is moved against its state answers 409 with the code', async () => {
  const id = await bank.accepted(STEINAR)
  expect((await bank.control('POST', `consents/${id}/reject`)).json.error).toBe('AM-00015')
  await bank.control('POST', `consents/${id}/revoke`)
  expect((await bank.control('POST', `consents/${id}/accept`)).json.error).toBe('AM-00002')
  const unanswered = bank.request(STEINAR)
  await bank.create(unanswered)
  expect((await bank.control('POST', `consents/${String(unanswered.id)}/revoke`)).json.error).toBe('AM-00010')
  expect((await bank.control('POST', `consents/${randomUUID()}/accept`)).status).toBe(404)
})
