import { describe, expect, test } from 'vitest'
import { nok } from '@/lib/money'
import { studentLoanBalance, type LoanPart, type PartKind, type StudentLoanBalance } from '@/lib/sources/lanekassen/balance'
import { locales } from '@/messages/locales'
import { htmlOf, textOf } from '../testing/draw'
import { BalanceView } from './balance-view'

const changedAt = new Date('2026-01-15T23:30:00Z')
const fetchedAt = new Date('2026-11-21T13:05:00Z')

const part = (kind: PartKind, ore: number | null, name = ''): LoanPart => ({ kind, name, amount: ore === null ? null : nok(ore), changedAt })
const balanceOf = (...parts: LoanPart[]) => studentLoanBalance(parts, nok(parts.reduce((total, { amount }) => total + (amount?.ore ?? 0), 0)))
const view = (balance: StudentLoanBalance, hasLogo = false) => <BalanceView balance={balance} fetchedAt={fetchedAt} bankName="Fjordbanken" hasLogo={hasLogo} />

const all = balanceOf(part('loan', 1268479), part('interest', 9044), part('fee', 28000), part('cost', 5000))
const creditParts = balanceOf(part('loan', -125050))
const cases = {
  debt: all,
  'without loan': balanceOf(part('interest', 9044), part('fee', 28000)),
  credit: creditParts,
  settled: balanceOf(part('loan', 28000), part('fee', -28000)),
  'no debt': balanceOf(),
  'a part unknown': balanceOf(part('loan', 1268479), part('interest', null)),
  'the total unknown': studentLoanBalance([part('loan', 1268479)], null),
  'nothing known': studentLoanBalance([], null),
  'nothing sent, yet a total': studentLoanBalance([], nok(5000)),
} satisfies Record<string, StudentLoanBalance>

describe('The total', () => {
  test.each([
    ['debt', 'Du skylder til sammen 13 105,23 kr Lånekassen'],
    ['without loan', 'Du skylder til sammen 370,44 kr Lånekassen Du har ikke lån igjen, men 370,44 kr i renter og gebyr.'],
    ['credit', 'Du har til gode 1 250,50 kr Lånekassen Du har betalt inn mer enn du skylder.'],
    ['settled', 'Du skylder til sammen 0,00 kr Lånekassen Delene går opp i null. Du skylder ikke noe akkurat nå.'],
    ['no debt', 'Du har ingen gjeld i Lånekassen. Lånekassen Lånekassen har ikke registrert noe du skylder.'],
    ['a part unknown', 'Vi kan ikke vise en sum Lånekassen Lånekassen ga oss ikke alle tallene.'],
    ['the total unknown', 'Vi kan ikke vise en sum'],
    ['nothing known', 'Vi kan ikke vise en sum'],
    ['nothing sent, yet a total', 'Vi kan ikke vise en sum'],
  ] as const)('of %s', (name, words) => {
    expect(textOf(view(cases[name]))).toContain(words)
  })

  test.each([
    ['nb', 'Du skylder til sammen 13 105,23 kr'],
    ['nn', 'Du skuldar til saman 13 105,23 kr'],
    ['en', 'You owe in total NOK 13,105.23'],
  ] as const)('in %s', (locale, words) => {
    expect(textOf(view(all), locale)).toContain(words)
  })

  test('of a credit is money to be refunded: no minus, in any language', () => {
    for (const locale of locales) expect(textOf(view(creditParts), locale)).not.toMatch(/-\s?(NOK)?\d/)
    expect(textOf(view(creditParts))).toContain('Sum Til gode 1 250,50 kr')
  })

  test('when unknown is nowhere zero', () => {
    for (const name of ['a part unknown', 'the total unknown', 'nothing known', 'nothing sent, yet a total'] as const) {
      for (const locale of locales) expect(textOf(view(cases[name]), locale)).not.toMatch(/\b0[,.]00/)
    }
    expect(textOf(view(cases['a part unknown']))).toMatch(/Renter Ikke tilgjengelig .* Sum Ikke tilgjengelig/)
  })

  test('looks like no other case', () => {
    const one = part('loan', 0)
    const drawings = [balanceOf(one), balanceOf(), studentLoanBalance([one], null), balanceOf(part('loan', null))].map((balance) => textOf(view(balance)))
    expect(new Set(drawings).size).toBe(drawings.length)
  })

  test('says nothing of "no loan" when an unknown part may be one', () => {
    expect(textOf(view(balanceOf(part('other', 5000, 'Nytt lån'))))).not.toContain('Du har ikke lån igjen')
  })

  test('has the logo right beside it, or the name', () => {
    expect(htmlOf(view(all, true))).toMatch(/kr<\/strong><img[^>]*src="\/api\/lanekassen-logo" alt="Lånekassen"/)
    expect(htmlOf(view(all))).toMatch(/kr<\/strong><span[^>]*>Lånekassen<\/span>/)
  })
})

describe('The parts', () => {
  test('have a bar whose words say the same as the table', () => {
    expect(htmlOf(view(all)).replaceAll('\u00a0', ' ')).toContain(
      'aria-label="Fordeling av gjelden: lån 12 684,79 kr, renter 90,44 kr, gebyr 280,00 kr, omkostninger 50,00 kr. Samme tall står i tabellen."',
    )
    expect(textOf(view(all))).toMatch(/Lån 12 684,79 kr .*Renter 90,44 kr .*Gebyr 280,00 kr .*Omkostninger 50,00 kr .*Sum 13 105,23 kr/)
  })

  test('have no bar when there is nothing to compare, or the total is unknown', () => {
    for (const balance of [creditParts, cases['a part unknown'], cases['no debt'], balanceOf(part('loan', 100))]) expect(htmlOf(view(balance))).not.toContain('role="img"')
  })

  test('that are credits stay out of the bar, and the page says so', () => {
    const mixed = view(balanceOf(part('loan', 100_00), part('interest', 50_00), part('fee', -20_00)))
    expect(htmlOf(mixed).match(/class="part-segment"/g)).toHaveLength(2)
    expect(textOf(mixed)).toContain('Stolpen viser bare det du skylder, ikke det du har til gode.')
    expect(textOf(mixed)).toContain('Gebyr Til gode 20,00 kr')
  })

  test('each say what they mean', () => {
    for (const meaning of ['Det som gjenstår av selve lånet.', 'Renter som er lagt til, men ikke betalt.', 'For eksempel for papirvarsel eller purring.', 'Andre kostnader Lånekassen har lagt til.']) {
      expect(textOf(view(all))).toContain(meaning)
    }
  })

  test('of an unknown name are called what Lånekassen calls them', () => {
    expect(textOf(view(balanceOf(part('loan', 100), part('other', 200, 'Valutatillegg'))))).toContain('Annet: Valutatillegg 2,00 kr')
  })

  test('that do not add up to what Lånekassen says are shown with their own sum, and the page says so', () => {
    const words = textOf(view(studentLoanBalance(all.parts, nok(0))))
    expect(words).toContain('Lånekassens totalsum er ikke lik summen av delene.')
    expect(words).toContain('Sum 13 105,23 kr')
    expect(textOf(view(all))).not.toContain('totalsum')
  })
})

describe('The page', () => {
  test('says when, in Oslo', () => {
    expect(textOf(view(all))).toContain('Sist endret hos Lånekassen 16. januar 2026. Hentet 21. november 2026 kl. 14:05.')
    expect(textOf(view(balanceOf()))).not.toContain('Sist endret')
  })

  test('says who can mend a figure, what is deleted, and how to leave', () => {
    const words = textOf(view(all))
    expect(words).toContain('Er tallene feil? Kontakt Lånekassen på lanekassen.no. Fjordbanken kan ikke endre dem.')
    expect(words).toContain('Når du logger ut, sletter vi beløpene.')
    expect(htmlOf(view(all))).toContain('action="/api/auth/logout"')
  })

  test.each(Object.entries(cases))('holds no national id number and no inline style: %s', (_, balance) => {
    for (const locale of locales) expect(htmlOf(view(balance), locale)).not.toMatch(/\d{11}|\sstyle=|undefined|NaN/)
  })
})
