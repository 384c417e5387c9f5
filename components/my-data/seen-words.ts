import type { Everything } from '@/lib/subject/export-everything'
import type { Words } from '../sheet/sheet'

type Sight = Everything<unknown>['seen'][number]

/** What happened, for whom, and why, as sentences; what nobody recorded is not said. Where an adviser's log-in names no unit, the bank is one. */
export function seenWords({ sight, who }: Pick<Sight, 'sight' | 'who'>, { t, bankName }: { readonly t: Words; readonly bankName: string }): string {
  if (who.is === 'you') return [t(`myData.seen.you.${sight}`), sight === 'shown' && t('myData.seen.ownPurpose')].filter(Boolean).join(' ')
  const kind = who.role ?? who.actor
  const role = who.name !== null && (kind === 'adviser' || kind === 'staff') ? t(`myData.seen.named.${kind}`, { name: who.name }) : t(`myData.seen.roles.${kind}`)
  const unit = who.unit ?? (who.role && bankName)
  const whom = unit ? t('myData.seen.atUnit', { role, unit }) : role
  return [t(`myData.seen.other.${sight}`, { role: whom }), who.purpose && t('myData.seen.purpose', { purpose: who.purpose })].filter(Boolean).join(' ')
}
