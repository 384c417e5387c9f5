/** An expected outcome: a value, or the reason there is none. Bugs are thrown, not returned. */
export type Result<T, Reason extends string> = Ok<T> | Failure<Reason>
export type Ok<T> = { readonly ok: true; readonly value: T }
export type Failure<Reason extends string> = { readonly ok: false; readonly reason: Reason; readonly detail?: string }

export const ok = <T>(value: T): Ok<T> => ({ ok: true, value })

/** `detail` is for the log, never for the screen, and never holds personal data. */
export const fail = <Reason extends string>(reason: Reason, detail?: string): Failure<Reason> =>
  detail === undefined ? { ok: false, reason } : { ok: false, reason, detail }
