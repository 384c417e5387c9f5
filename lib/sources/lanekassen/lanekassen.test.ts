import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import type { SourceCredentials } from '@/lib/consent/provider'
import { Secret } from '@/lib/secret'
import { aNationalId, besidesReferences, digits, publishedCustomers } from '@/lib/testing/builders'
import { aSandbox, SCOPE } from '@/lib/testing/sandbox'
import { aStoredRequest } from '@/lib/testing/street'
import { balanceCase, type StudentLoanBalance } from './balance'

const sandbox = await aSandbox()
const { fault, requests } = sandbox
afterEach(() => sandbox.reset())

type Expected = { pid: string; name: string; expected: { parts: { name: string; ore: number | null; currency: string }[]; sumOre: number | null; totalOre: number | null } | null }
const people = new Map((await sandbox.control<Expected[]>('GET', 'people')).map((person) => [person.pid, person]))

/** Everything up to the call, as it is in life: an accepted consent and the tokens for it. */
async function about(pid: string, adapters = sandbox.adapters()) {
  const consent = await aStoredRequest(sandbox, { of: pid, accepted: true })
  const credentials = await adapters.altinn3.getCredentials(consent, aNationalId(pid), { scope: SCOPE, sourceKnows: false })
  if (!credentials.ok) throw new Error(`${credentials.reason} ${credentials.detail}`)
  const read = (but: Partial<SourceCredentials> = {}, of = pid, requestId: string = randomUUID()) => adapters.lanekassen.read({ ...credentials.value, ...but }, aNationalId(of), requestId)
  return { read, adapters, credentials: credentials.value }
}
const balanceOf = async (pid: string): Promise<StudentLoanBalance> => {
  const reading = await (await about(pid)).read()
  if (!reading.ok) throw new Error(`${reading.reason} ${reading.detail}`)
  return reading.value
}
const lastStatus = async () => (await requests('lanekassen', 'accounts')).at(-1)

describe('the 17 published customers', () => {
  test.each(publishedCustomers)('%s: every part and the total are the table’s, to the øre', async (pid) => {
    const { expected } = people.get(pid) ?? {}
    const balance = await balanceOf(pid)
    expect(new Map(balance.parts.map(({ name, amount }) => [name, amount?.ore]))).toEqual(new Map(expected?.parts.map(({ name, ore }) => [name, ore])))
    expect(balance).toMatchObject({ total: { ore: expected?.totalOre, currency: 'NOK' }, reconciled: true })
  })

  test.each<[string, ReturnType<typeof balanceCase>]>([['01085301957', 'debt'], ['02075700329', 'no-debt'], ['04125300311', 'debt'], ['05106500098', 'without-loan'], ['06095300381', 'without-loan'], ['08046802080', 'without-loan']])('%s is told as %s', async (pid, meaning) => {
    expect(balanceCase(await balanceOf(pid))).toBe(meaning)
  })

  test('say when something last changed, where something did', async () => {
    const { parts } = await balanceOf('04125300311')
    expect(parts.length).toBeGreaterThan(1)
    for (const { changedAt } of parts) expect(changedAt).toBeInstanceOf(Date)
    expect((await balanceOf('02075700329')).changedAt).toBeNull()
  })
})

describe('what Lånekassen may also say', () => {
  test.each<[string, string, object]>([
    ['a credit', '04867310741', { total: { ore: -152350 }, reconciled: true }],
    ['an amount that is null', '05917611434', { total: null, reconciled: true }],
    ['a total that is null', '20829222281', { total: null, reconciled: true }],
    ['a total of 0 beside parts', '07898212828', { total: { ore: 1305523 }, reconciled: false }],
    ['two balances in one part', '18848620560', { total: { ore: 12500050 }, reconciled: true, parts: [{ kind: 'loan' }, { kind: 'loan' }] }],
    ['a balance of another type', '22929823420', { total: { ore: 7500000 }, parts: [{ kind: 'loan', amount: { ore: 7500000 } }] }],
    ['a part we do not know', '06847912160', { total: { ore: 8872300 }, parts: [{ kind: 'loan' }, { kind: 'other', name: 'Forsinkelsesrenter' }] }],
  ])('%s', async (_what, pid, balance) => {
    expect(await balanceOf(pid)).toMatchObject(balance)
  })

  test.each([['a total without parts', '19898921215'], ['another currency', '08828513592'], ['three decimals', '13837117083'], ['an answer about another person', '14887417882'], ['half an answer', '15817718466'], ['an enormous answer', '16868019240'], ['a web page', '17918319816']])('%s is not shown', async (_what, pid) => {
    expect(await (await about(pid)).read()).toMatchObject({ ok: false, reason: 'unexpected-answer' })
  })

  test('that it knows nobody of that number: not a balance of nothing', async () => {
    expect(await (await about('03817010023')).read()).toMatchObject({ ok: false, reason: 'not-a-customer' })
  })

  test.each([['with a time to wait', '09878814247', 20], ['without', '10929114952', null]])('that it is busy, %s', async (_what, pid, retryAfter) => {
    expect(await (await about(pid)).read()).toMatchObject({ ok: false, reason: 'source-busy', retryAfter })
  })

  test('that something is wrong', async () => {
    expect(await (await about('11859415689')).read()).toMatchObject({ ok: false, reason: 'source-unavailable' })
    expect(await requests('lanekassen', 'accounts')).toHaveLength(1)
  })

  test.each([
    ['down', 'source-unavailable'], ['500', 'source-unavailable'], ['502', 'source-unavailable'], ['504', 'source-unavailable'], ['cut-off', 'source-unavailable'], ['lost-answer', 'source-unavailable'], ['redirect', 'source-unavailable'],
    ['400', 'misconfigured'], ['401', 'access-refused'], ['403', 'consent-refused'], ['404', 'not-a-customer'], ['429', 'source-busy'], ['html', 'unexpected-answer'], ['truncated', 'unexpected-answer'], ['wrong-types', 'unexpected-answer'],
    ['huge', 'unexpected-answer'], ['gzip-bomb', 'unexpected-answer'], ['other-person', 'unexpected-answer'], ['drop-psu-id', 'misconfigured'],
  ])('%s, which is %s in our words, after one call', async (what, reason) => {
    const { read } = await about('01085301957')
    await fault('lanekassen', what, { times: 9 })
    expect(await read()).toMatchObject({ ok: false, reason })
    expect((await requests('lanekassen', 'accounts')).length).toBeLessThanOrEqual(1)
  })

  test.each([['seconds', 45, 45], ['date', 45, 45], ['garbage', 45, null], ['none', 45, null]])('429 with Retry-After as %s', async (retryAfter, seconds, told) => {
    const { read } = await about('01085301957')
    await fault('lanekassen', '429', { retryAfter, seconds })
    const said = ((await read()) as { retryAfter?: number | null }).retryAfter
    if (told === null) expect(said).toBeNull()
    else expect([told - 1, told, told + 1]).toContain(said)
  })

  test('leaves neither amounts, nor numbers, nor tokens in the log, or in the reason that whoever asked will log', async () => {
    for (const pid of ['07898212828', '06847912160', '14887417882', '11859415689', '15817718466']) {
      const { read, adapters } = await about(pid)
      const answer = await read()
      const told = answer.ok ? adapters.log.lines : [answer, ...adapters.log.lines]
      expect(told.length, pid).toBeGreaterThan(0)
      expect(besidesReferences(told)).not.toMatch(/\d{11}|eyJ|Forsinkelsesrenter|13055|88723|the-right-api-key/)
    }
  })
})

describe('what Lånekassen must get', () => {
  const refusals: [string, string, (it: Awaited<ReturnType<typeof about>>) => ReturnType<Awaited<ReturnType<typeof about>>['read']>][] = [
    ['the token and nothing else: no Bearer', 'access-refused', ({ read, credentials }) => read({ accessToken: new Secret(`Bearer ${credentials.accessToken.reveal()}`) })],
    ['the token without quotes', 'access-refused', ({ read, credentials }) => read({ accessToken: new Secret(`"${credentials.accessToken.reveal()}"`) })],
    ['a token of its own, not Altinn’s', 'access-refused', ({ read, adapters }) => adapters.maskinporten.accessToken('altinn:consentrequests.read').then((token) => read({ accessToken: token.ok ? token.value : new Secret('') }))],
    ['a token with the consent in it', 'consent-refused', ({ read, adapters }) => adapters.maskinporten.accessToken(SCOPE).then((token) => read({ accessToken: token.ok ? token.value : new Secret('') }))],
    ['the number of the one who gave the consent', 'consent-refused', ({ read }) => read({}, digits)],
    ['a request id that is a UUID', 'misconfigured', ({ read }) => read({}, undefined, 'one')],
    ['no consent token where it is in the other', 'misconfigured', ({ read, credentials }) => read({ consentToken: credentials.accessToken })],
  ]
  test.each(refusals)('%s', async (_what, reason, read) => {
    expect(await read(await about('24907524708'))).toMatchObject({ ok: false, reason })
    expect(await lastStatus()).toMatchObject({ refusedBecause: expect.any(String) as string })
  })

  test('the right API key', async () => {
    const { read } = await about('24907524708', sandbox.adapters({ apiKey: 'another-key' }))
    expect(await read()).toMatchObject({ ok: false, reason: 'access-refused' })
    expect(await lastStatus()).toMatchObject({ status: 401 })
  })
})

test.each(['altinn3-both', 'altinn3-same'] as const)('the consent may reach Lånekassen as %s too', async (transport) => {
  const street = await aSandbox({ transport })
  const consent = await aStoredRequest(street, { of: '04125300311', accepted: true })
  const { altinn3, lanekassen } = street.adapters()
  const credentials = await altinn3.getCredentials(consent, aNationalId('04125300311'), { scope: SCOPE, sourceKnows: false })
  if (!credentials.ok) throw new Error(credentials.reason)
  expect(await lanekassen.read(credentials.value, aNationalId('04125300311'), randomUUID())).toMatchObject({ ok: true, value: { reconciled: true } })
})

test('what was read can be held as JSON and read back the same', async () => {
  const { lanekassen } = sandbox.adapters()
  for (const pid of ['04125300311', '02075700329', '05917611434', '06847912160', '07898212828']) {
    const balance = await balanceOf(pid)
    expect(lanekassen.held.parse(JSON.parse(JSON.stringify(balance)))).toEqual(balance)
  }
  for (const wrong of [null, {}, { parts: [], total: { ore: 1.5, currency: 'NOK' }, reconciled: true, changedAt: null }, { parts: [], total: { ore: 1, currency: 'EUR' }, reconciled: true, changedAt: null }]) expect(lanekassen.held.safeParse(wrong).success).toBe(false)
})

test('is one of the upstreams, with the one scope that it needs', () => {
  expect(sandbox.adapters().lanekassen).toMatchObject({ name: 'lanekassen', scope: SCOPE })
})
