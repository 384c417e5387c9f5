import { useTranslations } from 'next-intl'
import { ActionForm } from '../ui/action-form'
import type { FormAction } from '../ui/form-action'
import { PageHeading } from '../ui/page-heading'
import { StatusPage } from '../ui/status-page'

type Props = { readonly bankName: string; readonly loggedIn: boolean; readonly goOn: FormAction; readonly decline: FormAction }

/** `/invitation/…`: that somebody asks. Who and why is for the eyes of who has logged in. */
export function AskedPage({ bankName, loggedIn, goOn, decline }: Props) {
  const t = useTranslations('asked')
  return (
    <>
      <PageHeading>{t('title', { bank: bankName })}</PageHeading>
      <p className="text-xl">{t('lead', { bank: bankName })}</p>
      <section className="grid gap-3" aria-labelledby="how">
        <h2 id="how" className="ds-heading font-semibold" data-size="2xs">
          {t('how.title')}
        </h2>
        <ol className="grid list-decimal gap-2 pl-6">
          <li>{t('how.one')}</li>
          <li>{t('how.two')}</li>
          <li>{t('how.three')}</li>
        </ol>
      </section>
      <div className="flex flex-wrap gap-4">
        <ActionForm action={goOn}>{loggedIn ? t('goOnLoggedIn') : t('goOn')}</ActionForm>
        <ActionForm action={decline} variant="secondary">
          {t('no')}
        </ActionForm>
      </div>
    </>
  )
}

/** The link is used, too old or misspelled. */
export function InvitationGone() {
  const t = useTranslations('asked.gone')
  return <StatusPage title={t('title')} body={t('body')} next={t('next')} tone="info" />
}
