import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { createHttp } from '@/lib/http'
import type { Maskinporten } from '@/lib/maskinporten/client'
import { fail } from '@/lib/result'
import { aConsent, aNationalId, anOrgNumber, besidesReferences, day, digits, othersDigits } from '@/lib/testing/builders'
import { aMaskinporten, clockAt, leaseInMemory, logKept } from '@/lib/testing/fakes'
import { aSandbox, SCOPE } from '@/lib/testing/sandbox'
import { aServer, saying, type Answering } from '@/lib/testing/server'
import { aRequest, aStoredRequest } from '@/lib/testing/street'
import { createAltinn3 } from './altinn3'

const sandbox = await aSandbox()
const { fault, requests, answer } = sandbox
afterEach(() => sandbox.reset())
const credentials = async (adapters = sandbox.adapters(), but: { accepted?: boolean; of?: string } = {}) => {
  const consent = await aStoredRequest(sandbox, { accepted: true, ...but })
  return { consent, ask: (of = digits) => adapters.altinn3.getCredentials(consent, aNationalId(of), { scope: SCOPE, sourceKnows: false }) }
}

describe('a consent token that is not what it must be is not used', () => {
  test.each(['token-from', 'token-to', 'token-resource', 'token-type', 'token-id', 'token-consent-expired', 'token-without-consent', 'token-expired', 'token-key', 'token-consumer'])('%s', async (what) => {
    const adapters = sandbox.adapters()
    const { ask: askOf } = await credentials(adapters, { of: othersDigits })
    const ask = () => askOf(othersDigits)
    await fault('maskinporten', what, { step: 'consent-token' })
    expect(await ask()).toMatchObject({ ok: false, reason: 'misconfigured' })
    expect(adapters.log.lines.at(-1)).toMatchObject({ level: 'error', fields: { step: 'consent-token' } })
    expect(besidesReferences(adapters.log.lines)).not.toMatch(/eyJ|\d{11}/)
    expect((await ask()).ok).toBe(true)
  })

  test('nor while Maskinporten’s keys cannot be had: then nobody knows, and it is not the operator’s fault', async () => {
    const { ask } = await credentials()
    await fault('maskinporten', '500', { step: 'jwks', times: 9 })
    expect(await ask()).toMatchObject({ ok: false, reason: 'credentials-unavailable' })
  })
})

describe('a grant that Maskinporten refuses', () => {
  test.each([['reject', false, 'rejected'], ['revoke', true, 'revoked'], ['expire', true, 'expired']] as const)('after the person’s %s means that the consent has ended, by Altinn’s own word', async (move, accepted, status) => {
    const { consent, ask } = await credentials(undefined, { accepted })
    await answer(consent.id, move)
    expect(await ask()).toEqual({ ok: false, reason: 'consent-not-active', detail: status, status })
    expect(await requests('altinn', 'status')).toHaveLength(1)
  })

  test('while Altinn says that the consent stands is ours to mend: a wrong key never ends a consent', async () => {
    await fault('maskinporten', '400', { step: 'consent-token' })
    expect(await (await credentials()).ask()).toMatchObject({ reason: 'misconfigured' })
    await fault('maskinporten', '403', { step: 'consent-token' })
    expect(await (await credentials()).ask()).toMatchObject({ reason: 'misconfigured' })
  })

  test('while Altinn does not answer settles nothing', async () => {
    const { consent, ask } = await credentials()
    await answer(consent.id, 'revoke')
    await fault('altinn', '500', { step: 'status', times: 3 })
    expect(await ask()).toMatchObject({ reason: 'provider-unavailable' })
  })

  test('for a consent that Altinn does not know at all is ours to mend: it was given, so we ask in the wrong place', async () => {
    const { consent } = await credentials()
    for (const transport of ['altinn3-single', 'altinn3-both'] as const) {
      const asked = await sandbox.adapters({ transport }).altinn3.getCredentials({ ...consent, reference: randomUUID() }, aNationalId(), { scope: SCOPE, sourceKnows: true })
      expect(asked).toMatchObject({ ok: false, reason: 'misconfigured' })
    }
  })

  test('because the client itself is unknown ends no consent either', async () => {
    const wrong = sandbox.adapters({ maskinporten: { clientId: '99999999-2222-4333-8444-555555555555' } })
    expect(await (await credentials(wrong)).ask()).toMatchObject({ reason: 'misconfigured' })
  })

  test('for another person than the one who gave it gives nothing, and ends nothing', async () => {
    expect(await (await credentials()).ask(othersDigits)).toMatchObject({ reason: 'misconfigured' })
  })

  test.each(['500', 'down', '429', 'expires-in-zero'])('not, but that does not answer (%s), is an outage', async (what) => {
    const { ask } = await credentials()
    await fault('maskinporten', what, { step: 'consent-token', times: 3 })
    expect(await ask()).toMatchObject({ reason: 'credentials-unavailable' })
    expect(await requests('altinn', 'status')).toEqual([])
  })
})

/** Altinn as a test wants it, for words that the sandbox does not say. */
async function altinnSaying(answering: Answering, maskinporten: Maskinporten = aMaskinporten()) {
  const server = await aServer(answering)
  const { http, fetch } = createHttp({ origins: [server.origin], now: () => day(0) })
  const altinn3 = createAltinn3({ http, fetch, clock: clockAt(day(0)), log: logKept(), maskinporten, lease: leaseInMemory(clockAt(day(0))) }, { platformUrl: `${server.origin}/`, consentPageOrigin: server.origin, metadataKey: 'navn', transport: 'altinn3-single', coveredBy: anOrgNumber(), exchange: 'never' })
  return { server, altinn3 }
}
const statusOf = async (about: object) => {
  const consent = aConsent()
  const { altinn3 } = await altinnSaying(saying(200, { id: consent.id, ...about }))
  return altinn3.getStatus(consent)
}
const events = (...types: string[]) => ({ consentRequestEvents: types.map((eventType) => ({ eventType })) })

describe('Altinn’s words for a status', () => {
  test.each([
    ['Created', 'requested'], ['created', 'requested'], ['Accepted', 'accepted'], ['accepted', 'accepted'], ['ACCEPTED', 'accepted'], ['Rejected', 'rejected'], ['rejected', 'rejected'],
    ['Revoked', 'revoked'], ['revoked', 'revoked'], ['Deleted', 'revoked'], ['deleted', 'revoked'], ['Expired', 'expired'], ['expired', 'expired'], ['Used', 'accepted'], ['Denied', 'rejected'],
  ])('%s is %s, in any case', async (status, ours) => {
    expect(await statusOf({ status })).toEqual({ ok: true, value: ours })
  })

  test.each<[string[], string]>([
    [['Created'], 'requested'], [['Created', 'Accepted'], 'accepted'], [['created', 'rejected'], 'rejected'], [['Created', 'Accepted', 'Revoked'], 'revoked'], [['Created', 'Accepted', 'Used'], 'accepted'],
    [['Created', 'Accepted', 'Something new'], 'accepted'], [['Created', 'Expired'], 'expired'], [['Created', 'Accepted', 'Expired'], 'expired'], [['Created', 'Accepted', 'Revoked', 'Expired'], 'revoked'], [['Created', 'Rejected', 'Expired'], 'rejected'],
  ])('without a status, the events %o mean %s', async (types, ours) => {
    expect(await statusOf(events(...types))).toEqual({ ok: true, value: ours })
    expect(await statusOf({ status: null, ...events(...types) })).toEqual({ ok: true, value: ours })
  })

  test('an event that its time is up counts beside a status that has not noticed', async () => {
    expect(await statusOf({ status: 'Accepted', ...events('Created', 'Accepted', 'Expired') })).toEqual({ ok: true, value: 'expired' })
    expect(await statusOf({ status: 'Revoked', ...events('Created', 'Accepted', 'Revoked', 'Expired') })).toEqual({ ok: true, value: 'revoked' })
  })

  test.each([{}, { status: '' }, { status: 'Paused' }, { status: 'constructor' }, { status: '__proto__' }, events(), events('Whatever')])('%o is no status, and ends nothing', async (about) => {
    expect(await statusOf(about)).toMatchObject({ ok: false, reason: 'provider-unavailable' })
  })

  test('about another consent than the one asked for is not believed', async () => {
    expect(await statusOf({ id: randomUUID(), status: 'Revoked' })).toMatchObject({ ok: false, reason: 'provider-unavailable' })
  })

  test('may write our id in capitals', async () => {
    const consent = aConsent()
    const { altinn3 } = await altinnSaying(saying(200, { id: consent.id.toUpperCase(), status: 'Accepted' }))
    expect(await altinn3.getStatus(consent)).toEqual({ ok: true, value: 'accepted' })
  })
})

describe('the page a person is sent to', () => {
  const asked = async (viewUri: unknown, status = 201) => {
    const request = aRequest()
    const { altinn3, server } = await altinnSaying((_request, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ id: request.id, status: 'Created', viewUri: typeof viewUri === 'function' ? (viewUri as (o: string) => string)(server.origin) : viewUri })))
    return altinn3.requestConsent(request)
  }

  test.each(['https://evil.example/consent', 'javascript:alert(1)', '//evil.example', '/consent', '', 'data:text/html,x', (origin: string) => `${origin.replace('http:', 'https:')}/consent`, (origin: string) => `${origin}@evil.example/consent`, (origin: string) => `${origin}.evil.example/consent`, null])(
    'is never %o', async (viewUri) => {
      for (const status of [200, 201]) expect((await asked(viewUri, status)).ok).toBe(false)
    },
  )

  test('is on Altinn’s origin, whatever else stands in its address', async () => {
    expect(await asked((origin: string) => `${origin}/ui?id=1&x=%20#top`)).toMatchObject({ ok: true, value: { consentUrl: expect.stringMatching(/\/ui\?id=1&x=(\+|%20)&DONTCHOOSEREPORTEE=true#top$/) as string } })
  })
})

test('what Altinn is asked says our token, and JSON both ways', async () => {
  const { altinn3, server } = await altinnSaying(saying(500, { code: 'STD-00001', problems: [{ code: 'AM-00004' }] }))
  expect(await altinn3.requestConsent(aRequest())).toMatchObject({ reason: 'provider-refused' })
  expect(server.seen).toHaveLength(1)
  expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/accessmanagement/api/v1/enterprise/consentrequests', headers: { authorization: 'Bearer token-1', accept: 'application/json', 'content-type': 'application/json' } })
})

test('a page that has no time left asks nothing', async () => {
  const { altinn3, server } = await altinnSaying(saying(200, {}), aMaskinporten({ accessToken: async (_scope, signal) => (signal?.aborted ? fail('maskinporten-unavailable') : fail('maskinporten-misconfigured')) }))
  expect(await altinn3.getStatus(aConsent(), AbortSignal.abort())).toMatchObject({ reason: 'credentials-unavailable' })
  expect(server.seen).toEqual([])
})
