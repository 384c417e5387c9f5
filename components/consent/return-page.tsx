import { useTranslations } from 'next-intl'
import { ActionForm } from '../ui/action-form'
import type { FormAction } from '../ui/form-action'
import { PageHeading } from '../ui/page-heading'
import { StatusPage } from '../ui/status-page'
import { SubmitButton } from '../ui/submit-button'
import { AutoSubmit } from './auto-submit'

/** `/consent/return` with no session: names nobody. */
export function ReturnLoggedOut({ logIn }: { readonly logIn: FormAction }) {
  const t = useTranslations('return.loggedOut')
  return (
    <StatusPage tone={null} title={t('title')} body={t('body')}>
      <ActionForm action={logIn}>{t('logIn')}</ActionForm>
    </StatusPage>
  )
}

/** `/consent/return` with a session: goes on by itself, or by the button without JavaScript. */
export function ReturnAsking({ continueConsent }: { readonly continueConsent: FormAction }) {
  const t = useTranslations()
  return (
    <>
      <PageHeading>{t('return.asking.title')}</PageHeading>
      <p>{t('return.asking.body')}</p>
      <form action={continueConsent}>
        <AutoSubmit slow={t('return.asking.slow')} />
        <SubmitButton pending={t('pending')}>{t('return.asking.continue')}</SubmitButton>
      </form>
    </>
  )
}
