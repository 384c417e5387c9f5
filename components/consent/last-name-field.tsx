import { useTranslations } from 'next-intl'

/** What is wrong with the last name that was written. */
export const lastNameProblems = ['name-needed', 'name-refused'] as const
export type LastNameProblem = (typeof lastNameProblems)[number]

/** Asks for the last name, says why and what becomes of it. What was written is not sent back: it stands nowhere. */
export function LastNameField({ problem }: { readonly problem: LastNameProblem | null }) {
  const t = useTranslations('consent.lastName')
  return (
    <div className="ds-field">
      <label className="ds-label font-semibold" htmlFor="last-name">
        {t('label')}
      </label>
      <p id="last-name-why" className="text-base text-muted">
        {t('why')} {t('last')}
      </p>
      {problem && (
        <p id="last-name-problem" className="ds-validation-message" data-color="danger" role="alert">
          {t(`problems.${problem}`)}
        </p>
      )}
      <input
        id="last-name"
        className="ds-input"
        name="lastName"
        type="text"
        autoComplete="family-name"
        maxLength={100}
        required
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? 'last-name-problem last-name-why' : 'last-name-why'}
      />
    </div>
  )
}
