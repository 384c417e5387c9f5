import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nok } from '@/lib/money'
import { day } from '@/lib/testing/builders'
import { balanceCase, partKinds, studentLoanBalance, type LoanPart, type PartKind } from './balance'

const part = (kind: PartKind, ore: number | null, changedAt: Date | null = day(0)): LoanPart => ({ kind, name: kind, amount: ore === null ? null : nok(ore), changedAt })
const parts = fc.array(fc.tuple(fc.constantFrom(...partKinds), fc.option(fc.integer({ min: -1e9, max: 1e9 }), { freq: 6 })).map(([kind, ore]) => part(kind, ore)), { maxLength: 8 })

describe('the total', () => {
  test('is the sum of the parts, in whatever order they came', () => {
    expect(studentLoanBalance([part('interest', 9044), part('loan', 1268479), part('fee', 28000)], nok(1305523))).toMatchObject({ total: nok(1305523), reconciled: true })
  })

  test('is the sum also when Lånekassen says another, and then that is told', () => {
    expect(studentLoanBalance([part('loan', 1268479)], nok(0))).toMatchObject({ total: nok(1268479), reconciled: false })
  })

  test('is unknown as long as a part is, never a smaller sum', () => {
    expect(studentLoanBalance([part('loan', 1268479), part('interest', null)], nok(1268479)).total).toBeNull()
  })

  test('is unknown when Lånekassen’s own is', () => {
    expect(studentLoanBalance([part('loan', 1268479)], null)).toMatchObject({ total: null, reconciled: true })
  })

  test('is never made of anything but every part', () => {
    fc.assert(
      fc.property(parts, fc.option(fc.integer({ min: -1e10, max: 1e10 })), (given, stated) => {
        const { total, reconciled } = studentLoanBalance(given, stated === null ? null : nok(stated))
        const all = given.every(({ amount }) => amount !== null) && stated !== null
        expect(total?.ore ?? null).toBe(all ? given.reduce((sum, { amount }) => sum + (amount?.ore ?? 0), 0) : null)
        expect(reconciled).toBe(total === null || total.ore === stated)
      }),
    )
  })
})

describe('the parts', () => {
  test('stand in the screen’s order, with none lost and none made up', () => {
    fc.assert(
      fc.property(parts, (given) => {
        const shown = studentLoanBalance(given, nok(0)).parts
        expect(shown.map(({ kind }) => partKinds.indexOf(kind))).toEqual(given.map(({ kind }) => partKinds.indexOf(kind)).sort((a, b) => a - b))
        expect(new Set(shown)).toEqual(new Set(given))
      }),
    )
  })

  test('two of one kind keep the order they came in', () => {
    const [first, second] = [part('loan', 1), part('loan', 2)]
    expect(studentLoanBalance([part('fee', 3), first, second], nok(6)).parts.slice(0, 2)).toEqual([first, second])
  })

  test('changed last when the latest of them did, and at no known time when none is known', () => {
    expect(studentLoanBalance([part('loan', 1, day(1)), part('fee', 1, day(3)), part('cost', 1, null)], nok(3)).changedAt).toEqual(day(3))
    expect(studentLoanBalance([part('loan', 1, null)], nok(1)).changedAt).toBeNull()
    expect(studentLoanBalance([], nok(0)).changedAt).toBeNull()
  })
})

describe('what the figures mean', () => {
  test.each<[string, LoanPart[], number | null, ReturnType<typeof balanceCase>]>([
    ['a loan', [part('loan', 100)], 100, 'debt'],
    ['all four parts', [part('loan', 1), part('interest', 1), part('fee', 1), part('cost', 1)], 4, 'debt'],
    ['a loan, and a total that differs', [part('loan', 100)], 0, 'debt'],
    ['a fee alone', [part('fee', 28000)], 28000, 'without-loan'],
    ['a loan of nothing and a fee', [part('loan', 0), part('fee', 28000)], 28000, 'without-loan'],
    ['a loan in credit under larger costs', [part('loan', -100), part('cost', 300)], 200, 'without-loan'],
    ['an unknown kind of account', [part('other', 100)], 100, 'without-loan'],
    ['too much paid', [part('loan', -152350)], -152350, 'credit'],
    ['no accounts', [], 0, 'no-debt'],
    ['accounts that come to nothing', [part('loan', 0)], 0, 'settled'],
    ['accounts that cancel out', [part('loan', -28000), part('fee', 28000)], 0, 'settled'],
    ['an amount that is unknown', [part('loan', 100), part('interest', null)], 100, 'unknown'],
    ['a total that is unknown', [part('loan', 100)], null, 'unknown'],
    ['nothing at all, and a total that is unknown', [], null, 'unknown'],
    ['nothing at all, and yet a total', [], 100, 'unknown'],
  ])('%s', (_what, given, stated, meaning) => {
    expect(balanceCase(studentLoanBalance(given, stated === null ? null : nok(stated)))).toBe(meaning)
  })
})
