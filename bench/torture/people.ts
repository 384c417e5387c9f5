import { NationalId } from '@/lib/national-id'
import { withControlDigits } from '@/lib/testing/builders'

/** What everybody is called whom the sandbox's Altinn 2 does not know by name. */
export const LAST_NAME = 'Testesen'

/** Birthdays of one year: days that every month has. */
const BIRTHDAYS = 12 * 28
/** Numbers of persons 1 to 499 belong to those born in 1900 to 1999. */
const MOST_A_DAY = 499

/**
 * National ids that are nobody's (month + 80, Tenor's series), each once, born in a year `from` or later: for as many
 * people as a suite asks for. About four fifths of the candidates have control digits.
 */
export function* syntheticPeople({ from = 1940 } = {}): Generator<NationalId, void> {
  for (let year = from - 1900; year < 100; year++) {
    for (let person = 1; person <= MOST_A_DAY; person++) {
      for (let birthday = 0; birthday < BIRTHDAYS; birthday++) {
        const date = `${String((birthday % 28) + 1).padStart(2, '0')}${String(Math.floor(birthday / 28) + 81)}${year}`
        const digits = withControlDigits(`${date}${String(person).padStart(3, '0')}`)
        const nationalId = digits && NationalId.parse(digits, { synthetic: true })
        if (nationalId) yield nationalId
      }
    }
  }
}

/** Lånekassen's statement about somebody it has never heard of. */
export const balanceOf = (pid: string, ore: number): string => {
  const amount = (ore / 100).toFixed(2)
  return `{"Accounts":[{"Name":"Lån","Bban":"${pid}","Assert":"","Balances":[{"BalanceType":"closingBooked","BalanceAmount":{"currency":"NOK","amount":${amount}},"LastChangeDateTime":"2026-01-15T21:02:11.307Z"}]}],"TotalAmount":${amount}}`
}
