import { describe, expect, test } from 'vitest'
import { aConsent, after, aPolicy, day } from '@/lib/testing/builders'
import { clockAt, consentsInMemory } from '@/lib/testing/fakes'
import { findUsableConsent } from './find-usable-consent'

const me = '5f1d9a52-2f0e-4b39-9a3e-3f6f0f7f4c11'
const find = (consents: Parameters<typeof consentsInMemory>[0], at = day(10)) => findUsableConsent({ clock: clockAt(at), consents: consentsInMemory(consents), policy: aPolicy() }, me)

describe('a person’s consents', () => {
  test('are none at first', async () => {
    expect(await find([])).toEqual({ usable: null, newest: null })
  })

  test('hold one that may be used, and perhaps a newer one that may not', async () => {
    const [accepted, rejected] = [aConsent({ status: 'accepted', requestedAt: day(1) }), aConsent({ status: 'rejected', requestedAt: day(2) })]
    expect(await find([accepted, rejected])).toEqual({ usable: accepted, newest: rejected })
  })

  test('may be used until the instant they end', async () => {
    const consent = aConsent({ status: 'accepted', validTo: day(10) })
    expect((await find([consent], after(day(10), { ms: -1 }))).usable).toEqual(consent)
    expect(await find([consent])).toEqual({ usable: null, newest: consent })
  })

  test('are theirs alone, for this resource and this bank', async () => {
    expect(await find([aConsent({ status: 'accepted', subjectRef: 'somebody else' }), aConsent({ status: 'accepted', resource: 'slk-other' }), aConsent({ status: 'accepted', coveredBy: '312222221' })])).toEqual({ usable: null, newest: null })
  })
})
