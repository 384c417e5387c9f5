import { decodeJwt } from 'jose'
import { afterEach, describe, expect, test } from 'vitest'
import { aNationalId, digits } from '@/lib/testing/builders'
import { aSandbox, SCOPE } from '@/lib/testing/sandbox'
import { aStoredRequest } from '@/lib/testing/street'

/** Transport altinn3-both: the consent is exchanged for a token of its own once, beside the access token that all share. */
const sandbox = await aSandbox({ transport: 'altinn3-both' })
const { fault, requests } = sandbox
afterEach(() => sandbox.reset())
async function setUp() {
  const consent = await aStoredRequest(sandbox, { accepted: true })
  const adapters = sandbox.adapters()
  const ask = (sourceKnows = false) => adapters.altinn3.getCredentials(consent, aNationalId(digits), { scope: SCOPE, sourceKnows })
  return { consent, ask, ...adapters }
}
const grants = async () => (await requests('maskinporten', 'consent-token')).length

describe('the exchange of a consent', () => {
  test('is said to be one', async () => {
    expect([(await setUp()).altinn3.traits, sandbox.adapters({ transport: 'altinn3-single' }).altinn3.traits, sandbox.adapters({ transport: 'altinn3-same' }).altinn3.traits]).toMatchObject([{ exchangesOnce: true }, { exchangesOnce: false }, { exchangesOnce: false }])
  })

  test('is not begun before everything else is at hand: keys and the shared token', async () => {
    const { ask } = await setUp()
    await fault('maskinporten', '500', { step: 'jwks', times: 9 })
    expect(await ask()).toEqual({ ok: false, reason: 'credentials-unavailable', detail: 'Maskinporten’s keys' })
    await sandbox.control('DELETE', 'faults')
    await fault('maskinporten', '500', { step: 'token', times: 9 })
    const answer = await ask()
    expect(answer).toMatchObject({ ok: false, reason: 'credentials-unavailable' })
    expect(answer).not.toHaveProperty('exchange')
    expect(await grants()).toBe(0)
  })

  test.each(['lost-answer', 'cut-off', '500', '502', '503', 'html', 'truncated', 'expires-in-zero'])('whose answer is not known (%s) is sent once, and told as lost', async (what) => {
    const { ask } = await setUp()
    await fault('maskinporten', what, { step: 'consent-token', times: 9 })
    expect(await ask()).toMatchObject({ ok: false, reason: 'credentials-unavailable', exchange: 'lost' })
    expect(await grants()).toBe(1)
  })

  test.each([['400', 'misconfigured'], ['403', 'misconfigured'], ['429', 'credentials-unavailable']])('that was refused (%s) is none', async (what, reason) => {
    const { ask } = await setUp()
    await fault('maskinporten', what, { step: 'consent-token' })
    const refused = await ask()
    expect(refused).toMatchObject({ ok: false, reason })
    expect(refused).not.toHaveProperty('exchange')
    expect((await ask()).ok).toBe(true)
  })

  test.each(['token-to', 'token-resource', 'token-expired', 'token-key'])('that gave a token we must not use (%s) is spent', async (what) => {
    const { ask } = await setUp()
    await fault('maskinporten', what, { step: 'consent-token' })
    expect(await ask()).toMatchObject({ ok: false, reason: 'misconfigured', exchange: 'spent' })
  })
})

describe('the access token that all share', () => {
  test('is replaced when the source refuses it, and by one for all', async () => {
    const { ask, maskinporten } = await setUp()
    const given = await ask()
    if (!given.ok || !given.value.replaceAccessToken) throw new Error('no token to replace')
    const another = await given.value.replaceAccessToken()
    expect(another.ok && another.value.reveal() !== given.value.accessToken.reveal()).toBe(true)
    expect(await maskinporten.accessToken(SCOPE)).toEqual(another)
    expect(another.ok && decodeJwt(another.value.reveal())).not.toHaveProperty('authorization_details')
    expect(await grants()).toBe(1)
  })

  test('that cannot be replaced says why', async () => {
    const { ask } = await setUp()
    const given = await ask(true)
    await fault('maskinporten', '500', { step: 'token', times: 9 })
    expect(given.ok && (await given.value.replaceAccessToken?.())).toMatchObject({ ok: false, reason: 'credentials-unavailable' })
  })

  test('is not there to be replaced where it carries the consent itself', async () => {
    for (const transport of ['altinn3-single', 'altinn3-same'] as const) {
      const consent = await aStoredRequest(sandbox, { accepted: true })
      const given = await sandbox.adapters({ transport }).altinn3.getCredentials(consent, aNationalId(digits), { scope: SCOPE, sourceKnows: false })
      expect(given.ok && given.value.replaceAccessToken).toBeUndefined()
    }
  })
})
