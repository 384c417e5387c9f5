import { ordinary, statement } from '../../../e2e/steps/people.ts'
import type { FrontFault } from '../front/front.ts'
import type { StreetFault } from '../scene/street.ts'

/** How a fault must look to us, whoever it strikes; what words that is, depends on the place. */
export type Sort =
  /** Nothing is to be noticed. */
  | 'fine'
  /** No answer, none in time, or the party's own word that it is broken. */
  | 'away'
  | 'busy'
  /** An answer that cannot be used. */
  | 'nonsense'
  | '400' | '401' | '403' | '404'
  /** Noticed or not: both are in order, as long as nothing wrong is shown. */
  | 'either'

export type Kind = {
  /** Its class, F1 to F27: from a refused connection (F1) to one that closes as we write (F27). */
  readonly f: `F${number}`
  readonly name: string
  readonly strike:
    | { readonly street: StreetFault }
    | { readonly front: FrontFault }
    /** Lånekassen's whole answer about the person. */
    | { readonly says: (pid: string) => string }
  readonly sort: Sort
  /** What the page shows all the same, in øre; null for a sum that is not known. */
  readonly shows?: number | null
  /** Whether it makes us wait for seconds. */
  readonly slow?: true
}

const street = (f: Kind['f'], sort: Sort, fault: string, more: Partial<StreetFault> = {}, slow?: true): Kind => ({ f, name: [fault, ...Object.values(more)].join(' '), sort, strike: { street: { fault, ...more } }, ...(slow && { slow }) })
const front = (f: Kind['f'], sort: Sort, fault: FrontFault, slow?: true): Kind => ({ f, name: fault, sort, strike: { front: fault }, ...(slow && { slow }) })

/** What may happen to any call to any party. */
export const kinds: readonly Kind[] = [
  front('F1', 'away', 'refused'),
  street('F2', 'away', 'black-hole', {}, true),
  street('F3', 'fine', 'slow', { seconds: 1 }),
  street('F3', 'away', 'slow', { seconds: 12 }, true),
  front('F4', 'away', 'one byte a second', true),
  street('F4', 'away', 'trickle', { seconds: 20 }, true),
  street('F5', 'away', 'down'),
  street('F5', 'away', 'cut-off'),
  front('F5', 'either', 'reset after the answer'),
  ...(['500', '502', '503', '504'] as const).map((status) => street('F6', 'away', status)),
  ...(['400', '401', '403', '404'] as const).map((status) => street('F7', status, status)),
  street('F8', 'busy', '429', { retryAfter: 'none' }),
  street('F9', 'busy', '429', { retryAfter: 'seconds', seconds: 7 }),
  street('F9', 'busy', '429', { retryAfter: 'date', seconds: 7 }),
  street('F9', 'busy', '429', { retryAfter: 'seconds', seconds: -5 }),
  street('F9', 'busy', '429', { retryAfter: 'garbage' }),
  front('F9', 'busy', 'busy for a billion seconds'),
  street('F10', 'nonsense', 'html'),
  street('F11', 'nonsense', 'truncated'),
  front('F11', 'nonsense', 'empty body'),
  street('F12', 'nonsense', 'wrong-types'),
  front('F12', 'nonsense', 'null'),
  front('F12', 'nonsense', 'array instead of object'),
  front('F12', 'nonsense', 'every value null'),
  front('F12', 'nonsense', 'a very deep answer'),
  front('F13', 'nonsense', 'empty object'),
  front('F13', 'nonsense', 'first field missing'),
  front('F14', 'fine', 'more fields'),
  front('F15', 'nonsense', 'a key twice'),
  front('F15', 'nonsense', 'something after the end'),
  street('F17', 'nonsense', 'huge'),
  front('F17', 'away', 'headers without end'),
  street('F18', 'nonsense', 'gzip-bomb'),
  front('F19', 'either', 'byte order mark'),
  front('F19', 'either', 'latin-1'),
  front('F19', 'nonsense', 'utf-16'),
  street('F20', 'away', 'redirect'),
  front('F20', 'away', 'redirect elsewhere'),
  street('F24', 'away', 'lost-answer'),
  front('F27', 'away', 'closed as we write'),
  front('F27', 'away', 'no HTTP at all'),
]

/** What may be wrong with a Maskinporten token that came (F25, F26): never used, and ours to mend or to wait for. */
export const tokenKinds: { readonly any: readonly Kind[]; readonly consent: readonly Kind[] } = {
  any: [
    ...['expires-in-zero', 'expires-in-negative', 'expires-in-string', 'expires-in-absent'].map((fault) => street('F25', 'nonsense', fault)),
    front('F25', 'nonsense', 'expires in a billion seconds'),
  ],
  consent: ['token-from', 'token-to', 'token-resource', 'token-type', 'token-id', 'token-consent-expired', 'token-without-consent', 'token-expired', 'token-key', 'token-consumer'].map((fault) => street('F26', '400', fault)),
}

const says = (f: Kind['f'], name: string, sort: Sort, strike: (pid: string) => string, shows?: number | null): Kind => ({ f, name, sort, strike: { says: strike }, ...(shows !== undefined && { shows }) })
const account = (pid: string, amount: string, more = '') => `{"Balances":[{"BalanceType":"closingBooked","BalanceAmount":{"currency":"NOK","amount":${amount}}${more}}],"Name":"Lån","Bban":"${pid}"}`
const sum = (total: string, ...accounts: readonly string[]) => `{"Accounts":[${accounts.join(',')}],"TotalAmount":${total}}`
const SOMEBODY_ELSE = '15819010029'

/** What Lånekassen alone can say: amounts that are none (F16), and somebody else's (F23). */
export const sourceKinds: readonly Kind[] = [
  street('F7', '400', 'drop-psu-id'),
  says('F23', 'about another person', 'nonsense', () => statement(SOMEBODY_ELSE, ordinary)),
  says('F23', 'about two people', 'nonsense', (pid) => sum('30.0', account(pid, '10.0'), account(SOMEBODY_ELSE, '20.0'))),
  says('F16', 'an infinite amount', 'nonsense', (pid) => sum('1e400', account(pid, '1e400'))),
  says('F16', 'not a number', 'nonsense', (pid) => sum('0.0', account(pid, 'NaN'))),
  says('F16', 'three decimals', 'nonsense', (pid) => sum('12.345', account(pid, '12.345'))),
  says('F16', 'more than øre can be counted', 'nonsense', (pid) => sum('99999999999999999.0', account(pid, '99999999999999999.0'))),
  says('F16', 'amounts as text', 'nonsense', (pid) => sum('"10.0"', account(pid, '"10.0"'))),
  says('F16', 'another currency', 'nonsense', (pid) => statement(pid, ordinary, { currency: 'EUR' })),
  says('F16', 'nothing but other balances', 'nonsense', (pid) => statement(pid, ordinary).replaceAll('closingBooked', 'expected')),
  says('F16', 'a total without accounts', 'nonsense', () => sum('10.0')),
  says('F16', 'a hundred accounts', 'nonsense', (pid) => sum('100.0', ...Array.from({ length: 100 }, () => account(pid, '1.0')))),
  says('F16', 'a day that is none', 'nonsense', (pid) => sum('1.0', account(pid, '1.0', ',"LastChangeDateTime":"2026-02-31T00:00:00Z"'))),
  says('F16', 'a negative amount', 'fine', (pid) => sum('-1523.5', account(pid, '-1523.5')), -152_350),
  says('F16', 'an amount with an exponent', 'either', (pid) => sum('1.2e3', account(pid, '1.2e3')), 120_000),
  says('F16', 'an amount nobody knows', 'fine', (pid) => sum('10.0', account(pid, 'null')), null),
  says('F16', 'a total nobody knows', 'fine', (pid) => sum('null', account(pid, '10.0')), null),
  says('F16', 'a total that differs', 'fine', (pid) => sum('0.0', account(pid, '10.0')), 1_000),
  says('F16', 'no debt', 'fine', () => sum('0.0'), 0),
]
