import { useTranslations } from 'next-intl'
import type { SealStatus } from '@/lib/audit/seal-status'
import { formatSecond } from '../dates'
import { Notice } from '../ui/notice'

/** Whether the log is being sealed, and what the newest signed statement of it says. */
export function SealStatusView({ status: { state, checkpoint, unsealed }, mostCounted }: { readonly status: SealStatus; readonly mostCounted: number }) {
  const t = useTranslations('staff.audit.seal')
  return (
    <Notice tone={state === 'sealed' ? 'success' : state === 'broken' ? 'danger' : 'warning'} title={t(`${state}.title`)}>
      <p>{t(`${state}.body`)}</p>
      {checkpoint && <p>{t('checkpoint', { number: checkpoint.number, size: checkpoint.size, time: formatSecond(checkpoint.at) })}</p>}
      <p>{unsealed >= mostCounted ? t('many', { count: mostCounted }) : t('unsealed', { count: unsealed })}</p>
      {checkpoint && <p>{t('verify')}</p>}
    </Notice>
  )
}
