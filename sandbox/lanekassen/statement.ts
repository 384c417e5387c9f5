import type { Part } from './customers.ts'

/** The body by hand, so that numbers stand as the service writes them and not as JavaScript would (information model). */
export function statementText(parts: readonly Part[], total: string | null, bban: string): string {
  const balance = ({ amount, currency = 'NOK', type = 'closingBooked', changed }: Part['amounts'][number]): string =>
    `{"BalanceType":"${type}","BalanceAmount":{"currency":"${currency}","amount":${amount ?? 'null'}},"LastChangeDateTime":"${changed}"}`
  const account = ({ name, amounts }: Part): string => `{"Balances":[${amounts.map(balance).join(',')}],"Name":"${name}","Bban":"${bban}","Assert":""}`
  return `{"Accounts":[${parts.map(account).join(',')}],"TotalAmount":${total ?? 'null'}}`
}
