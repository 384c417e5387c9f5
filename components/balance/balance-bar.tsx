import { useLocale, useTranslations } from 'next-intl'
import { format } from '@/lib/money'
import type { LoanPart } from '@/lib/sources/lanekassen/balance'
import { fillOf, PartPattern } from './part-pattern'
import { usePartWords } from './part-words'

const percent = (share: number) => `${(share * 100).toFixed(2)}%`

/** Narrower than this nobody sees: a fee beside a large loan is drawn a little wider than it is. */
const narrowest = 0.015

/** Where each part stands in the bar, as shares of its length. */
export function barSegments(debts: readonly LoanPart[]): readonly { readonly part: LoanPart; readonly x: number; readonly width: number }[] {
  const amounts = debts.map(({ amount }) => amount?.ore ?? 0)
  const whole = amounts.reduce((total, ore) => total + ore, 0)
  const widths = amounts.map((ore) => Math.max(ore / whole, narrowest))
  const length = widths.reduce((total, width) => total + width, 0)
  let x = 0
  return debts.map((part, index) => {
    const width = (widths[index] ?? 0) / length
    const segment = { part, x, width }
    x += width
    return segment
  })
}

/** The debts side by side in one bar. The table is its twin and says the same in figures. */
export function BalanceBar({ debts }: { readonly debts: readonly LoanPart[] }) {
  const t = useTranslations('balance.bar')
  const locale = useLocale()
  const { inSentence } = usePartWords()
  const segments = barSegments(debts)
  const parts = debts.flatMap((part) => (part.amount ? [`${inSentence(part)} ${format(part.amount, locale)}`] : []))
  return (
    <svg className="rounded-sheet" role="img" aria-label={t('alternative', { parts: parts.join(', ') })} width="100%" height="28">
      <defs>
        {[...new Set(debts.map(({ kind }) => kind))].map((kind) => (
          <PartPattern key={kind} kind={kind} />
        ))}
      </defs>
      {segments.map(({ part, x, width }, index) => (
        <rect key={index} className="part-segment" x={percent(x)} width={percent(width)} height="28" fill={fillOf(part.kind)} />
      ))}
    </svg>
  )
}
