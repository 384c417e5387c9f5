import { useTranslations } from 'next-intl'
import type { FormAction } from '../ui/form-action'
import { SubmitButton } from '../ui/submit-button'

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
        <div className="ds-field">
          <label className="ds-label font-semibold" htmlFor="national-id">
            {t('label')}
          </label>
          <p id="national-id-why" className="text-base text-muted">
            {t('why')}
          </p>
          {finding && (
            <p id="national-id-problem" className="ds-validation-message" data-color="danger" role="alert">
              {t(`findings.${finding}`)}
            </p>
          )}
          <input id="national-id" className="ds-input" name="nationalId" type="text" inputMode="numeric" autoComplete="off" maxLength={12} required aria-invalid={finding ? true : undefined} aria-describedby={finding ? 'national-id-problem national-id-why' : 'national-id-why'} />
        </div>
        <SubmitButton pending={all('pending')} variant="secondary">
          {t('button')}
        </SubmitButton>
      </form>
    </details>
  )
}
