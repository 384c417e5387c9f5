import { useTranslations } from 'next-intl'
import { StatusPage } from './status-page'

/** For an address that leads nowhere. */
export function NotFoundPage() {
  const t = useTranslations('notFound')
  return (
    <StatusPage tone={null} title={t('title')} body={t('body')}>
      <a className="ds-button" href="/">
        {t('home')}
      </a>
    </StatusPage>
  )
}
