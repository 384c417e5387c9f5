import { useTranslations } from 'next-intl'
import { StatusPage } from '../ui/status-page'

/** When it cannot be written down that the log is read, nothing of it is shown. */
export function AuditUnreadablePage({ reference }: { readonly reference: string }) {
  const t = useTranslations('staff.audit.unreadable')
  return (
    <StatusPage tone="danger" title={t('title')} body={t('body')} next={t('next')} reference={reference}>
      <a className="ds-button" data-variant="secondary" href="/staff/audit">
        {t('again')}
      </a>
    </StatusPage>
  )
}
