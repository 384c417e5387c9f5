type Props = {
  readonly label: string
  /** What it is asked for, under the label. */
  readonly why: string
  /** What is wrong with what was typed. */
  readonly problem: string | null
}

/** Where somebody of the bank types a national id, once on a page: posted as `nationalId`, and never kept by the browser. */
export function NationalIdField({ label, why, problem }: Props) {
  return (
    <div className="ds-field">
      <label className="ds-label font-semibold" htmlFor="national-id">
        {label}
      </label>
      <p id="national-id-why" className="text-base text-muted">
        {why}
      </p>
      {problem && (
        <p id="national-id-problem" className="ds-validation-message" data-color="danger" role="alert">
          {problem}
        </p>
      )}
      <input id="national-id" className="ds-input" name="nationalId" type="text" inputMode="numeric" autoComplete="off" maxLength={12} required aria-invalid={problem ? true : undefined} aria-describedby={problem ? 'national-id-problem national-id-why' : 'national-id-why'} />
    </div>
  )
}
