import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Consent } from '@/lib/consent/consent'
import type { ConsentProvider, CredentialsRefusal } from '@/lib/consent/provider'
import { fail, ok } from '@/lib/result'
import { Secret } from '@/lib/secret'
import { aConsent, after, aNationalId, day } from '@/lib/testing/builders'
import { exchangesInMemory } from '@/lib/testing/exchanges'
import { aDiary, aProvider, aSource, clockAt, everyProviderIs, consentsInMemory, subjectsInMemory, type Figures } from '@/lib/testing/fakes'
import { askSource } from './ask-source'
import type { DataSource } from './source'

/** A consent that is exchanged once (altinn3-both), against a source that says as told. */
const transport = 'altinn3-both'
const known = { exchange: 'used', exchangeAt: day(-9), sourceKnowsSince: day(-9), sourceKnowsVia: transport, lastReadAt: day(-1) } as const
type Read = DataSource<Figures>['read']
type Given = { consent?: Partial<Consent>; credentials?: ConsentProvider['getCredentials']; read?: Read; once?: boolean; refuse?: (type: string) => boolean }

function setUp({ consent: but = {}, credentials, read = async () => ok({ total: 1 }), once = true, refuse }: Given = {}) {
  const consent = aConsent({ status: 'accepted', ...but })
  const diary = aDiary()
  if (refuse) diary.refuse(({ type }) => refuse(type))
  const consents = consentsInMemory([consent], diary)
  const exchanges = exchangesInMemory(consents, diary)
  const clock = clockAt(day(0))
  const shown: string[] = []
  const provider = aProvider({
    traits: { exchangesOnce: once, namesRequests: false, asksLastName: false },
    getCredentials: credentials ?? (async (_consent, _person, { sourceKnows }) => (diary.note(sourceKnows ? 'ask for the status' : 'exchange'), ok({ accessToken: new Secret('shared'), consentToken: sourceKnows ? null : new Secret('consent') }))),
  })
  const source = aSource({ read: async (tokens, ...asked) => (shown.push(`${tokens.accessToken.reveal()} ${tokens.consentToken?.reveal() ?? '-'}`), diary.note('call the source'), read(tokens, ...asked)) })
  const deps = { clock, newId: randomUUID, consents, exchanges, subjects: subjectsInMemory([consent.subjectRef, aNationalId()]), providers: everyProviderIs(provider), policy: { transport } }
  const ask = (of = consent, signal = AbortSignal.timeout(5_000)) => askSource(deps, { source, consent: of, correlationId: 'K7QM-9XTB-2RWH', signal })
  const row = () => consents.rows.get(consent.id) ?? consent
  /** As `keep` does with an answer that is kept. */
  const keep = () => void consents.rows.set(consent.id, { ...row(), lastReadAt: clock.now(), sourceKnowsSince: clock.now(), sourceKnowsVia: transport, exchange: 'used' })
  return { consent, diary, clock, shown, deps, ask, row, keep, exchanges }
}
const refusal = (reason: CredentialsRefusal['reason'], exchange?: 'lost' | 'spent') => async () => ({ ...fail(reason), ...(exchange && { exchange }) })

describe('a consent that was never exchanged', () => {
  test('is exchanged once it is written down, and shown once what came of it is', async () => {
    const { ask, diary, shown, row } = setUp()
    expect((await ask()).ok).toBe(true)
    expect(diary.entries).toEqual(['consent.exchange-started', 'exchange', 'consent.exchange-ended: given', 'call the source'])
    expect(shown).toEqual(['shared consent'])
    expect(row()).toMatchObject({ exchange: 'given', exchangeAt: day(0) })
  })

  test('is not exchanged when that cannot be written down', async () => {
    const { ask, diary, row } = setUp({ refuse: (type) => type === 'consent.exchange-started' })
    await expect(ask()).rejects.toThrow()
    expect([diary.entries, row().exchange]).toEqual([[], null])
  })

  test('is not shown when what came of it cannot be written down', async () => {
    const { ask, shown } = setUp({ refuse: (type) => type === 'consent.exchange-ended' })
    await expect(ask()).rejects.toThrow()
    expect(shown).toEqual([])
  })

  test.each(['provider-unavailable', 'provider-refused', 'credentials-unavailable', 'misconfigured'] as const)('and certainly was not now either (%s) may be exchanged at the next try', async (reason) => {
    const { ask, diary, row } = setUp({ credentials: refusal(reason) })
    expect(await ask()).toMatchObject({ ok: false, reason })
    expect(diary.entries).toEqual(['consent.exchange-started', 'consent.exchange-ended: not-made'])
    expect(row()).toMatchObject({ exchange: null, exchangeAt: null })
  })

  test('and whose exchange has no answer is lost: it is told, now and ever after, and nobody is asked again', async () => {
    const { ask, diary, row, clock } = setUp({ credentials: refusal('credentials-unavailable', 'lost') })
    expect(await ask()).toMatchObject({ ok: false, reason: 'exchange-unknown' })
    clock.set(day(1))
    expect(await ask(row())).toMatchObject({ ok: false, reason: 'exchange-unknown' })
    expect(diary.entries).toEqual(['consent.exchange-started', 'consent.exchange-ended: lost'])
  })

  test('and whose token must not be used is spent', async () => {
    const { ask, row } = setUp({ credentials: refusal('misconfigured', 'spent') })
    expect(await ask()).toMatchObject({ ok: false, reason: 'misconfigured' })
    expect(row().exchange).toBe('spent')
  })

  test('is lost when something unforeseen happens in the middle', async () => {
    const { ask, row, diary } = setUp({ credentials: () => Promise.reject(new Error('a bug')) })
    await expect(ask()).rejects.toThrow('a bug')
    expect([row().exchange, diary.entries.at(-1)]).toEqual(['lost', 'consent.exchange-ended: lost'])
  })

  test('has not ended by that: what the provider says of it is passed on, and nothing was exchanged', async () => {
    const { ask, row } = setUp({ credentials: async () => ({ ...fail('consent-not-active'), status: 'revoked' }) })
    expect(await ask()).toMatchObject({ reason: 'consent-not-active', status: 'revoked' })
    expect(row().exchange).toBeNull()
  })
})

describe('a token on which the source gave nothing', () => {
  test.each(['source-unavailable', 'source-busy', 'not-a-customer', 'consent-refused', 'unexpected-answer', 'misconfigured'] as const)('(%s) is spent', async (reason) => {
    const { ask, row, diary } = setUp({ read: async () => fail(reason) })
    expect(await ask()).toMatchObject({ ok: false, reason })
    expect([row().exchange, diary.entries.at(-1)]).toEqual(['spent', 'consent.exchange-ended: spent'])
  })

  test('is not made anew: the source is asked without one, for it may have got it', async () => {
    const it = setUp({ consent: { exchange: 'spent', exchangeAt: day(-1) } })
    expect((await it.ask()).ok).toBe(true)
    expect([it.diary.entries, it.shown]).toEqual([['ask for the status', 'call the source'], ['shared -']])
  })

  test('and that the source does not know of is told as used up, and not exchanged again', async () => {
    const { ask, diary } = setUp({ consent: { exchange: 'spent', exchangeAt: day(-1) }, read: async () => fail('consent-refused') })
    expect(await ask()).toMatchObject({ ok: false, reason: 'token-spent' })
    expect(diary.entries).toEqual(['ask for the status', 'call the source'])
  })
})

describe('somebody who died in the middle', () => {
  test('before the answer leaves an exchange that nobody knows of: the next one says so, in the audit log too', async () => {
    const { ask, diary, row } = setUp({ consent: { exchange: 'begun', exchangeAt: after(day(0), { seconds: -12 }) } })
    expect(await ask()).toMatchObject({ ok: false, reason: 'exchange-unknown' })
    expect([diary.entries, row().exchange]).toEqual([['consent.exchange-ended: lost'], 'lost'])
  })

  test('after the answer leaves a token that is spent, unless the source had got it', async () => {
    const died = { exchange: 'given', exchangeAt: after(day(0), { seconds: -12 }) } as const
    expect((await setUp({ consent: died }).ask()).ok).toBe(true)
    const { ask, diary, row } = setUp({ consent: died, read: async () => fail('consent-refused') })
    expect(await ask()).toMatchObject({ ok: false, reason: 'token-spent' })
    expect([diary.entries.at(-1), row().exchange]).toEqual(['consent.exchange-ended: spent', 'spent'])
  })
})

describe('two log-ins that come for the same consent', () => {
  test('exchange it once: the second waits, and goes on without a token', async () => {
    const it = setUp()
    const first = it.ask()
    const second = it.ask()
    expect((await first).ok).toBe(true)
    it.keep()
    expect((await second).ok).toBe(true)
    expect([it.shown, it.diary.entries.filter((entry) => entry === 'exchange')]).toEqual([['shared consent', 'shared -'], ['exchange']])
  })

  test('of which the first certainly exchanged nothing: the second does', async () => {
    let tries = 0
    const it = setUp({ credentials: async () => (++tries === 1 ? fail('provider-unavailable') : ok({ accessToken: new Secret('shared'), consentToken: new Secret('consent') })) })
    const [first, second] = await Promise.all([it.ask(), it.ask()])
    expect([first.ok, second.ok, tries]).toEqual([false, true, 2])
  })

  test('of which the first got no answer: both are told', async () => {
    const it = setUp({ credentials: refusal('provider-unavailable', 'lost') })
    expect(await Promise.all([it.ask(), it.ask()])).toMatchObject([{ reason: 'exchange-unknown' }, { reason: 'exchange-unknown' }])
  })

  test('of which the first takes all the time there is: the second gives up', async () => {
    const it = setUp({ consent: { exchange: 'begun', exchangeAt: day(0) } })
    expect(await it.ask(it.row(), AbortSignal.timeout(150))).toMatchObject({ reason: 'source-unavailable' })
    expect(it.diary.entries).toEqual([])
  })

  test('while the consent ends: the second is told that', async () => {
    const it = setUp({ consent: { exchange: 'begun', exchangeAt: day(0) } })
    const waiting = it.ask()
    it.deps.consents.rows.set(it.consent.id, { ...it.row(), status: 'revoked' })
    expect(await waiting).toMatchObject({ reason: 'consent-ended' })
  })
})

describe('a source that knew the consent', () => {
  test('is asked without a token, once Altinn has said that the consent stands', async () => {
    const it = setUp({ consent: known })
    expect((await it.ask()).ok).toBe(true)
    expect([it.diary.entries, it.shown]).toEqual([['ask for the status', 'call the source'], ['shared -']])
  })

  test('and has forgotten is shown it once more', async () => {
    const it = setUp({ consent: known, read: async ({ consentToken }) => (consentToken ? ok({ total: 1 }) : fail('consent-refused')) })
    expect((await it.ask()).ok).toBe(true)
    expect(it.diary.entries).toEqual(['ask for the status', 'call the source', 'consent.exchange-started', 'exchange', 'consent.exchange-ended: given', 'call the source'])
  })

  test('and has forgotten, with nobody there to exchange it: the next try may', async () => {
    const it = setUp({ consent: known, read: async () => fail('consent-refused'), credentials: async (_c, _p, { sourceKnows }) => (sourceKnows ? ok({ accessToken: new Secret('shared'), consentToken: null }) : fail('provider-unavailable')) })
    expect(await it.ask()).toMatchObject({ reason: 'provider-unavailable' })
    expect(it.row()).toMatchObject({ exchange: 'used', sourceKnowsSince: day(-9) })
  })

  test('and has forgotten, with the second exchange lost, is asked without a token at every later log-in, and shown none', async () => {
    const it = setUp({ consent: { ...known, exchange: 'lost', exchangeAt: day(-1) }, read: async () => fail('consent-refused') })
    expect(await it.ask()).toMatchObject({ reason: 'exchange-unknown' })
    expect(it.shown).toEqual(['shared -'])
  })

  test('under a transport that exchanges for each reading is simply shown it again', async () => {
    const it = setUp({ once: false, consent: { ...known, exchange: null, exchangeAt: null }, read: async ({ consentToken }) => (consentToken ? ok({ total: 1 }) : fail('consent-refused')) })
    expect((await it.ask()).ok).toBe(true)
    expect(it.diary.events).toEqual([])
  })
})

describe('an access token that the source does not take', () => {
  const replacing = (another: Awaited<ReturnType<NonNullable<Parameters<Read>[0]['replaceAccessToken']>>>) => async () => ok({ accessToken: new Secret('old'), consentToken: new Secret('consent'), replaceAccessToken: async () => another })
  const only = (good: string): Read => async ({ accessToken }) => (accessToken.reveal() === good ? ok({ total: 1 }) : fail('access-refused'))

  test('is replaced once, and the question put again with the same consent token', async () => {
    const it = setUp({ credentials: replacing(ok(new Secret('new'))), read: only('new') })
    expect((await it.ask()).ok).toBe(true)
    expect([it.shown, it.row().exchange]).toEqual([['old consent', 'new consent'], 'given'])
  })

  test('and its successor neither, is ours to mend: there is no third', async () => {
    const it = setUp({ credentials: replacing(ok(new Secret('new'))), read: only('none') })
    expect(await it.ask()).toMatchObject({ reason: 'misconfigured' })
    expect(it.shown).toHaveLength(2)
  })

  test('and cannot be replaced: that is told', async () => {
    expect(await setUp({ credentials: replacing(fail('credentials-unavailable')), read: only('none') }).ask()).toMatchObject({ reason: 'credentials-unavailable' })
  })

  test('and carries the consent itself is ours to mend', async () => {
    const it = setUp({ once: false, read: only('none') })
    expect(await it.ask()).toMatchObject({ reason: 'misconfigured' })
    expect(it.shown).toHaveLength(1)
  })
})
