/** How a form of the adviser's comes back. */
export type AdviserFormState = {
  /** What was wrong, in words; null before anything was sent. */
  readonly problem: string | null
  /** What was typed, but for the code. */
  readonly values: { readonly purpose: string; readonly otherPurpose: string; readonly caseNumber: string }
  /** The link that was made. */
  readonly link: string | null
}
export const emptyForm: AdviserFormState = { problem: null, values: { purpose: '', otherPurpose: '', caseNumber: '' }, link: null }
export type AdviserAction = (before: AdviserFormState, form: FormData) => Promise<AdviserFormState>
