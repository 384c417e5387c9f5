import { describe, expect, test } from 'vitest'
import { after, day } from '@/lib/testing/builders'
import { CODE_MINUTES, codeValidUntil, endOf, readErrand, shareEnds, stateOf, TRIES, type StandingShare } from './share'

const began = day(1)
const at = (minutes: number) => after(began, { minutes })
const limits = { idleMinutes: 15, maxMinutes: 120 }
const aShare = (but: Partial<StandingShare> = {}): StandingShare => ({
  id: 'a', subjectRef: 'b', consentId: 'c', createdAt: began, codeUntil: codeValidUntil(began), openedAt: null, staffRef: null, unit: null, purpose: null, caseNumber: null, endedAt: null, end: null,
  sealed: true, session: { lastSeenAt: began, expiresAt: at(120) }, consent: { status: 'accepted', validTo: at(600) }, adviser: null, ...but,
})
const here: StandingShare['adviser'] = { roles: ['adviser'], lastSeenAt: at(100), expiresAt: at(480), checkedAt: at(114) }
const open = (but: Partial<StandingShare> = {}) => aShare({ openedAt: at(1), adviser: here, session: { lastSeenAt: at(100), expiresAt: at(120) }, ...but })

describe('a share', () => {
  test('waits for its code ten minutes, and not an instant longer', () => {
    expect([CODE_MINUTES, TRIES]).toEqual([10, 5])
    expect(stateOf(aShare(), limits, began)).toBe('waiting')
    expect(stateOf(aShare(), limits, after(at(10), { ms: -1 }))).toBe('waiting')
    expect([stateOf(aShare(), limits, at(10)), endOf(aShare(), limits, at(10))]).toEqual(['ended', 'code-unused'])
  })

  test('stays open once it is opened, however long ago the code was good', () => {
    expect([stateOf(open(), limits, at(110)), endOf(open(), limits, at(110))]).toEqual(['open', null])
  })

  test('is over the instant something that it stands on is, though nobody has written that down yet', () => {
    expect(endOf(open(), limits, at(120))).toBe('timed-out')
    expect(endOf(open(), limits, after(at(115), { ms: -1 }))).toBeNull()
    expect(endOf(open(), limits, at(115))).toBe('timed-out')
    expect(endOf(open({ consent: { status: 'accepted', validTo: at(105) } }), limits, at(105))).toBe('consent-expired')
    const away: StandingShare['adviser'][] = [null, { ...here, roles: ['auditor'] }, { ...here, lastSeenAt: at(86) }, { ...here, expiresAt: at(101) }, { ...here, checkedAt: at(98) }]
    for (const adviser of away) expect(endOf(open({ adviser }), limits, at(101))).toBe('adviser-left')
    for (const but of [{ sealed: false }, { session: null }, { consent: { status: 'revoked' as const, validTo: at(600) } }]) expect(endOf(open(but), limits, at(101))).toBe('lost')
  })

  test('that has ended never comes back, and says why', () => {
    for (const end of shareEnds) expect([endOf(open({ endedAt: at(2), end }), limits, at(3)), stateOf(open({ endedAt: at(2), end }), limits, at(3))]).toEqual([end, 'ended'])
  })
})

describe('an errand', () => {
  const purposes = ['Lånesøknad', 'Rådgivning']
  const read = (but: Partial<Parameters<typeof readErrand>[0]>) => readErrand({ purpose: 'Lånesøknad', otherPurpose: '', caseNumber: 'SAK-2026/17', ...but }, purposes)

  test('is one of the bank’s purposes, or the adviser’s own words, and a case number', () => {
    expect(read({})).toEqual({ ok: true, value: { purpose: 'Lånesøknad', caseNumber: 'SAK-2026/17' } })
    expect(read({ purpose: 'other', otherPurpose: '  Spørsmål om\n refinansiering ' })).toMatchObject({ value: { purpose: 'Spørsmål om refinansiering' } })
    expect(read({ caseNumber: ' 7 ' })).toMatchObject({ value: { caseNumber: '7' } })
  })

  test('is refused without them', () => {
    for (const but of [{ purpose: '' }, { purpose: 'Markedsføring' }, { purpose: 'other' }, { purpose: 'other', otherPurpose: 'ja' }, { purpose: 'other', otherPurpose: 'x'.repeat(121) }, { purpose: 'other', otherPurpose: 'Lån\u0000til bolig' }, { purpose: 'other', otherPurpose: '\u202enål ned' }]) expect(read(but)).toMatchObject({ reason: 'no-purpose' })
    for (const caseNumber of ['', ' ', '-', 'x'.repeat(41), '<b>1</b>', 'SAK\u0000']) expect(read({ caseNumber }), caseNumber).toMatchObject({ reason: 'no-case' })
  })

  test('holds nothing that looks like a national id, however it is set apart', () => {
    for (const number of ['15819010029', '158190 10029', '158190/10029', '15/81/90 10029', '15.81.90-10029', '1581 9010 029', '158190–10029', '１５８１９０１００２９']) {
      if (!number.includes('–')) expect(read({ caseNumber: number }), number).toMatchObject({ reason: 'looks-personal' })
      expect(read({ purpose: 'other', otherPurpose: `Gjelder ${number} og lånet` }), number).toMatchObject({ reason: 'looks-personal' })
    }
    for (const caseNumber of ['2026/1234567', '2026/123456', '158190/10028', '2026/15819010']) expect(read({ caseNumber }).ok, caseNumber).toBe(true)
  })
})
