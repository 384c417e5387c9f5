import { decodeJwt } from 'jose'
import { afterEach, describe, expect, test } from 'vitest'
import { after, besidesReferences, day, digits } from '@/lib/testing/builders'
import { leaseInMemory } from '@/lib/testing/fakes'
import { aKeyPair } from '@/lib/testing/key-pairs'
import { aSandbox, BANK, SCOPE, SUPPLIER } from '@/lib/testing/sandbox'
import { systemClock } from '@/lib/clock'
import { aStoredRequest } from '@/lib/testing/street'

const sandbox = await aSandbox()
const asSupplier = await aSandbox({ supplier: true })
const { fault, requests } = sandbox
const [wrongKey, unknownKid] = [await aKeyPair('bank-2026'), await aKeyPair('bank-2031')]
const tokenRequests = async () => (await requests('maskinporten', 'token')).length
afterEach(() => sandbox.reset())

describe('an access token', () => {
  test('is for one scope and for the bank', async () => {
    const token = await sandbox.adapters().maskinporten.accessToken(SCOPE)
    expect(token.ok && decodeJwt(token.value.reveal())).toMatchObject({ iss: `${sandbox.origin}/maskinporten/`, scope: SCOPE, consumer: { ID: `0192:${BANK}` } })
  })

  test('of a supplier is for the bank that it acts for', async () => {
    const token = await asSupplier.adapters().maskinporten.accessToken(SCOPE)
    expect(token.ok && decodeJwt(token.value.reveal())).toMatchObject({ consumer: { ID: `0192:${BANK}` }, supplier: { ID: `0192:${SUPPLIER}` } })
  })

  test('is the same for everybody who asks while it lives: fifty at once and one later are one request', async () => {
    const { maskinporten } = sandbox.adapters()
    const tokens = await Promise.all(Array.from({ length: 50 }, () => maskinporten.accessToken(SCOPE)))
    const later = await maskinporten.accessToken(SCOPE)
    expect(new Set([...tokens, later].map((it) => it.ok && it.value.reveal())).size).toBe(1)
    expect(await tokenRequests()).toBe(1)
  })

  test('is the same on two instances that share the lease', async () => {
    const lease = leaseInMemory(systemClock)
    const instances = [sandbox.adapters({ lease }), sandbox.adapters({ lease })] as const
    const tokens = await Promise.all(Array.from({ length: 40 }, (_, n) => instances[n % 2 === 0 ? 0 : 1].maskinporten.accessToken(SCOPE)))
    expect(new Set(tokens.map((it) => it.ok && it.value.reveal())).size).toBe(1)
    expect(await tokenRequests()).toBe(1)
  })

  test('is another for another scope, client, consumer or key: each has a lease of its own', async () => {
    const lease = leaseInMemory(systemClock)
    const other = await aKeyPair('bank-2027')
    await sandbox.adapters({ lease }).maskinporten.accessToken(SCOPE)
    await sandbox.adapters({ lease }).maskinporten.accessToken('altinn:consentrequests.read')
    await sandbox.adapters({ lease, maskinporten: { signingKey: async () => other.signing } }).maskinporten.accessToken(SCOPE)
    await sandbox.adapters({ lease, maskinporten: { consumerOrg: '313333332' } }).maskinporten.accessToken(SCOPE)
    await sandbox.adapters({ lease, maskinporten: { clientId: '99999999-2222-4333-8444-555555555555' } }).maskinporten.accessToken(SCOPE)
    expect(lease.keys.size).toBe(5)
  })

  test('that an API refused is replaced by the next caller, once for all who complain', async () => {
    const { maskinporten } = sandbox.adapters()
    const first = await maskinporten.accessToken(SCOPE)
    if (!first.ok) throw new Error(first.reason)
    await Promise.all(Array.from({ length: 20 }, () => maskinporten.refused(SCOPE, first.value)))
    const second = await maskinporten.accessToken(SCOPE)
    await maskinporten.refused(SCOPE, first.value)
    const third = await maskinporten.accessToken(SCOPE)
    expect([second.ok && second.value.reveal() !== first.value.reveal(), third]).toEqual([true, second])
    expect(await tokenRequests()).toBe(2)
  })
})

describe('a consent token', () => {
  test('names the consent, and is made anew each time: making it is the check that the consent stands', async () => {
    const { id } = await aStoredRequest(sandbox, { accepted: true })
    const { maskinporten } = sandbox.adapters()
    const consent = { type: 'urn:altinn:consent', id, from: `urn:altinn:person:identifier-no:${digits}` } as const
    const [one, two] = [await maskinporten.consentToken(SCOPE, consent, { once: false }), await maskinporten.consentToken(SCOPE, consent, { once: true })]
    expect(one.ok && decodeJwt(one.value.reveal())).toMatchObject({ scope: SCOPE, authorization_details: [{ ...consent, to: { ID: `0192:${BANK}` } }] })
    expect(one.ok && two.ok && one.value.reveal() !== two.value.reveal()).toBe(true)
    expect(await requests('maskinporten', 'consent-token')).toHaveLength(2)
  })

  test.each(['nobody answered yet', 'the person said no', 'the person withdrew it', 'its time is up', 'it is another person’s'] as const)('is refused when %s', async (why) => {
    const { id } = await aStoredRequest(sandbox, { accepted: ['the person withdrew it', 'its time is up', 'it is another person’s'].includes(why) })
    if (why === 'the person said no') await sandbox.answer(id, 'reject')
    if (why === 'the person withdrew it') await sandbox.answer(id, 'revoke')
    if (why === 'its time is up') await sandbox.answer(id, 'expire')
    const from = `urn:altinn:person:identifier-no:${why === 'it is another person’s' ? '24907524708' : digits}`
    const { maskinporten, log } = sandbox.adapters()
    expect(await maskinporten.consentToken(SCOPE, { type: 'urn:altinn:consent', id, from }, { once: true })).toMatchObject({ ok: false, reason: 'consent-grant-refused', detail: expect.stringContaining('MP-303') as string })
    expect(log.lines).toHaveLength(1)
    expect(besidesReferences(log.lines)).not.toMatch(/\d{11}|eyJ/)
  })
})

describe('what Maskinporten refuses is ours to mend, and asking again would not help', () => {
  test.each([
    ['a key that is not the registered one', { signingKey: async () => wrongKey.signing }, 'MP-124'],
    ['a key id that is not registered', { signingKey: async () => unknownKid.signing }, 'MP-124'],
    ['a client id that is unknown', { clientId: '99999999-2222-4333-8444-555555555555' }, 'MP-100'],
    ['our own organisation as the consumer', { consumerOrg: BANK }, 'invalid_request'],
    ['a bank that has delegated nothing', { consumerOrg: '313333332' }, 'MP-251'],
  ])('%s', async (_what, maskinporten, code) => {
    const { maskinporten: client, log } = sandbox.adapters({ maskinporten })
    expect(await client.accessToken(SCOPE)).toMatchObject({ ok: false, reason: 'maskinporten-misconfigured', detail: expect.stringContaining(code) as string })
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn', fields: { upstream: 'maskinporten', code: expect.stringContaining(code) as string } })
    expect(await tokenRequests()).toBe(1)
  })

  test('an unknown key, when another one is at hand: said as an alarm, and the other is not tried in silence', async () => {
    const { maskinporten, log } = sandbox.adapters({ maskinporten: { signingKey: async () => unknownKid.signing, otherKeys: () => ['bank-2026'] } })
    expect(await maskinporten.accessToken(SCOPE)).toMatchObject({ reason: 'maskinporten-misconfigured', detail: expect.stringContaining('MP-124') as string })
    expect(log.lines).toMatchObject([{ level: 'warn' }, { level: 'error', event: expect.stringContaining('another one is at hand') as string, fields: { kid: ['bank-2031', 'bank-2026'] } }])
    expect(await tokenRequests()).toBe(1)
  })

  test('a scope that the client has not', async () => {
    expect(await sandbox.adapters().maskinporten.accessToken('skatteetaten:inntekt')).toMatchObject({ reason: 'maskinporten-misconfigured', detail: expect.stringMatching(/^invalid_scope MP-200: .*not on the client/) as string })
  })

  test.each([11, -11, 60, -60, 3600])('a clock that is %d s off: said plainly, for that is a total outage', async (seconds) => {
    const { maskinporten, log } = sandbox.adapters({ clock: { now: () => after(systemClock.now(), { seconds }) } })
    expect(await maskinporten.accessToken(SCOPE)).toMatchObject({ reason: 'maskinporten-misconfigured' })
    expect(log.lines.find(({ level }) => level === 'error')).toMatchObject({ event: expect.stringContaining('clock is off') as string, fields: { upstream: 'maskinporten' } })
  })

  test.each([5, -5])('a clock that is %d s off still works, and is told of in time', async (seconds) => {
    const { maskinporten, log } = sandbox.adapters({ clock: { now: () => after(systemClock.now(), { seconds }) } })
    expect((await maskinporten.accessToken(SCOPE)).ok).toBe(true)
    expect(log.lines).toMatchObject([{ level: 'warn', event: expect.stringContaining('drifting') as string }])
  })

  test.each([8, -8])('a clock that is %d s off still works, and is an alarm: two seconds more and nothing does', async (seconds) => {
    const { maskinporten, log } = sandbox.adapters({ clock: { now: () => after(systemClock.now(), { seconds }) } })
    expect((await maskinporten.accessToken(SCOPE)).ok).toBe(true)
    expect(log.lines).toMatchObject([{ level: 'error', event: expect.stringContaining('clock is off') as string }])
  })

  test('a clock that is right is not told of', async () => {
    const { maskinporten, log } = sandbox.adapters()
    await maskinporten.accessToken(SCOPE)
    expect(log.lines).toEqual([])
  })
})

describe('when Maskinporten stumbles', () => {
  test.each(['down', '503', 'lost-answer', 'cut-off'])('%s twice is got over, with a new grant each time', async (what) => {
    await fault('maskinporten', what, { step: 'token', times: 2 })
    expect((await sandbox.adapters().maskinporten.accessToken(SCOPE)).ok).toBe(true)
    expect(await tokenRequests()).toBe(3)
  })

  test.each(['500', 'down'])('%s three times is an outcome', async (what) => {
    await fault('maskinporten', what, { step: 'token', times: 3 })
    expect(await sandbox.adapters().maskinporten.accessToken(SCOPE)).toMatchObject({ ok: false, reason: 'maskinporten-unavailable' })
    expect(await tokenRequests()).toBe(3)
  })

  test.each(['429', 'html', 'truncated', 'wrong-types', 'huge', 'gzip-bomb', 'redirect'])('%s is an outcome, and is not asked again', async (what) => {
    await fault('maskinporten', what, { step: 'token', times: 9 })
    expect(await sandbox.adapters().maskinporten.accessToken(SCOPE)).toMatchObject({ ok: false, reason: 'maskinporten-unavailable' })
    await expect.poll(tokenRequests).toBe(1)
  })

  test.each(['expires-in-zero', 'expires-in-negative', 'expires-in-string', 'expires-in-absent'])('%s: a token whose life we do not know is not used and not kept', async (what) => {
    const lease = leaseInMemory(systemClock)
    await fault('maskinporten', what, { step: 'token' })
    const { maskinporten } = sandbox.adapters({ lease })
    expect(await maskinporten.accessToken(SCOPE)).toMatchObject({ ok: false, reason: 'maskinporten-unavailable' })
    expect((await maskinporten.accessToken(SCOPE)).ok).toBe(true)
  })

  test('silence lasts three seconds at most, for all attempts together', async () => {
    await fault('maskinporten', 'black-hole', { step: 'token', times: 9 })
    expect(await sandbox.adapters().maskinporten.accessToken(SCOPE)).toMatchObject({ reason: 'maskinporten-unavailable' })
  })

  test('after an outage the next one who asks is served: nothing is remembered against anybody', async () => {
    const { maskinporten } = sandbox.adapters()
    await fault('maskinporten', '500', { step: 'token', times: 3 })
    expect((await maskinporten.accessToken(SCOPE)).ok).toBe(false)
    expect((await maskinporten.accessToken(SCOPE)).ok).toBe(true)
  })

  test('a page that gives up gets its answer at once, and those who still wait get the token', async () => {
    await fault('maskinporten', 'slow', { step: 'token', seconds: 1 })
    const { maskinporten } = sandbox.adapters()
    const page = new AbortController()
    const [impatient, patient] = [maskinporten.accessToken(SCOPE, page.signal), maskinporten.accessToken(SCOPE)]
    page.abort()
    expect(await impatient).toMatchObject({ ok: false, reason: 'maskinporten-unavailable', detail: 'no time left' })
    expect((await patient).ok).toBe(true)
    expect(await tokenRequests()).toBe(1)
    expect(await maskinporten.accessToken(SCOPE, AbortSignal.abort())).toMatchObject({ ok: false })
  })
})

describe('the metadata', () => {
  test('is asked for once an hour, and the last one serves while Maskinporten is away', async () => {
    let now = systemClock.now()
    const { maskinporten } = sandbox.adapters({ clock: { now: () => now } })
    await maskinporten.metadata()
    await maskinporten.metadata()
    now = after(now, { minutes: 61 })
    await fault('maskinporten', '500', { step: 'metadata', times: 1 })
    expect((await maskinporten.metadata()).ok).toBe(true)
    expect((await requests('maskinporten', 'metadata')).map(({ status }) => status)).toEqual([200, 500])
  })

  test('of another issuer than ours is not used', async () => {
    const { maskinporten } = sandbox.adapters({ maskinporten: { issuer: `${sandbox.origin}/maskinporten` } })
    expect(await maskinporten.metadata()).toMatchObject({ reason: 'maskinporten-misconfigured' })
    expect(await tokenRequests()).toBe(0)
  })

  test('that cannot be had is an outcome', async () => {
    await fault('maskinporten', 'html', { step: 'metadata' })
    expect(await sandbox.adapters({ clock: { now: () => day(0) } }).maskinporten.accessToken(SCOPE)).toMatchObject({ reason: 'maskinporten-unavailable' })
  })
})
