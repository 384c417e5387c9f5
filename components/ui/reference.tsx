import { useTranslations } from 'next-intl'

/** What the person reads out when they ask the bank about a fault; the same id as in the log. */
export function Reference({ id }: { readonly id: string }) {
  return (
    <p className="text-base text-muted">{useTranslations()('reference', { id })}</p>
  )
}
