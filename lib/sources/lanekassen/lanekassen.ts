import { z } from 'zod'
import type { Http } from '@/lib/http'
import type { HttpFailure } from '@/lib/http-answer'
import type { Log } from '@/lib/log'
import { nok } from '@/lib/money'
import { policies } from '@/lib/policies'
import { fail, ok } from '@/lib/result'
import type { Secret } from '@/lib/secret'
import type { DataSource, SourceFailure } from '../source'
import { partKinds, studentLoanBalance, type LoanPart, type PartKind, type StudentLoanBalance } from './balance'
import { accountsAnswer, parseKeepingDigits, type AccountsAnswer } from './wire'

export type LanekassenConfig = { readonly url: string; readonly apiKey: Secret; readonly scope: string }

/** Saldo på studielån. The headers are Lånekassen's own: no "Bearer", and an underscore in PSU_ID. */
export function createLanekassen({ http, log }: { http: Http; log: Log }, config: LanekassenConfig): DataSource<StudentLoanBalance> {
  return {
    name: 'lanekassen',
    scope: config.scope,
    held,
    async read({ accessToken, consentToken }, person, requestId, signal) {
      const answer = await http({
        url: config.url,
        headers: {
          ApiKey: config.apiKey.reveal(),
          Authorization: accessToken.reveal(),
          ...(consentToken && { 'Consent-ID': consentToken.reveal() }),
          PSU_ID: person.reveal(),
          'X-Request-Id': requestId,
          Accept: 'application/json',
        },
        schema: accountsAnswer,
        parse: parseKeepingDigits,
        deadline: policies.lanekassen.total,
        signal,
      })
      if (!answer.ok) {
        log.warn('Lånekassen gave no balance', { upstream: 'lanekassen', requestId, reason: answer.reason, detail: answer.detail ?? '' })
        return { ...fail(inOurWords[answer.reason], answer.detail), retryAfter: answer.retryAfter ?? null }
      }
      const { Accounts, TotalAmount } = answer.value
      if (Accounts.some(({ Bban }) => Bban !== person.reveal())) return fail('unexpected-answer', 'the answer is about another person')
      const balance = studentLoanBalance(toParts(answer.value), TotalAmount)
      const notBooked = Accounts.some(({ Balances }) => Balances.some(({ BalanceType }) => BalanceType !== BOOKED))
      if (balance.parts.length === 0 && notBooked) return fail('unexpected-answer', 'no booked balance')
      if (balance.parts.length === 0 && TotalAmount !== null && TotalAmount.ore !== 0) return fail('unexpected-answer', 'a total without accounts')
      if (!balance.reconciled) log.warn('Lånekassen’s total differs from the sum of its parts', { upstream: 'lanekassen', requestId })
      if (balance.parts.some(({ kind }) => kind === 'other')) log.warn('Lånekassen sent an account we do not know', { upstream: 'lanekassen', requestId })
      if (notBooked) log.warn('Lånekassen sent a balance of a type we do not show', { upstream: 'lanekassen', requestId })
      return ok(balance)
    },
  }
}

const BOOKED = 'closingBooked'
const kindByName: ReadonlyMap<string, PartKind> = new Map([['Lån', 'loan'], ['Renter', 'interest'], ['Gebyr', 'fee'], ['Omkostninger', 'cost']])

/** Only closing booked balances count; several of one account stand as several parts. */
const toParts = ({ Accounts }: AccountsAnswer): LoanPart[] =>
  Accounts.flatMap(({ Name, Balances }) => {
    const name = Name.normalize('NFC')
    return Balances.filter(({ BalanceType }) => BalanceType === BOOKED).map(({ BalanceAmount, LastChangeDateTime }) => ({
      kind: kindByName.get(name) ?? 'other',
      name,
      amount: BalanceAmount.amount,
      changedAt: LastChangeDateTime,
    }))
  })

const inOurWords: Record<HttpFailure, SourceFailure | 'access-refused'> = {
  'held-back': 'source-unavailable',
  unreachable: 'source-unavailable',
  'timed-out': 'source-unavailable',
  'server-error': 'source-unavailable',
  redirected: 'source-unavailable',
  'too-large': 'unexpected-answer',
  'unexpected-body': 'unexpected-answer',
  busy: 'source-busy',
  'not-found': 'not-a-customer',
  forbidden: 'consent-refused',
  unauthorized: 'access-refused',
  'bad-request': 'misconfigured',
}

const heldMoney = z.object({ ore: z.number().int(), currency: z.literal('NOK') }).transform(({ ore }) => nok(ore))
const heldInstant = z.iso.datetime().transform((text) => new Date(text))
/** The balance as JSON at rest, which keeps instants as text. */
const held = z.object({
  parts: z.array(z.object({ kind: z.enum(partKinds), name: z.string(), amount: heldMoney.nullable(), changedAt: heldInstant.nullable() })),
  total: heldMoney.nullable(),
  reconciled: z.boolean(),
  changedAt: heldInstant.nullable(),
})
