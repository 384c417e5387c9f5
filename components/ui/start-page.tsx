import { useTranslations } from 'next-intl'
import { ActionForm } from './action-form'
import type { FormAction } from './form-action'
import { Notice } from './notice'
import { Reference } from './reference'

/** Why the person stands at the start again without being logged in. */
export type StartProblem = 'log-in-failed' | 'log-in-cancelled' | 'level-too-low' | 'no-national-id' | 'id-porten-unavailable'

type Props = {
  readonly bankName: string
  /** Goes to the balance for somebody who is logged in. */
  readonly startLogIn: FormAction
  readonly loggedIn: boolean
  readonly problem: { readonly why: StartProblem; readonly reference: string } | null
}

/** `/` */
export function StartPage({ bankName, startLogIn, loggedIn, problem }: Props) {
  const t = useTranslations('start')
  return (
    <>
      <h1 className="ds-heading text-balance" data-size="md">
        {t('title', { bank: bankName })}
      </h1>
      {problem && (
        <Notice tone={problem.why === 'log-in-cancelled' ? 'info' : 'warning'} title={t(`problems.${problem.why}.title`)}>
          <p>{t(`problems.${problem.why}.body`)}</p>
          <Reference id={problem.reference} />
        </Notice>
      )}
      <p className="text-xl">{t('lead')}</p>
      <p>{t('balance')}</p>
      <ActionForm action={startLogIn}>{t(loggedIn ? 'seeBalance' : 'logIn')}</ActionForm>
      {!loggedIn && <p className="text-base text-muted">{t('eid')}</p>}
    </>
  )
}
