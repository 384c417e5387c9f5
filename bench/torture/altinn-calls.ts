import type { Seen } from './scene/street.ts'

/**
 * Calls to Altinn that may come for a new consent with its first log-in, and for each later log-in. Altinn 2 is told of each use
 * besides, since "consumers shall log that data was fetched": one more in both than the goal, which is 3 and 1.
 */
export const mostCalls = (transport: string): { readonly first: number; readonly later: number } => (transport === 'altinn2' ? { first: 4, later: 2 } : { first: 3, later: 1 })

/** What one consent has cost Altinn: with its first log-in, and in all the later ones together. */
export type Cost = { readonly consent: string; readonly first: number; readonly later: number; readonly laterLogIns: number }

/** Steps that a consent's first log-in needs once, whoever makes them. */
const once = ['create', 'status', 'consent-token', 'loguse'] as const

/**
 * Altinn is asked by ourselves and, for each consent token, by Maskinporten on our behalf; in Altinn 2 by ourselves. The first
 * question of each kind is put down to the consent itself, and everything else to its later log-ins.
 */
export function costsAtAltinn(seen: readonly Pick<Seen, 'step' | 'consent'>[]): readonly Cost[] {
  const steps = new Map<string, string[]>()
  for (const { step, consent } of seen) if (consent !== undefined) steps.set(consent, [...(steps.get(consent) ?? []), step])
  return [...steps].map(([consent, own]) => {
    const calls = once.map((step) => own.filter((one) => one === step).length)
    const first = calls.filter((n) => n > 0).length
    return { consent, first, later: calls.reduce((sum, n) => sum + n, -first), laterLogIns: own.filter((step) => step === 'accounts').length - 1 }
  })
}
