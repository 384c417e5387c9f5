import { useLocale, useTranslations } from 'next-intl'
import { formatDate } from '../dates'
import { ActionForm } from '../ui/action-form'
import type { FormAction } from '../ui/form-action'
import { Notice } from '../ui/notice'
import { PageHeading } from '../ui/page-heading'
import { Reference } from '../ui/reference'
import { SubmitButton } from '../ui/submit-button'
import { LastNameField, type LastNameProblem } from './last-name-field'

/** Why the person was not sent to Altinn. */
export const invitationFailures = ['provider-unavailable', 'provider-refused', 'credentials-unavailable', 'misconfigured'] as const
export type InvitationFailure = (typeof invitationFailures)[number]

type Props = {
  readonly bankName: string
  /** Who fetches the balance for the bank; null when it does so itself. */
  readonly supplierName: string | null
  /** The end of a consent given now. */
  readonly validTo: Date
  /** True when the applicant can share the balance with an adviser. */
  readonly adviserSharing: boolean
  /** Gets the field `lastName` when Altinn wants it. */
  readonly startConsent: FormAction
  /** Null when Altinn does not want the person's last name; else what was wrong with the one that was written. */
  readonly lastName: { readonly problem: LastNameProblem | null } | null
  readonly decline: FormAction
  readonly failure: { readonly why: InvitationFailure; readonly reference: string } | null
}

/** `/consent`: what, who, why, how long, how to stop, and what will happen, before anything does. */
export function ConsentInvitation({ bankName, supplierName, validTo, adviserSharing, startConsent, lastName, decline, failure }: Props) {
  const t = useTranslations('consent')
  const words = useTranslations()
  const locale = useLocale()
  const answers = [
    [t('what.term'), t('what.text')],
    [t('who.term'), adviserSharing ? t('who.adviser', { bank: bankName }) : t('who.you')],
    ...(supplierName === null ? [] : [[t('help.term'), t('help.text', { supplier: supplierName, bank: bankName })] as const]),
    [t('why.term'), t('why.text')],
    [t('howLong.term'), t('howLong.text', { date: formatDate(validTo, locale) })],
    [t('stop.term'), t('stop.text')],
    [
      t('steps.term'),
      <ol key="steps" className="ds-list list-decimal">
        <li>{t('steps.go')}</li>
        <li>{t('steps.answer')}</li>
        <li>{t('steps.return')}</li>
      </ol>,
    ],
  ] as const
  return (
    <>
      <PageHeading>{t('title')}</PageHeading>
      {failure && (
        <Notice tone="warning" title={t(`failures.${failure.why}.title`)}>
          <p>{t(`failures.${failure.why}.body`)}</p>
          <Reference id={failure.reference} />
        </Notice>
      )}
      <dl className="divide-y divide-line border-y border-line">
        {answers.map(([term, text]) => (
          <div key={term} className="grid gap-x-6 gap-y-1 py-4 sm:grid-cols-[11rem_1fr]">
            <dt className="font-semibold">{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p>{t('freedom')}</p>
      <div className={`grid gap-4 [&_button]:w-full ${lastName ? '' : 'sm:grid-cols-2'}`}>
        <form action={startConsent} className={lastName ? 'grid gap-4' : undefined}>
          {lastName && <LastNameField problem={lastName.problem} />}
          <SubmitButton pending={words('pending')} variant="secondary">
            {t('start')}
          </SubmitButton>
        </form>
        <ActionForm action={decline} variant="secondary">
          {t('decline')}
        </ActionForm>
      </div>
    </>
  )
}
