import { decodeJwt } from 'jose'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '@/lib/clock'
import { aNationalId, after } from '@/lib/testing/builders'
import { aSandbox, SCOPE } from '@/lib/testing/sandbox'
import { aStoredRequest } from '@/lib/testing/street'

/** What Altinn tells us in the year of a consent, and what a source that knows the consent is shown. */
const sandbox = await aSandbox()
const { fault, requests, answer } = sandbox
afterEach(() => sandbox.reset())
const sinceThisMorning = () => after(systemClock.now(), { hours: -12 })
const tellAtOnce = () => sandbox.control('PUT', 'settings', { eventsDelaySeconds: 0 })

describe('the news', () => {
  test('are what people answered and withdrew, in the order it happened', async () => {
    await tellAtOnce()
    const [yes, no, unanswered, regretted] = [await aStoredRequest(sandbox), await aStoredRequest(sandbox), await aStoredRequest(sandbox), await aStoredRequest(sandbox)]
    await answer(yes.id, 'accept')
    await answer(no.id, 'reject')
    await answer(regretted.id, 'accept')
    await answer(regretted.id, 'revoke')
    const news = await sandbox.adapters().altinn3.listNews(sinceThisMorning())
    expect(news.ok && news.value.map(({ reference, status }) => [reference, status])).toEqual([[yes.id, 'accepted'], [no.id, 'rejected'], [regretted.id, 'accepted'], [regretted.id, 'revoked']])
    expect(JSON.stringify(news)).not.toContain(unanswered.id)
    for (const { at } of news.ok ? news.value : []) expect(systemClock.now().getTime() - at.getTime()).toBeLessThan(60_000)
  })

  test('are none before Altinn tells them', async () => {
    await aStoredRequest(sandbox, { accepted: true })
    expect(await sandbox.adapters().altinn3.listNews(sinceThisMorning())).toEqual({ ok: true, value: [] })
  })

  test('of more than a page are read to the end', async () => {
    await tellAtOnce()
    const consents = await Promise.all(Array.from({ length: 130 }, () => aStoredRequest(sandbox, { accepted: true })))
    const news = await sandbox.adapters().altinn3.listNews(sinceThisMorning())
    expect(new Set(news.ok ? news.value.map(({ reference }) => reference) : [])).toEqual(new Set(consents.map(({ id }) => id)))
    expect((await requests('altinn', 'events')).length).toBeGreaterThan(1)
  })

  test.each([['500', 'provider-unavailable'], ['html', 'provider-unavailable'], ['wrong-types', 'provider-unavailable'], ['403', 'misconfigured']])('are none to go by while Altinn says %s', async (what, reason) => {
    await tellAtOnce()
    await aStoredRequest(sandbox, { accepted: true })
    await fault('altinn', what, { step: 'events', times: 9 })
    expect(await sandbox.adapters().altinn3.listNews(sinceThisMorning())).toMatchObject({ ok: false, reason })
  })
})

describe('a source that knows the consent already', () => {
  const shown = async (transport: 'altinn3-single' | 'altinn3-both' | 'altinn3-same', sourceKnows: boolean) => {
    const consent = await aStoredRequest(sandbox, { accepted: true })
    const given = await sandbox.adapters({ transport }).altinn3.getCredentials(consent, aNationalId(), { scope: SCOPE, sourceKnows })
    if (!given.ok) throw new Error(`${given.reason} ${given.detail}`)
    const named = (token: typeof given.value.consentToken) => token && 'authorization_details' in decodeJwt(token.reveal())
    return [named(given.value.accessToken), named(given.value.consentToken)]
  }

  test('is not shown it again in a header of its own', async () => {
    expect([await shown('altinn3-both', false), await shown('altinn3-both', true)]).toEqual([[false, true], [false, null]])
    expect([await shown('altinn3-same', false), await shown('altinn3-same', true)]).toEqual([[true, true], [true, null]])
    expect([await shown('altinn3-single', false), await shown('altinn3-single', true)]).toEqual([[true, null], [true, null]])
  })

  test('is asked nothing before Altinn has said that the consent stands', async () => {
    const consent = await aStoredRequest(sandbox, { accepted: true })
    const { altinn3 } = sandbox.adapters({ transport: 'altinn3-both' })
    const ask = () => altinn3.getCredentials(consent, aNationalId(), { scope: SCOPE, sourceKnows: true })
    expect((await ask()).ok).toBe(true)
    expect([(await requests('altinn', 'status')).length, (await requests('maskinporten', 'consent-token')).length]).toEqual([1, 0])
    await fault('altinn', '500', { step: 'status', times: 3 })
    expect(await ask()).toMatchObject({ reason: 'provider-unavailable' })
    await answer(consent.id, 'revoke')
    expect(await ask()).toEqual({ ok: false, reason: 'consent-not-active', detail: 'revoked', status: 'revoked' })
  })

  test('is given nothing when there is no token for it', async () => {
    const consent = await aStoredRequest(sandbox, { accepted: true })
    const { altinn3, maskinporten } = sandbox.adapters({ transport: 'altinn3-both' })
    await maskinporten.accessToken('altinn:consentrequests.read')
    await fault('maskinporten', '500', { step: 'token', times: 9 })
    expect(await altinn3.getCredentials(consent, aNationalId(), { scope: SCOPE, sourceKnows: true })).toMatchObject({ reason: 'credentials-unavailable' })
  })
})
