import { decodeJwt } from 'jose'
import { afterEach, describe, expect, test } from 'vitest'
import { aConsent, aNationalId, besidesReferences, digits, othersDigits } from '@/lib/testing/builders'
import { aSandbox, SCOPE, SUPPLIER } from '@/lib/testing/sandbox'
import { aRequest, aStoredRequest } from '@/lib/testing/street'

const sandbox = await aSandbox()
const { fault, requests, answer } = sandbox
const statuses = async (step: string) => (await requests('altinn', step)).map(({ status }) => status)
afterEach(() => sandbox.reset())

type Line = { id: string; to: string; handledBy: string | null; status: string; validTo: string; redirectUrl: string; portalViewMode: string }
const inAltinn = async (id: string) => (await sandbox.control<Line[]>('GET', 'consents')).find((consent) => consent.id === id)

describe('asking for a consent', () => {
  test('gives the address of Altinn’s page about it, without the choice of party', async () => {
    const request = aRequest()
    const asked = await sandbox.adapters().altinn3.requestConsent(request)
    expect(asked).toEqual({ ok: true, value: { reference: request.id, consentUrl: `${sandbox.origin}/altinn/accessmanagement/ui/consent/request?id=${request.id}&DONTCHOOSEREPORTEE=true` } })
    expect(await inAltinn(request.id)).toMatchObject({ status: 'Created', to: 'urn:altinn:organization:identifier-no:311111116', redirectUrl: request.redirectUrl, portalViewMode: 'Hide', handledBy: null })
  })

  test('again changes nothing and gives the same address: Altinn’s 200 is looked up', async () => {
    const request = aRequest()
    const { altinn3 } = sandbox.adapters()
    expect(await altinn3.requestConsent(request)).toEqual(await altinn3.requestConsent(request))
    expect([await statuses('create'), await statuses('status')]).toEqual([[201, 200], [200]])
    expect(await sandbox.control<Line[]>('GET', 'consents')).toHaveLength(1)
  })

  test('is right until it is for another person than the first time', async () => {
    const request = aRequest()
    const { altinn3 } = sandbox.adapters()
    await altinn3.requestConsent(request)
    expect(await altinn3.requestConsent({ ...request, offeredBy: aNationalId(othersDigits) })).toMatchObject({ reason: 'misconfigured', detail: 'AM-00016' })
  })

  test.each(['down', '500', '503', 'lost-answer', 'cut-off'])('gets over %s with the same request: there is one in the end', async (what) => {
    await fault('altinn', what, { step: 'create' })
    expect((await sandbox.adapters().altinn3.requestConsent(aRequest())).ok).toBe(true)
    expect(await sandbox.control<Line[]>('GET', 'consents')).toHaveLength(1)
  })

  test('is given up after three attempts', async () => {
    await fault('altinn', '500', { step: 'create', times: 9 })
    expect(await sandbox.adapters().altinn3.requestConsent(aRequest())).toMatchObject({ reason: 'provider-unavailable' })
    expect(await statuses('create')).toEqual([500, 500, 500])
  })

  test.each(['html', 'truncated', 'redirect', 'gzip-bomb', '429'])('%s is an outcome', async (what) => {
    await fault('altinn', what, { step: 'create', times: 9 })
    expect(await sandbox.adapters().altinn3.requestConsent(aRequest())).toMatchObject({ reason: 'provider-unavailable' })
    expect(await statuses('create')).toHaveLength(1)
  })

  test('for somebody Altinn does not know is refused, and that is theirs to say', async () => {
    expect(await sandbox.adapters().altinn3.requestConsent(aRequest('21879522657'))).toMatchObject({ reason: 'provider-refused', detail: expect.stringContaining('AM-00004') as string })
  })

  test.each([
    ['a resource that is none', { resource: 'slk_0000_1' }, {}, 'AM-00005'],
    ['metadata that the resource has not', {}, { metadataKey: 'orgname' }, 'AM-00006'],
    ['an end that has passed', { validTo: new Date('2020-01-01T00:00:00Z') }, {}, 'AM.VLD-00022'],
  ])('with %s is ours to mend, and is not repeated', async (_what, request, altinn, code) => {
    const { altinn3, log } = sandbox.adapters({ altinn })
    expect(await altinn3.requestConsent({ ...aRequest(), ...request })).toMatchObject({ reason: 'misconfigured', detail: expect.stringContaining(code) as string })
    expect(await statuses('create')).toHaveLength(1)
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn', fields: { upstream: 'altinn', step: 'create', code: expect.stringContaining(code) as string } })
    expect(besidesReferences(log.lines)).not.toMatch(/\d{11}/)
  })

  test('with several mistakes at once is answered 500 by Altinn, and still not repeated', async () => {
    const { altinn3 } = sandbox.adapters({ altinn: { metadataKey: 'orgname' } })
    expect(await altinn3.requestConsent({ ...aRequest(), resource: 'slk_5498_1', validTo: new Date('2020-01-01T00:00:00Z') })).toMatchObject({ reason: 'misconfigured', detail: expect.stringContaining('STD-00001') as string })
    expect(await statuses('create')).toEqual([500])
  })

  test('on behalf of another bank than the token’s is refused without a word', async () => {
    const request = { ...aRequest(), coveredBy: '312222221' as ReturnType<typeof aRequest>['coveredBy'] }
    expect(await sandbox.adapters().altinn3.requestConsent(request)).toMatchObject({ reason: 'misconfigured', detail: 'answered 403' })
  })

  test('as the bank’s supplier tells the person who handles it', async () => {
    const asSupplier = await aSandbox({ supplier: true })
    const request = aRequest()
    await asSupplier.adapters().altinn3.requestConsent(request)
    const line = (await asSupplier.control<Line[]>('GET', 'consents')).find(({ id }) => id === request.id)
    expect(line).toMatchObject({ to: 'urn:altinn:organization:identifier-no:311111116', handledBy: `urn:altinn:organization:identifier-no:${SUPPLIER}` })
  })

  test('sends nobody to a page that is not on the configured origin', async () => {
    for (const consentPageOrigin of ['https://am.ui.altinn.no', sandbox.origin.replace('127.0.0.1', 'localhost'), `${sandbox.origin}0`])
      expect(await sandbox.adapters({ altinn: { consentPageOrigin } }).altinn3.requestConsent(aRequest())).toMatchObject({ reason: 'misconfigured', detail: 'viewUri is not on ALTINN_CONSENT_PAGE_ORIGIN' })
  })

  test('with a token that Altinn refuses is tried once more with a new one', async () => {
    await fault('altinn', '401', { step: 'create' })
    expect((await sandbox.adapters().altinn3.requestConsent(aRequest())).ok).toBe(true)
    expect([await statuses('create'), (await requests('maskinporten', 'token')).length]).toEqual([[401, 201], 2])
  })

  test('with a second refused token is given up: no storm', async () => {
    await fault('altinn', '401', { step: 'create', times: 9 })
    expect(await sandbox.adapters().altinn3.requestConsent(aRequest())).toMatchObject({ reason: 'misconfigured' })
    expect([await statuses('create'), (await requests('maskinporten', 'token')).length]).toEqual([[401, 401], 2])
  })

  test('without a token is not asked', async () => {
    await fault('maskinporten', '500', { step: 'token', times: 3 })
    expect(await sandbox.adapters().altinn3.requestConsent(aRequest())).toMatchObject({ reason: 'credentials-unavailable' })
    expect(await sandbox.adapters({ maskinporten: { clientId: '99999999-2222-4333-8444-555555555555' } }).altinn3.requestConsent(aRequest())).toMatchObject({ reason: 'misconfigured' })
    expect(await statuses('create')).toEqual([])
  })
})

describe('the status', () => {
  test.each([['accept', 'accepted'], ['reject', 'rejected'], ['expire', 'expired'], [null, 'requested']] as const)('after the person’s %s is %s', async (move, status) => {
    const consent = await aStoredRequest(sandbox)
    if (move) await answer(consent.id, move)
    expect(await sandbox.adapters().altinn3.getStatus(consent)).toEqual({ ok: true, value: status })
  })

  test.each([['revoke', 'revoked'], ['expire', 'expired']] as const)('of an accepted consent after %s is %s', async (move, status) => {
    const consent = await aStoredRequest(sandbox, { accepted: true })
    await answer(consent.id, move)
    expect(await sandbox.adapters().altinn3.getStatus(consent)).toEqual({ ok: true, value: status })
  })

  test('of a request that never reached Altinn is: unanswered', async () => {
    expect(await sandbox.adapters().altinn3.getStatus(aConsent())).toEqual({ ok: true, value: 'requested' })
  })

  test('of another bank’s consent is not told us', async () => {
    const consent = await aStoredRequest(sandbox)
    const other = sandbox.adapters({ maskinporten: { signingKey: async () => sandbox.key.signing, clientId: '66666666-7777-4888-9999-000000000000' } })
    expect((await other.altinn3.getStatus(consent)).ok).toBe(false)
  })

  test.each(['down', '500', 'html', 'truncated', 'wrong-types', 'redirect', '429'])('is not known while Altinn says %s, and never "ended"', async (what) => {
    const consent = await aStoredRequest(sandbox, { accepted: true })
    await fault('altinn', what, { step: 'status', times: 9 })
    expect(await sandbox.adapters().altinn3.getStatus(consent)).toMatchObject({ ok: false, reason: 'provider-unavailable' })
  })

  test.each(['401', '403', '404', '400'])('is not known when Altinn refuses with %s, and never "ended"', async (what) => {
    const consent = await aStoredRequest(sandbox, { accepted: true })
    await fault('altinn', what, { step: 'status', times: 9 })
    expect(await sandbox.adapters().altinn3.getStatus(consent)).toMatchObject({ ok: false, reason: 'misconfigured' })
  })
})

describe('what a source is shown', () => {
  const credentials = async (transport: 'altinn3-single' | 'altinn3-both' | 'altinn3-same', sourceKnows = false) => {
    const consent = await aStoredRequest(sandbox, { accepted: true })
    const given = await sandbox.adapters({ transport }).altinn3.getCredentials(consent, aNationalId(), { scope: SCOPE, sourceKnows })
    if (!given.ok) throw new Error(`${given.reason} ${given.detail}`)
    return [given.value.accessToken, given.value.consentToken].map((token) => token && decodeJwt(token.reveal()))
  }

  test('is the consent token alone', async () => {
    const [access, consent] = await credentials('altinn3-single')
    expect(access).toMatchObject({ scope: SCOPE, authorization_details: [{ from: `urn:altinn:person:identifier-no:${digits}` }] })
    expect(consent).toBeNull()
  })

  test('or the consent token twice', async () => {
    const [access, consent] = await credentials('altinn3-same')
    expect(access).toEqual(consent)
  })

  test('or a plain token and the consent token', async () => {
    const [access, consent] = await credentials('altinn3-both')
    expect(access).not.toHaveProperty('authorization_details')
    expect(consent).toMatchObject({ authorization_details: [{ type: 'urn:altinn:consent' }] })
  })
})
