import type { Sandbox } from './sandbox.ts'

/** Somebody who can log in. People on the sandbox's list have a button with their name; others write their number. */
export type Somebody = { readonly pid: string; readonly name?: string }
export type Part = readonly [name: string, kroner: string]

/** What most people here owe: 13 055,23 kr. */
export const ordinary: readonly Part[] = [['Lån', '12684.79'], ['Renter', '90.44'], ['Gebyr', '280.0']]
export const ordinaryTotal = '13 055,23 kr'

/** Lånekassen's answer, written by hand so that the digits stand as given. */
export function statement(pid: string, parts: readonly Part[], { total, bban = pid, currency = 'NOK' }: { total?: string; bban?: string; currency?: string } = {}): string {
  const sum = parts.reduce((ore, [, kroner]) => ore + Math.round(Number(kroner) * 100), 0)
  const accounts = parts.map(([name, kroner]) =>
    `{"Balances":[{"BalanceType":"closingBooked","BalanceAmount":{"currency":"${currency}","amount":${kroner}},"LastChangeDateTime":"2026-01-15T21:02:11.307Z"}],"Name":"${name}","Bban":"${bban}","Assert":""}`)
  return `{"Accounts":[${accounts.join(',')}],"TotalAmount":${total ?? (sum / 100).toFixed(2)}}`
}

let born = 0
/** A synthetic national id (month + 80) with valid check digits that nobody here has had before. */
export function newNumber(): string {
  for (;;) {
    const nr = born++
    const date = `${twoDigits(1 + (nr % 28))}${twoDigits(81 + (Math.floor(nr / 28) % 12))}${twoDigits(60 + (Math.floor(nr / 336) % 40))}`
    for (let serial = 100; serial < 500; serial++) {
      const nine = `${date}${serial}`
      const first = control(nine, [3, 7, 6, 1, 8, 9, 4, 5, 2])
      const second = first === null ? null : control(`${nine}${first}`, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
      if (first !== null && second !== null) return `${nine}${first}${second}`
    }
  }
}

/** Somebody new whom Lånekassen knows, with these parts. */
export async function somebodyWith(sandbox: Sandbox, parts: readonly Part[] = ordinary): Promise<Somebody> {
  const pid = newNumber()
  await sandbox.answers(pid, statement(pid, parts))
  return { pid }
}

const twoDigits = (number: number) => String(number).padStart(2, '0')
function control(digits: string, weights: readonly number[]): number | null {
  const rest = weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0) % 11
  const digit = rest === 0 ? 0 : 11 - rest
  return digit === 10 ? null : digit
}
