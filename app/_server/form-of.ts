/** The form that an action was called with. An action can be called by hand with anything: what is no form has nothing filled in. */
export const formOf = (given: unknown): FormData => (given instanceof FormData ? given : new FormData())
