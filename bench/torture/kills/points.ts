import { exchangeTransactions, momentOf, transactions, type Press, type Transaction } from '../faults/database-faults.ts'
import type { Moment } from '../front/postgres-front.ts'
import type { Stop } from '../instance/stops.ts'

/** Where an instance is hit: at the commit of a transaction, or after a party's answer. */
export type Point = {
  readonly name: string
  /** What the person does to get there. */
  readonly press: Press
  readonly at: { readonly moment: Moment } | { readonly stop: Stop }
  /** A reading has begun and its outcome is not written. */
  readonly leavesBeginning: boolean
  /**
   * The point is there only where a consent is exchanged (altinn3-both). `maybe`: by then the exchange may have been made, and it
   * is not made twice: where the outcome is not known the way on is a new consent. `no`: it cannot have been, and no new one is needed.
   */
  readonly exchanged?: 'no' | 'maybe'
}
export const blows = ['killed', 'connection ended', 'asleep'] as const
/** SIGKILL; PostgreSQL ends the connection's process; SIGSTOP, and five seconds later SIGCONT. */
export type Blow = (typeof blows)[number]

const pressFor: Readonly<Record<Transaction, Press>> = { 'the log-in': 'log in', 'the request': 'ask', 'the answer': 'go on', 'the claim to read': 'go on', 'the reading': 'go on', 'the look': 'look', 'the end': 'log out' }
const beginnings: readonly string[] = ['after the claim to read', 'before the reading']

/** Before and after the commit of the seven transitions, and between an answer's bytes and its commit, twice; and of an exchange. */
export const points: readonly Point[] = [
  ...(Object.keys(transactions) as Transaction[]).flatMap((transaction) =>
    (['before', 'after'] as const).map((when) => {
      const name = `${when} ${transaction}`
      return { name, press: pressFor[transaction], at: { moment: momentOf(transaction, when) }, leavesBeginning: beginnings.includes(name) }
    })),
  ...(['the consent token came', 'the figures came'] as const).map((stop) => ({ name: stop, press: 'go on', at: { stop }, leavesBeginning: true }) as const),
  ...(Object.keys(exchangeTransactions) as (keyof typeof exchangeTransactions)[]).flatMap((transaction, nr) =>
    (['before', 'after'] as const).map((when) => ({ name: `${when} ${transaction}`, press: 'go on', at: { moment: momentOf(transaction, when) }, leavesBeginning: true, exchanged: nr === 0 && when === 'before' ? 'no' : 'maybe' }) as const)),
]
