import { z } from 'zod'
import { fromDecimalText } from '@/lib/money'
import { parseStrictly } from '@/lib/strict-json'

/**
 * JSON with every number kept as the digits it was written with, `{ digits: '12684.79' }`: an amount must not pass
 * through a binary float on its way to øre. Throws on what is not JSON that can be read in one way only.
 */
export const parseKeepingDigits = (text: string): unknown =>
  parseStrictly(text, (_key, value, { source }) => (typeof value === 'number' ? { digits: source ?? '' } : value))

const money = z.object({ digits: z.string() }).transform(({ digits }, context) => fromDecimalText(digits) ?? (context.addIssue('is not exact in øre'), z.NEVER))
/** Absent or null is unknown, never zero. */
const perhapsMoney = money.nullish().transform((amount) => amount ?? null)

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text)).nullish().transform((at) => at ?? null)

const balance = z.object({
  BalanceType: z.string(),
  BalanceAmount: z.object({ currency: z.literal('NOK'), amount: perhapsMoney }),
  LastChangeDateTime: instant,
})

/** `GET /saldo/v1/Accounts` as DSOP documents it. `Bban` is the national id: compared, then dropped. */
export const accountsAnswer = z.object({
  Accounts: z.array(z.object({ Name: z.string().max(100), Bban: z.string(), Balances: z.array(balance).max(10) })).max(20),
  TotalAmount: perhapsMoney,
})
export type AccountsAnswer = z.infer<typeof accountsAnswer>
