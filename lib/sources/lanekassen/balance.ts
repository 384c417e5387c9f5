import { sum, type Money } from '@/lib/money'

/** The four accounts of Saldo på studielån, in the order of the screen, and whatever else Lånekassen may send. */
export const partKinds = ['loan', 'interest', 'fee', 'cost', 'other'] as const
export type PartKind = (typeof partKinds)[number]

export type LoanPart = {
  readonly kind: PartKind
  /** Lånekassen's own name of the account; shown only for `other`. */
  readonly name: string
  /** Positive is debt, negative is credit, null is unknown: never zero. */
  readonly amount: Money | null
  readonly changedAt: Date | null
}

export type StudentLoanBalance = {
  readonly parts: readonly LoanPart[]
  /** The sum of the parts; null when a part or Lånekassen's own TotalAmount is unknown. */
  readonly total: Money | null
  /** False when TotalAmount is known and differs from the sum; the sum is what we show. */
  readonly reconciled: boolean
  readonly changedAt: Date | null
}

/** Something that is owed: no credit, and not unknown. */
export const isDebt = ({ amount }: LoanPart): boolean => amount !== null && amount.ore > 0
/** Something that Lånekassen owes. */
export const isCredit = ({ amount }: LoanPart): boolean => amount !== null && amount.ore < 0

/** What the figures mean, one case for each text on the screen (the fields: dsop_saldostudielan_informasjonsmodellLanekassen). */
export type BalanceCase = 'debt' | 'without-loan' | 'credit' | 'no-debt' | 'settled' | 'unknown'

/** Unknown first, then what the sign of the total says. Nothing in the list and yet a total is not "no debt": then we do not know. */
export function balanceCase({ parts, total, reconciled }: StudentLoanBalance): BalanceCase {
  if (total === null || (parts.length === 0 && !reconciled)) return 'unknown'
  if (parts.length === 0) return 'no-debt'
  if (total.ore < 0) return 'credit'
  if (total.ore === 0) return 'settled'
  return parts.some((part) => part.kind === 'loan' && isDebt(part)) ? 'debt' : 'without-loan'
}

/** Parts in the screen's order with their sum; anything unknown makes the sum unknown, never smaller. */
export function studentLoanBalance(parts: readonly LoanPart[], statedTotal: Money | null): StudentLoanBalance {
  const known = parts.flatMap(({ amount }) => (amount === null ? [] : [amount]))
  const total = known.length === parts.length && statedTotal !== null ? sum(known) : null
  const changes = parts.flatMap(({ changedAt }) => (changedAt === null ? [] : [changedAt.getTime()]))
  return {
    parts: [...parts].sort((a, b) => partKinds.indexOf(a.kind) - partKinds.indexOf(b.kind)),
    total,
    reconciled: total === null || statedTotal === null || total.ore === statedTotal.ore,
    changedAt: changes.length > 0 ? new Date(Math.max(...changes)) : null,
  }
}
