import type { Clock } from '@/lib/clock'
import { isUsable, type Consent } from './consent'
import type { ConsentStore } from './consent-store'
import { isStuck } from './exchange'
import type { ConsentPolicy } from './start-consent'

export type FindConsentDeps = { readonly clock: Clock; readonly consents: ConsentStore; readonly policy: ConsentPolicy }

/** The person's consent that may be used now, and the newest one whatever became of it; null where there is none. */
export async function findUsableConsent({ clock, consents, policy }: FindConsentDeps, subjectRef: string): Promise<{ usable: Consent | null; newest: Consent | null }> {
  return usableOf(await consents.ofSubject(subjectRef, policy.resource, policy.coveredBy), policy, clock.now())
}

/** The same of consents that are at hand, newest first: those of the provider in use. One that is stuck only stands in where there is no other. */
export function usableOf(known: readonly Consent[], { provider }: Pick<ConsentPolicy, 'provider'>, now: Date): { usable: Consent | null; newest: Consent | null } {
  const usable = known.filter((consent) => isUsable(consent, now) && consent.provider === provider)
  return { usable: usable.find((consent) => !isStuck(consent, now)) ?? usable[0] ?? null, newest: known[0] ?? null }
}
