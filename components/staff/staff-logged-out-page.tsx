import { useTranslations } from 'next-intl'
import { ActionForm } from '../ui/action-form'
import type { FormAction } from '../ui/form-action'
import { SessionOver } from '../ui/session-over'
import { StatusPage } from '../ui/status-page'

/** By the employee, after a while away, at the end of the session's life, elsewhere; or because the provider gives no role, or no word, any more. */
export const staffLoggedOutReasons = ['own', 'idle', 'absolute', 'elsewhere', 'role-lost', 'refused-by-provider'] as const
export type StaffLoggedOutReason = (typeof staffLoggedOutReasons)[number]

type Props = { readonly why: StaffLoggedOutReason; readonly logIn: FormAction }

/** `/staff/logged-out` */
export function StaffLoggedOutPage({ why, logIn }: Props) {
  const t = useTranslations('staff.loggedOut')
  return (
    <StatusPage tone={why === 'own' ? 'success' : 'info'} title={t(`${why}.title`)} body={t(`${why}.body`)}>
      <ActionForm action={logIn}>{t('logIn')}</ActionForm>
      <SessionOver whose="staff" />
    </StatusPage>
  )
}
