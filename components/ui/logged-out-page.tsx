import { useTranslations } from 'next-intl'
import { ActionForm } from './action-form'
import type { FormAction } from './form-action'
import { SessionOver } from './session-over'
import { StatusPage } from './status-page'

/** By the person, after a while away, at the end of the session's life, or by ID-porten because they logged out elsewhere; or erased at their word. */
export const loggedOutReasons = ['own', 'idle', 'absolute', 'elsewhere', 'erased'] as const
export type LoggedOutReason = (typeof loggedOutReasons)[number]

type Props = { readonly why: LoggedOutReason; readonly logIn: FormAction }

/** `/logged-out` */
export function LoggedOutPage({ why, logIn }: Props) {
  const t = useTranslations('loggedOut')
  return (
    <StatusPage tone={why === 'own' || why === 'erased' ? 'success' : 'info'} title={t(`${why}.title`)} body={t(`${why}.body`)}>
      <ActionForm action={logIn}>{t('logIn')}</ActionForm>
      <SessionOver />
    </StatusPage>
  )
}
