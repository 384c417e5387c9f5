import { useTranslations } from 'next-intl'
import type { FormAction } from '../ui/form-action'
import { SubmitButton } from '../ui/submit-button'
import { NationalIdField } from './national-id-field'

/** What came of a number that somebody typed. */
export const findings = ['not-found', 'not-an-id'] as const
export type Finding = (typeof findings)[number]

/** Finds the reference of a person by their national id, which is posted and stands in no address, page or log. */
export function FindPersonForm({ find, finding }: { readonly find: FormAction; readonly finding: Finding | null }) {
  const t = useTranslations('staff.audit.find')
  const all = useTranslations()
  return (
    <details className="ds-details" open={finding !== null}>
      <summary>{t('title')}</summary>
      <form action={find} className="grid justify-items-start gap-4">
        <NationalIdField label={t('label')} why={t('why')} problem={finding && t(`findings.${finding}`)} />
        <SubmitButton pending={all('pending')} variant="secondary">
          {t('button')}
        </SubmitButton>
      </form>
    </details>
  )
}
