import { useLocale, useTranslations } from 'next-intl'
import { format, negate, type Money } from '@/lib/money'

/** An amount in its three ways: owed, to be refunded, or unknown. They never look alike. */
export function Amount({ of }: { readonly of: Money | null }) {
  const t = useTranslations('balance.table')
  const locale = useLocale()
  if (of === null) return <span className="whitespace-nowrap text-muted italic">{t('unavailable')}</span>
  if (of.ore >= 0) return <span className="whitespace-nowrap">{format(of, locale)}</span>
  return (
    <>
      <span className="text-muted">{t('credit')}</span> <span className="whitespace-nowrap">{format(negate(of), locale)}</span>
    </>
  )
}
