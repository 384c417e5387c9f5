import { randomUUID } from 'node:crypto'
import { decodeJwt } from 'jose'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '@/lib/clock'
import { Secret } from '@/lib/secret'
import { aConsent, after, aNationalId, besidesReferences, othersDigits } from '@/lib/testing/builders'
import { aSandbox, SCOPE, SUPPLIER } from '@/lib/testing/sandbox'
import { aRequest } from '@/lib/testing/street'
import type { ConsentRequest } from '../provider'

/** Altinn 2 as it was: a code of its own choosing, an API key, a token of thirty seconds. */
const sandbox = await aSandbox({ transport: 'altinn2' })
const { fault, requests, answer } = sandbox
afterEach(() => sandbox.reset())
const lastName = new Secret('Nordmann')
const asked = (but: Partial<ConsentRequest> = {}, adapters = sandbox.adapters()) => adapters.altinn2.requestConsent({ ...aRequest(othersDigits), lastName, ...but })
async function given(move: 'accept' | 'reject' | null = 'accept', adapters = sandbox.adapters()) {
  const made = await asked({}, adapters)
  if (!made.ok) throw new Error(`${made.reason} ${made.detail}`)
  if (move) await answer(made.value.reference, move)
  const consent = aConsent({ provider: 'altinn2', reference: made.value.reference, status: 'accepted', validTo: after(systemClock.now(), { hours: 24 * 364 }), requestedAt: systemClock.now() })
  const ask = (sourceKnows = false, of = othersDigits) => adapters.altinn2.getCredentials(consent, aNationalId(of), { scope: SCOPE, sourceKnows })
  return { ...adapters, consent, ask, code: made.value.reference, consentUrl: made.value.consentUrl }
}
const tokens = async () => (await requests('altinn2', 'consent-token')).length

describe('a request', () => {
  test('leads to Altinn’s own page, under the name that Altinn gives it', async () => {
    const { code, consentUrl } = await given(null)
    expect(code).toMatch(/^[0-9a-f-]{36}$/)
    expect(consentUrl).toBe(`${sandbox.origin}/altinn2/ui/AccessConsent/request?id=${code}`)
  })

  test.each([['nb', 'nb-NO'], ['nn', 'nn-NO'], ['en', 'en']] as const)('leads to a page in the person’s language: %s is Altinn’s %s, then and when it is taken up again', async (language, code) => {
    const made = await asked({ language })
    if (!made.ok) throw new Error(`${made.reason} ${made.detail}`)
    const { reference, consentUrl } = made.value
    expect(consentUrl).toBe(`${sandbox.origin}/altinn2/ui/AccessConsent/request?id=${reference}&languageCode=${code}`)
    expect(await asked({ reference, language })).toEqual(made)
  })

  test('in a language that Altinn has no word for leaves the choice to Altinn', async () => {
    expect(await asked({ language: 'se' })).toMatchObject({ ok: true, value: { consentUrl: expect.not.stringContaining('languageCode') as string } })
  })

  test('that has a name already is not made again', async () => {
    const { code, consentUrl } = await given(null)
    expect(await asked({ reference: code })).toEqual({ ok: true, value: { reference: code, consentUrl } })
    expect(await requests('altinn2', 'create')).toHaveLength(1)
  })

  test('is made once: an answer that is lost is not asked for again', async () => {
    for (const what of ['lost-answer', 'cut-off', '500', '503', 'truncated']) {
      await fault('altinn2', what, { step: 'create', times: 9 })
      expect(await asked()).toMatchObject({ ok: false, reason: 'provider-unavailable' })
      expect(await requests('altinn2', 'create')).toHaveLength(1)
      await sandbox.reset()
    }
  })

  test('with a name that is not the person’s is told as that, and no name is in the log', async () => {
    const adapters = sandbox.adapters()
    expect(await asked({ lastName: new Secret('Canarysen') }, adapters)).toMatchObject({ ok: false, reason: 'name-refused' })
    expect(adapters.log.lines).toHaveLength(1)
    expect(besidesReferences(adapters.log.lines)).not.toMatch(/Canarysen|\d{11}|eyJ/)
  })

  test('that Altinn does not take for another reason is ours to mend', async () => {
    expect(await asked({ resource: 'slk_4629_2' })).toMatchObject({ ok: false, reason: 'misconfigured', detail: expect.stringContaining('InvalidService') as string })
    expect(await asked({ redirectUrl: 'https://elsewhere.example/' })).toMatchObject({ reason: 'misconfigured' })
    expect(await asked({ resource: 'slk-balance' })).toMatchObject({ reason: 'misconfigured', detail: 'the resource names no service' })
  })

  test('sends nobody to another place than the page’s own', async () => {
    expect(await asked({}, sandbox.adapters({ altinn2: { consentPageOrigin: 'https://elsewhere.example' } }))).toMatchObject({ ok: false, reason: 'misconfigured' })
  })

  test('with a wrong API key is ours to mend', async () => {
    expect(await asked({}, sandbox.adapters({ altinn2: { apiKey: new Secret('wrong') } }))).toMatchObject({ ok: false, reason: 'misconfigured' })
  })

  test('with an access token that Altinn refuses is asked with another, once', async () => {
    await fault('altinn2', '401', { step: 'create' })
    expect((await asked()).ok).toBe(true)
    await fault('altinn2', '401', { step: 'create', times: 9 })
    expect(await asked()).toMatchObject({ ok: false, reason: 'misconfigured' })
  })
})

describe('what became of a request', () => {
  test.each([[null, 'requested'], ['accept', 'accepted'], ['reject', 'rejected']] as const)('%s: %s', async (move, status) => {
    const { altinn2, consent } = await given(move)
    expect(await altinn2.getStatus(consent)).toEqual({ ok: true, value: status })
  })

  test('is over at the end that we asked for, whatever zone Altinn writes its own in', async () => {
    const { altinn2, consent } = await given()
    expect(await altinn2.getStatus({ ...consent, validTo: systemClock.now() })).toEqual({ ok: true, value: 'expired' })
    expect(await altinn2.getStatus({ ...consent, validTo: after(systemClock.now(), { minutes: 1 }) })).toEqual({ ok: true, value: 'accepted' })
  })

  test('of which Altinn knows nothing, or says nothing, ends nothing', async () => {
    const { altinn2, consent } = await given()
    expect(await altinn2.getStatus({ ...consent, reference: randomUUID() })).toMatchObject({ ok: false, reason: 'misconfigured' })
    await fault('altinn2', '500', { step: 'status', times: 9 })
    expect(await altinn2.getStatus(consent)).toMatchObject({ ok: false, reason: 'provider-unavailable' })
  })

  test('is not told without being asked: there is no feed', async () => {
    expect(await sandbox.adapters().altinn2.listNews(systemClock.now())).toEqual({ ok: true, value: [] })
  })
})

describe('a consent token', () => {
  test.each([['primary', 'array'], ['secondary', 'array'], ['primary', 'string']])('signed with the %s certificate, its services as %s, is checked and goes beside the shared token', async (altinn2SignsWith, altinn2Services) => {
    await sandbox.control('PUT', 'settings', { altinn2SignsWith, altinn2Services })
    const { ask, code } = await given()
    const credentials = await ask()
    if (!credentials.ok) throw new Error(`${credentials.reason} ${credentials.detail}`)
    const { accessToken, consentToken } = credentials.value
    expect(decodeJwt(consentToken?.reveal() ?? '')).toMatchObject({ iss: 'altinn.no', AuthorizationCode: code, OfferedBy: othersDigits })
    expect(decodeJwt(accessToken.reveal())).toMatchObject({ scope: SCOPE })
  })

  test('without its quotes is the same token', async () => {
    const { ask } = await given()
    await fault('altinn2', 'a2-token-unquoted', { step: 'consent-token' })
    expect((await ask()).ok).toBe(true)
  })

  test.each(['a2-token-person', 'a2-token-bank', 'a2-token-service', 'a2-token-code', 'a2-token-expired', 'a2-token-issuer', 'a2-token-consent-expired', 'a2-token-key'])('that is not what it must be (%s) is not used, and is spent', async (what) => {
    const { ask, log } = await given()
    await fault('altinn2', what, { step: 'consent-token' })
    expect(await ask()).toMatchObject({ ok: false, reason: 'misconfigured', exchange: 'spent' })
    expect(log.lines.at(-1)).toMatchObject({ level: 'error', fields: { step: 'consent-token' } })
    expect(besidesReferences(log.lines)).not.toMatch(/eyJ|\d{11}/)
  })

  test('is not asked for before keys and the shared token are at hand', async () => {
    const { ask } = await given()
    await fault('altinn2', '500', { step: 'jwks', times: 9 })
    expect(await ask()).toMatchObject({ ok: false, reason: 'provider-unavailable' })
    expect(await tokens()).toBe(0)
  })

  test.each(['lost-answer', 'cut-off', '500', '503', 'html', 'truncated'])('whose answer is not known (%s) is asked for once, and told as lost', async (what) => {
    const { ask } = await given()
    await fault('altinn2', what, { step: 'consent-token', times: 9 })
    expect(await ask()).toMatchObject({ ok: false, exchange: 'lost' })
    expect(await tokens()).toBe(1)
  })

  test.each(['400', '429', 'redirect'])('that was refused (%s) was not made', async (what) => {
    const { ask } = await given()
    await fault('altinn2', what, { step: 'consent-token' })
    const refused = await ask()
    expect([refused.ok, 'exchange' in refused]).toEqual([false, false])
    expect((await ask()).ok).toBe(true)
  })
})

describe('the 403 that may mean anything', () => {
  test('ends a consent that Altinn, asked with the same key, says was accepted: it was withdrawn', async () => {
    const { ask, code } = await given()
    await answer(code, 'revoke')
    expect(await ask()).toMatchObject({ reason: 'consent-not-active', status: 'revoked' })
  })

  test('ends one that was refused, and none that nobody has answered', async () => {
    expect(await (await given('reject')).ask()).toMatchObject({ reason: 'consent-not-active', status: 'rejected' })
    expect(await (await given(null)).ask()).toMatchObject({ reason: 'misconfigured' })
  })

  test('of a wrong key never ends a consent: the second question is refused too', async () => {
    const { consent } = await given()
    const wrong = sandbox.adapters({ altinn2: { apiKey: new Secret('wrong') } })
    expect(await wrong.altinn2.getCredentials(consent, aNationalId(othersDigits), { scope: SCOPE, sourceKnows: false })).toMatchObject({ ok: false, reason: 'misconfigured' })
  })

  test('ends nothing while Altinn does not answer the second question', async () => {
    const { ask, code } = await given()
    await answer(code, 'revoke')
    await fault('altinn2', '500', { step: 'status', times: 9 })
    expect(await ask()).toMatchObject({ ok: false, reason: 'provider-unavailable' })
  })
})

describe('a source that knows the consent', () => {
  test('is shown the shared token alone, once Altinn has said by another token that the consent stands', async () => {
    const { ask } = await given()
    const credentials = await ask(true)
    expect(credentials.ok && credentials.value.consentToken).toBeNull()
    expect([await tokens(), (await requests('altinn2', 'status')).length]).toEqual([1, 0])
  })

  test('is shown nothing once the consent was withdrawn, refused or is over', async () => {
    const { ask, code } = await given()
    await answer(code, 'revoke')
    expect(await ask(true)).toMatchObject({ reason: 'consent-not-active', status: 'revoked' })
    expect(await (await given('reject')).ask(true)).toMatchObject({ reason: 'consent-not-active', status: 'rejected' })
  })

  test('is shown nothing when Altinn does not say so: it is asked again, and nothing is lost by that', async () => {
    const { ask } = await given()
    await fault('altinn2', '500', { step: 'consent-token' })
    expect((await ask(true)).ok).toBe(true)
    expect(await tokens()).toBe(2)
    await fault('altinn2', '500', { step: 'consent-token', times: 9 })
    expect(await ask(true)).toMatchObject({ reason: 'provider-unavailable' })
    expect(await ask(true)).not.toHaveProperty('exchange')
  })

  test.each(['a2-token-person', 'a2-token-code', 'a2-token-consent-expired', 'a2-token-key'])('is shown nothing when the token is not what it must be (%s), and nothing is spent', async (what) => {
    const { ask } = await given()
    await fault('altinn2', what, { step: 'consent-token' })
    const refused = await ask(true)
    expect(refused).toMatchObject({ ok: false, reason: 'misconfigured' })
    expect(refused).not.toHaveProperty('exchange')
  })
})

test('the use of a consent is told, in one attempt', async () => {
  const { altinn2, consent } = await given()
  expect(await altinn2.reportUse?.(consent, systemClock.now())).toEqual({ ok: true, value: undefined })
  await fault('altinn2', '500', { step: 'loguse', times: 9 })
  expect(await altinn2.reportUse?.(consent, systemClock.now())).toMatchObject({ ok: false })
  expect(await requests('altinn2', 'loguse')).toHaveLength(2)
})

test('a supplier asks for its bank, and is named', async () => {
  const street = await aSandbox({ transport: 'altinn2', supplier: true })
  const { altinn2 } = street.adapters()
  const made = await altinn2.requestConsent({ ...aRequest(othersDigits), lastName })
  if (!made.ok) throw new Error(`${made.reason} ${made.detail}`)
  await street.answer(made.value.reference, 'accept')
  const consent = aConsent({ provider: 'altinn2', reference: made.value.reference, status: 'accepted', validTo: after(systemClock.now(), { hours: 1 }) })
  const credentials = await altinn2.getCredentials(consent, aNationalId(othersDigits), { scope: SCOPE, sourceKnows: false })
  expect(credentials.ok && decodeJwt(credentials.value.consentToken?.reveal() ?? '')).toMatchObject({ HandledBy: SUPPLIER, CoveredBy: '311111116' })
})
