/** Levers that belong to a single party. */
export type Levers = { /** Lånekassen forgets every consent it has seen. */ forgetCachedConsents(): void }
