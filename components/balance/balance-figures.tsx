import { useFormatter, useLocale, useTranslations } from 'next-intl'
import { format, negate, sum } from '@/lib/money'
import { balanceCase, isCredit, isDebt, type LoanPart, type StudentLoanBalance } from '@/lib/sources/lanekassen/balance'
import { formatDate, formatDateTime } from '../dates'
import { Notice } from '../ui/notice'
import { BalanceBar } from './balance-bar'
import { BalanceTable } from './balance-table'
import { LanekassenLogo } from './lanekassen-logo'
import { usePartWords } from './part-words'

type Props = {
  readonly balance: StudentLoanBalance
  /** When our server got the figures. */
  readonly fetchedAt: Date
  /** True when `/api/lanekassen-logo` has a file to give. */
  readonly hasLogo: boolean
}

/** The total and how it is made up: the same on the person's own screen and on an adviser's. */
export function BalanceFigures({ balance, fetchedAt, hasLogo }: Props) {
  const t = useTranslations('balance')
  const { parts, total, reconciled } = balance
  const debts = parts.filter(isDebt)
  const drawn = total !== null && debts.length > 1 ? debts : []
  return (
    <>
      <Total balance={balance} fetchedAt={fetchedAt} hasLogo={hasLogo} />
      {parts.length > 0 && !reconciled && (
        <Notice tone="info">
          <p>{t('unreconciled')}</p>
        </Notice>
      )}
      {parts.length > 0 && (
        <section className="grid gap-4">
          {drawn.length > 0 && <BalanceBar debts={drawn} />}
          {drawn.length > 0 && parts.some(isCredit) && <p className="text-base text-muted">{t('bar.withoutCredit')}</p>}
          <BalanceTable balance={balance} drawn={drawn} />
        </section>
      )}
    </>
  )
}

/** The total in the words of its case, with Lånekassen's logo right beside it. */
function Total({ balance, fetchedAt, hasLogo }: Props) {
  const t = useTranslations('balance')
  const locale = useLocale()
  const { total, changedAt } = balance
  const kind = balanceCase(balance)
  const amount = total === null || kind === 'no-debt' || kind === 'unknown' ? null : kind === 'credit' ? negate(total) : total
  return (
    <section className="grid gap-3 rounded-sheet border border-transparent bg-tint p-5 sm:p-6">
      <p className={amount ? undefined : 'text-2xl font-semibold'}>{t(`cases.${kind}.label`)}</p>
      <p className="flex flex-wrap items-center gap-x-6 gap-y-3">
        {amount && <strong className="text-[clamp(1.5rem,7.5vw,3rem)] leading-tight font-semibold whitespace-nowrap tabular-nums">{format(amount, locale)}</strong>}
        <LanekassenLogo hasLogo={hasLogo} />
      </p>
      {kind === 'without-loan' && <WithoutLoan debts={balance.parts.filter(isDebt)} />}
      {(kind === 'credit' || kind === 'settled' || kind === 'no-debt' || kind === 'unknown') && <p>{t(`cases.${kind}.note`)}</p>}
      <p className="text-base text-muted">
        {changedAt && `${t('changed', { date: formatDate(changedAt, locale) })} `}
        {t('fetched', { time: formatDateTime(fetchedAt, locale) })}
      </p>
    </section>
  )
}

/** No loan, but something else; says nothing when a part we do not know may be a loan. */
function WithoutLoan({ debts }: { readonly debts: readonly LoanPart[] }) {
  const t = useTranslations('balance')
  const locale = useLocale()
  const formatter = useFormatter()
  const { inSentence } = usePartWords()
  if (debts.some(({ kind }) => kind === 'other')) return null
  const amount = format(sum(debts.flatMap((part) => part.amount ?? [])), locale)
  return <p>{t('cases.without-loan.note', { amount, kinds: formatter.list(debts.map(inSentence)) })}</p>
}
