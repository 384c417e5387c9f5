import { describe, expect, test } from 'vitest'
import type { Actor } from '@/lib/audit/audit-event'
import { fail, ok } from '@/lib/result'
import { aConsent, aNationalId, day } from '@/lib/testing/builders'
import { aDiary, aProvider, clockAt, consentsInMemory, subjectsInMemory } from '@/lib/testing/fakes'
import type { Consent, ConsentStatus } from './consent'
import type { ProviderFailure } from './provider'
import { settleConsent } from './settle-consent'

function setUp(says: ConsentStatus | ProviderFailure, but: Partial<Consent> = {}, actor: Actor = 'applicant') {
  const consent = aConsent(but)
  const diary = aDiary()
  const consents = consentsInMemory([consent], diary)
  const isStatus = (word: string): word is ConsentStatus => ['requested', 'accepted', 'rejected', 'revoked', 'expired'].includes(word)
  const altinn3 = aProvider({ getStatus: async () => (isStatus(says) ? ok(says) : fail(says)) })
  const settle = () => settleConsent({ clock: clockAt(day(1)), consents, subjects: subjectsInMemory([consent.subjectRef, aNationalId()]), providers: { altinn3, altinn2: altinn3 } }, { consent, actor, correlationId: 'K7QM-9XTB-2RWH' })
  return { consent, consents, diary, settle, status: () => consents.rows.get(consent.id)?.status }
}

describe('when Altinn is asked what became of a request', () => {
  test.each(['accepted', 'rejected', 'expired'] as const)('%s is recorded together with its event', async (answer) => {
    const { consent, diary, settle, status } = setUp(answer)
    expect(await settle()).toMatchObject({ ok: true, value: { status: answer, settledAt: day(1) } })
    expect(status()).toBe(answer)
    expect(diary.events).toEqual([{ type: 'consent.settled', at: day(1), actor: 'applicant', correlationId: 'K7QM-9XTB-2RWH', subjectRef: consent.subjectRef, consentId: consent.id, outcome: answer }])
  })

  test('unanswered, it stays as it was and leaves no trace', async () => {
    const { consent, diary, settle } = setUp('requested')
    expect(await settle()).toEqual({ ok: true, value: consent })
    expect(diary.events).toEqual([])
  })

  test('given and withdrawn before we asked, both are recorded: it was given', async () => {
    const { diary, settle, status } = setUp('revoked')
    expect(await settle()).toMatchObject({ ok: true, value: { status: 'revoked' } })
    expect(status()).toBe('revoked')
    expect(diary.entries).toEqual(['consent.settled: accepted', 'consent.closed: revoked'])
  })

  test.each(['provider-unavailable', 'provider-refused', 'credentials-unavailable', 'misconfigured'] as const)('nothing changes on %s', async (failure) => {
    for (const status of ['requested', 'accepted'] as const) {
      const it = setUp(failure, { status })
      expect(await it.settle()).toEqual({ ok: false, reason: failure })
      expect([it.status(), it.diary.events]).toEqual([status, []])
    }
  })

  test('of two answers arriving at once only the first counts', async () => {
    const { settle, diary } = setUp('accepted')
    const [first, second] = await Promise.all([settle(), settle()])
    expect([first.ok, second]).toEqual([true, { ok: false, reason: 'changed-meanwhile' }])
    expect(diary.events).toHaveLength(1)
  })

  test('nothing changes when the change cannot be told', async () => {
    const { settle, diary, status } = setUp('accepted')
    diary.refuse(() => true)
    await expect(settle()).rejects.toThrow()
    expect(status()).toBe('requested')
  })
})

describe('when Altinn is asked about a consent that was accepted', () => {
  test.each(['revoked', 'expired'] as const)('%s closes it, and says who found out', async (answer) => {
    const { diary, settle, status } = setUp(answer, { status: 'accepted', settledAt: day(0) }, 'system')
    expect(await settle()).toMatchObject({ ok: true, value: { status: answer } })
    expect(status()).toBe(answer)
    expect(diary.events).toMatchObject([{ type: 'consent.closed', actor: 'system', outcome: answer }])
  })

  test.each(['requested', 'rejected'] as const)('"%s" is no way back: it stays as it was', async (answer) => {
    const { diary, settle, status } = setUp(answer, { status: 'accepted' })
    expect(await settle()).toMatchObject({ ok: false, reason: 'not-allowed' })
    expect([status(), diary.events]).toEqual(['accepted', []])
  })
})

describe('a consent that has ended', () => {
  const ended = ['rejected', 'revoked', 'expired'] as const
  test.each(ended.flatMap((was) => (['requested', 'accepted', 'rejected', 'revoked', 'expired'] as const).map((says) => [was, says] as const)))('%s stays so, whatever Altinn says: %s', async (was, says) => {
    const { diary, settle, status } = setUp(says, { status: was })
    expect((await settle()).ok).toBe(was === says)
    expect([status(), diary.events]).toEqual([was, []])
  })
})
