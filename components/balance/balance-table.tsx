import { useTranslations } from 'next-intl'
import type { LoanPart, StudentLoanBalance } from '@/lib/sources/lanekassen/balance'
import { Amount } from './amount'
import { PartSwatch } from './part-pattern'
import { usePartWords } from './part-words'

type Props = {
  readonly balance: Pick<StudentLoanBalance, 'parts' | 'total'>
  /** The parts that the bar above draws; the others have no colour. */
  readonly drawn: readonly LoanPart[]
}

/** Every part, what it comes to and what it means. */
export function BalanceTable({ balance: { parts, total }, drawn }: Props) {
  const t = useTranslations('balance.table')
  const { nameOf, meaningOf } = usePartWords()
  return (
    <table className="ds-table max-sm:text-base">
      <caption className="ds-sr-only">{t('caption')}</caption>
      <thead>
        <tr>
          <th scope="col" className="pl-0">
            {t('part')}
          </th>
          <th scope="col" className="pr-0 text-right">
            {t('amount')}
          </th>
        </tr>
      </thead>
      {parts.map((part, index) => (
        <tbody key={index} className="align-top">
          <tr>
            <th scope="rowgroup" className="w-full border-b-0 px-0 pb-0 wrap-anywhere hyphens-auto">
              <span className="flex items-center gap-2">
                {drawn.includes(part) && <PartSwatch kind={part.kind} />}
                {nameOf(part)}
              </span>
            </th>
            <td className="border-b-0 pr-0 pb-0 text-right tabular-nums sm:whitespace-nowrap">
              <Amount of={part.amount} />
            </td>
          </tr>
          <tr>
            <td colSpan={2} className="px-0 pt-0 text-base text-muted">
              {meaningOf(part)}
            </td>
          </tr>
        </tbody>
      ))}
      <tfoot className="align-top">
        <tr>
          <th scope="row" className="pl-0">
            {t('sum')}
          </th>
          <td className="pr-0 text-right font-semibold tabular-nums sm:whitespace-nowrap">
            <Amount of={total} />
          </td>
        </tr>
      </tfoot>
    </table>
  )
}
