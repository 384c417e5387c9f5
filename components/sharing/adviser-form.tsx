'use client'
import { useActionState } from 'react'
import { SubmitButton } from '../ui/submit-button'
import { emptyForm, type AdviserAction, type AdviserFormState } from './adviser-form-state'

export type AdviserFormWords = {
  readonly problem: string
  readonly submit: string
  readonly pending: string
  readonly code?: { readonly label: string; readonly hint: string }
  readonly errand?: { readonly legend: string; readonly other: string; readonly otherLabel: string; readonly otherHint: string; readonly caseNumber: string }
  readonly made?: { readonly title: string; readonly body: string; readonly label: string }
}
type Props = { readonly id: string; readonly action: AdviserAction; readonly purposes: readonly string[]; readonly words: AdviserFormWords; readonly variant?: 'primary' | 'secondary' }

/** What an adviser types: a code, an errand, or both. It comes back with what was wrong and what was typed, with or without JavaScript. */
export function AdviserForm({ id, action, purposes, words, variant = 'primary' }: Props) {
  const [{ problem, values, link }, send] = useActionState(action, emptyForm)
  const { code, errand, made } = words
  return (
    <form action={send} className="grid max-w-xl gap-5" aria-describedby={problem ? `${id}-problem` : undefined}>
      {problem && (
        <div id={`${id}-problem`} className="ds-alert space-y-2" data-color="danger" role="alert">
          <p className="font-semibold">{words.problem}</p>
          <p>{problem}</p>
        </div>
      )}
      {code && (
        <div className="ds-field">
          <label className="ds-label font-semibold" htmlFor={`${id}-code`}>
            {code.label}
          </label>
          <p id={`${id}-hint`} className="text-base text-muted">
            {code.hint}
          </p>
          <input id={`${id}-code`} className="ds-input w-full max-w-60 text-2xl tracking-widest uppercase tabular-nums" name="code" type="text" autoComplete="off" autoCapitalize="characters" spellCheck={false} maxLength={40} required aria-describedby={`${id}-hint`} />
        </div>
      )}
      {errand && <Errand id={id} purposes={purposes} words={errand} values={values} />}
      <div>
        <SubmitButton pending={words.pending} variant={variant}>
          {words.submit}
        </SubmitButton>
      </div>
      {link && made && (
        <div className="ds-alert space-y-2" data-color="success" role="status">
          <p className="font-semibold">{made.title}</p>
          <p>{made.body}</p>
          <label className="ds-label font-semibold" htmlFor={`${id}-link`}>
            {made.label}
          </label>
          <input id={`${id}-link`} className="ds-input w-full" type="text" readOnly value={link} onFocus={(event) => event.target.select()} />
        </div>
      )}
    </form>
  )
}

function Errand({ id, purposes, words, values }: { readonly id: string; readonly purposes: readonly string[]; readonly words: NonNullable<AdviserFormWords['errand']>; readonly values: AdviserFormState['values'] }) {
  return (
    <>
      <fieldset className="group grid gap-2">
        <legend className="mb-2 font-semibold">{words.legend}</legend>
        {[...purposes, 'other'].map((purpose) => (
          <label key={purpose} className="flex items-start gap-3">
            <input className="ds-input mt-1" type="radio" name="purpose" value={purpose} defaultChecked={values.purpose === purpose} required />
            {purpose === 'other' ? words.other : purpose}
          </label>
        ))}
        <div className="ds-field mt-2 hidden group-has-[input[value=other]:checked]:grid">
          <label className="ds-label" htmlFor={`${id}-other`}>
            {words.otherLabel}
          </label>
          <p id={`${id}-other-hint`} className="text-base text-muted">
            {words.otherHint}
          </p>
          <input id={`${id}-other`} className="ds-input w-full" name="otherPurpose" type="text" autoComplete="off" maxLength={120} defaultValue={values.otherPurpose} aria-describedby={`${id}-other-hint`} />
        </div>
      </fieldset>
      <div className="ds-field">
        <label className="ds-label font-semibold" htmlFor={`${id}-case`}>
          {words.caseNumber}
        </label>
        <input id={`${id}-case`} className="ds-input w-full max-w-60" name="caseNumber" type="text" autoComplete="off" maxLength={40} defaultValue={values.caseNumber} required />
      </div>
    </>
  )
}
