import type { Clock } from '@/lib/clock'
import { daysBefore, keptSince, PERSON_WITHOUT_CONSENT_DAYS, removables, type Removable } from './policy'
import type { RetentionStore } from './retention-store'

export type RetentionDeps = { readonly clock: Clock; readonly retention: RetentionStore }

/**
 * Removes what is past its time (lib/retention/policy.ts), in small steps, each with its count in the audit log. How many
 * of each kind went. May be stopped anywhere, and done twice or by several at once.
 */
export async function runRetention({ clock, retention }: RetentionDeps, correlationId: string): Promise<Readonly<Record<Removable, number>>> {
  const now = clock.now()
  // A long night is told of as it goes: the sealer must not meet a line that is much older than its neighbours.
  const telling = () => ({ at: clock.now(), correlationId })
  const removed = Object.fromEntries(removables.map((name) => [name, 0])) as Record<Removable, number>
  for (const name of removables) {
    if (name === 'persons') {
      const before = { consent: keptSince(name, now), withoutConsent: daysBefore(now, PERSON_WITHOUT_CONSENT_DAYS) }
      for (let place: string | null = null; ; ) {
        const step = await retention.erasePersons(place, before, telling())
        removed.persons += step.erased
        place = step.next
        if (place === null) break
      }
    } else {
      for (let more = true; more; ) {
        const step = await retention.remove(name, keptSince(name, now), telling())
        removed[name] += step.removed
        more = step.more
      }
    }
  }
  return removed
}
