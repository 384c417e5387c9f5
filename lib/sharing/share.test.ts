import { describe, expect, test } from 'vitest'
import { after, day } from '@/lib/testing/builders'
import { CODE_MINUTES, codeValidUntil, endOf, readErrand, stateOf, TRIES } from './share'

const began = day(1)
const aShare = (but: Partial<Parameters<typeof endOf>[0]> = {}) => ({ openedAt: null, codeUntil: codeValidUntil(began), wrongTries: 0, endedAt: null, end: null, ...but })
const at = (minutes: number) => after(began, { minutes })

describe('a share', () => {
  test('waits for its code ten minutes, and not an instant longer', () => {
    expect(CODE_MINUTES).toBe(10)
    expect(stateOf(aShare(), began)).toBe('waiting')
    expect(stateOf(aShare(), after(at(10), { ms: -1 }))).toBe('waiting')
    expect(stateOf(aShare(), at(10))).toBe('ended')
    expect(endOf(aShare(), at(10))).toBe('code-unused')
  })

  test('is dead after five wrong tries', () => {
    expect(TRIES).toBe(5)
    expect(stateOf(aShare({ wrongTries: 4 }), began)).toBe('waiting')
    expect(endOf(aShare({ wrongTries: 5 }), began)).toBe('code-dead')
  })

  test('stays open once it is opened, however long ago the code was good', () => {
    expect(stateOf(aShare({ openedAt: at(1), wrongTries: 4 }), at(100))).toBe('open')
    expect(endOf(aShare({ openedAt: at(1) }), at(100))).toBeNull()
  })

  test('that has ended never comes back, and says why', () => {
    for (const end of ['stopped', 'logged-out', 'consent-revoked'] as const) expect(endOf(aShare({ openedAt: at(1), endedAt: at(2), end }), at(3))).toBe(end)
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
    for (const but of [{ purpose: '' }, { purpose: 'Markedsføring' }, { purpose: 'other' }, { purpose: 'other', otherPurpose: 'ja' }, { purpose: 'other', otherPurpose: 'x'.repeat(121) }]) expect(read(but)).toMatchObject({ reason: 'no-purpose' })
    for (const caseNumber of ['', ' ', '-', 'x'.repeat(41), '<b>1</b>', 'SAK\u0000']) expect(read({ caseNumber }), caseNumber).toMatchObject({ reason: 'no-case' })
  })

  test('holds nothing that looks like a national id, however it is set apart', () => {
    for (const number of ['15819010029', '158190 10029', '15.81.90-10029', '1581 9010 029']) {
      expect(read({ caseNumber: number }), number).toMatchObject({ reason: 'looks-personal' })
      expect(read({ purpose: 'other', otherPurpose: `Gjelder ${number} og lånet` }), number).toMatchObject({ reason: 'looks-personal' })
    }
    expect(read({ caseNumber: '2026/1234567' }).ok).toBe(true)
  })
})
