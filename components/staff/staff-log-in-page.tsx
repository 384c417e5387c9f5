import { useTranslations } from 'next-intl'
import { ActionForm } from '../ui/action-form'
import type { FormAction } from '../ui/form-action'
import { Notice } from '../ui/notice'
import { PageHeading } from '../ui/page-heading'
import { Reference } from '../ui/reference'

/** Why an employee stands at the log-in again. */
export type StaffLogInProblem = 'cancelled' | 'no-role' | 'log-in-failed' | 'provider-unavailable'

type Props = { readonly bankName: string; readonly logIn: FormAction; readonly problem: { readonly why: StaffLogInProblem; readonly reference: string } | null }

/** `/staff/login` */
export function StaffLogInPage({ bankName, logIn, problem }: Props) {
  const t = useTranslations('staff.login')
  return (
    <>
      <PageHeading step={problem?.why ?? 'start'}>{t('title')}</PageHeading>
      {problem && (
        <Notice tone={problem.why === 'cancelled' ? 'info' : 'warning'} title={t(`problems.${problem.why}.title`)}>
          <p>{t(`problems.${problem.why}.body`)}</p>
          <Reference id={problem.reference} />
        </Notice>
      )}
      <p className="text-xl">{t('lead', { bank: bankName })}</p>
      <ActionForm action={logIn}>{t('logIn')}</ActionForm>
      <p className="text-base text-muted">{t('customer')}</p>
    </>
  )
}
