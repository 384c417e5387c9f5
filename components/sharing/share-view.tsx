import { useLocale, useTranslations } from 'next-intl'
import type { StudentLoanBalance } from '@/lib/sources/lanekassen/balance'
import type { Share } from '@/lib/sharing/share'
import type { ViewEnd } from '@/lib/sharing/adviser-share'
import { BalanceFigures } from '../balance/balance-figures'
import { formatTime } from '../dates'
import { ActionForm } from '../ui/action-form'
import type { FormAction } from '../ui/form-action'
import { PageHeading } from '../ui/page-heading'
import { StatusPage } from '../ui/status-page'
import { LiveView } from './live-view'

type Props = {
  readonly share: Pick<Share, 'openedAt' | 'purpose' | 'caseNumber'>
  readonly balance: StudentLoanBalance
  readonly fetchedAt: Date
  readonly hasLogo: boolean
  /** Where it is told that the share goes on, or does not; and how to ask that. */
  readonly live: string
  readonly ask: () => Promise<string>
  readonly leave: FormAction
}

/** `/staff/view/…`: what stands on the customer's screen, for as long as the customer shows it. */
export function ShareView({ share: { openedAt, purpose, caseNumber }, balance, fetchedAt, hasLogo, live, ask, leave }: Props) {
  const t = useTranslations('adviser')
  const locale = useLocale()
  return (
    <>
      <PageHeading>{t('view.title')}</PageHeading>
      <div className="ds-alert" data-color="info">
        <p>{t('logged')}</p>
      </div>
      <ul className="flex flex-wrap gap-x-6 gap-y-1 text-base wrap-anywhere text-muted">
        <li>{t('view.case', { caseNumber: caseNumber ?? '' })}</li>
        <li>{t('view.errand', { purpose: purpose ?? '' })}</li>
        {openedAt && <li>{t('view.since', { time: formatTime(openedAt, locale) })}</li>}
      </ul>
      <LiveView address={live} ask={ask} silent={t('view.silent')}>
        <p>{t('view.same')}</p>
        <BalanceFigures balance={balance} fetchedAt={fetchedAt} hasLogo={hasLogo} />
      </LiveView>
      <ActionForm action={leave} variant="secondary">
        {t('view.leave')}
      </ActionForm>
      <noscript>
        <p className="text-base text-muted">{t('view.withoutScript')}</p>
        <meta httpEquiv="refresh" content="10" />
      </noscript>
    </>
  )
}

/** The same address when there is nothing to see any more, or the look could not be logged. */
export function ShareViewEnded({ end, reference }: { readonly end: ViewEnd | 'audit-unavailable'; readonly reference: string | null }) {
  const t = useTranslations('adviser')
  const body = end === 'own' || end === 'protected' ? t(`problem.${end}`) : t(`ended.${end}`)
  return (
    <StatusPage title={t('ended.title')} body={body} tone={end === 'audit-unavailable' || end === 'lost' ? 'danger' : 'info'} reference={reference}>
      <a className="ds-button" data-variant="secondary" href="/staff">
        {t('ended.back')}
      </a>
    </StatusPage>
  )
}
